-- How many friend requests are answered, how many of those are accepted, and how long an answer
-- takes (rule 14). Requests to become close friends are not among them.
--
-- A request belongs to the day on which it was sent. It is answered if it was accepted or declined
-- within 14 days. One that was taken back, or that a block removed, is not answered.
--
-- The group is everybody who sent an answered request, and everybody who answered one: the smaller
-- of the two, for ten requests to one person say how that person answers.
--
-- `sent`, `answered`, `accepted`: how many requests; acceptance is `accepted` / `answered`
-- `seconds`, `squares`: sums of the seconds to the answer, and of their squares
-- `waits`: how many answers took 1.08 ^ i to 1.08 ^ (i + 1) seconds, for i = 0 to 181 (14 days)
-- `median`: of the seconds; it cannot be added up, so roll-ups have `waits` instead
create or replace function insight_requests(since timestamptz, until timestamptz)
  returns table (people bigint, sent bigint, answered bigint, accepted bigint, seconds numeric, squares numeric,
                 waits bigint[], median double precision)
  language sql stable rows 1
  begin atomic
    with sent as materialized (
      select requester_user_id as requester, target_user_id as target, status,
             case when status in ('accepted', 'rejected') and responded_at <= created_at + interval '14 days'
                  then extract(epoch from responded_at - created_at) end as seconds
        from (select requester_user_id, target_user_id, status, created_at, responded_at
                from public.user_friend_requests
               where friendship_level = 'friend' and created_at >= since and created_at < until
               union all
              select requester_user_id, target_user_id, status, created_at, responded_at
                from public.friend_requests_archive
               where friendship_level = 'friend' and created_at >= since and created_at < until) as request
    ), bucket as (
      select floor(ln(greatest(sent.seconds, 1)) / ln(1.08))::int as place, count(*) as answers
        from sent
       where sent.seconds is not null
       group by 1
    )
    select least(count(distinct requester) filter (where sent.seconds is not null),
                 count(distinct target) filter (where sent.seconds is not null)),
           count(*),
           count(sent.seconds),
           count(*) filter (where sent.seconds is not null and status = 'accepted'),
           coalesce(sum(sent.seconds), 0),
           coalesce(sum(sent.seconds * sent.seconds), 0),
           array(select coalesce(bucket.answers, 0)
                   from generate_series(0, 181) as place
                   left join bucket on bucket.place = place.place
                  order by place.place),
           percentile_cont(0.5) within group (order by sent.seconds::double precision)
      from sent;
  end;
