-- Whether blocks end trouble (rule 16.3): reports between two people in the 30 days before one of
-- them blocked the other, and in the 30 days after. Fewer by 1 - `after` / `before`.
--
-- A block belongs to the day on which it was made. It is counted if it still stands, and was made to
-- stand for at least 30 days. Reports of either about the other count. A report at the moment of the
-- block is one before it.
--
-- The group is everybody who blocked, and everybody who was blocked: the smaller of the two.
--
-- `n`: how many blocks
-- `before`, `after`: how many reports there were
-- `beforeSquares`, `afterSquares`, `products`: sums over the blocks of the squares of their reports,
-- and of the reports before times those after, for the intervals
create or replace function insight_reports(since timestamptz, until timestamptz)
  returns table (people bigint, n bigint, before bigint, after bigint,
                 "beforeSquares" bigint, "afterSquares" bigint, products bigint)
  language sql stable rows 1
  begin atomic
    with counted as (
      select block.blocker_user_id as blocker, block.blocked_user_id as blocked,
             (select count(*) from public.user_reports
               where reporter_user_id = block.blocker_user_id and reported_user_id = block.blocked_user_id
                 and reported_at > block.created_at - interval '30 days' and reported_at <= block.created_at)
             + (select count(*) from public.user_reports
                 where reporter_user_id = block.blocked_user_id and reported_user_id = block.blocker_user_id
                   and reported_at > block.created_at - interval '30 days' and reported_at <= block.created_at) as before,
             (select count(*) from public.user_reports
               where reporter_user_id = block.blocker_user_id and reported_user_id = block.blocked_user_id
                 and reported_at > block.created_at and reported_at <= block.created_at + interval '30 days')
             + (select count(*) from public.user_reports
                 where reporter_user_id = block.blocked_user_id and reported_user_id = block.blocker_user_id
                   and reported_at > block.created_at and reported_at <= block.created_at + interval '30 days') as after
        from public.user_blocks as block
        join public.users as person on person.id = block.blocked_user_id
       where block.created_at >= since and block.created_at < until
         and (block.expires_at is null or block.expires_at >= block.created_at + interval '30 days')
    )
    select least(count(distinct blocker), count(distinct blocked)),
           count(*),
           coalesce(sum(counted.before), 0)::bigint,
           coalesce(sum(counted.after), 0)::bigint,
           coalesce(sum(counted.before * counted.before), 0)::bigint,
           coalesce(sum(counted.after * counted.after), 0)::bigint,
           coalesce(sum(counted.before * counted.after), 0)::bigint
      from counted;
  end;
