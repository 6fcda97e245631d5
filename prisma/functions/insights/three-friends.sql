-- How many people have at least 3 friends by month 3 (rule 14): `befriended` / `joined`.
--
-- A person belongs to the day on which they joined (`users.created_at`). Their friends by month 3 are
-- the people with whom they agreed on a friendship within 90 days of joining, also if it ended since.
--
-- `joined`: how many people
-- `befriended`: how many of them made at least 3 friends
create or replace function insight_three_friends(since timestamptz, until timestamptz)
  returns table (people bigint, joined bigint, befriended bigint)
  language sql stable rows 1
  begin atomic
    with joined as (
      select (select count(distinct friend)
                from (select target_user_id as friend
                        from public.user_friend_requests
                       where requester_user_id = person.id and status = 'accepted' and friendship_level = 'friend'
                         and responded_at < person.created_at + interval '90 days'
                       union all
                      select requester_user_id
                        from public.user_friend_requests
                       where target_user_id = person.id and status = 'accepted' and friendship_level = 'friend'
                         and responded_at < person.created_at + interval '90 days') as agreed) >= 3 as has_friends
        from public.users as person
       where person.created_at >= since and person.created_at < until
    )
    select count(*), count(*), count(*) filter (where has_friends) from joined;
  end;
