-- How many people stay for 30 days: those with at least 5 friends by day 7, and the rest (rule 14).
--
-- A person belongs to the day on which they joined (`users.created_at`). Their friends by day 7 are
-- the people with whom they agreed on a friendship within 7 days of joining, also if it ended since.
-- They stayed if they were active on one of the 7 days that begin 30 days after they joined.
--
-- The groups are those with friends and the rest: the smaller of the two. If only one of them could
-- be told, the other would follow from how many joined.
--
-- `friends`, `others`: how many people
-- `friendsBack`, `othersBack`: how many of them stayed
create or replace function insight_retention(since timestamptz, until timestamptz)
  returns table (people bigint, friends bigint, "friendsBack" bigint, others bigint, "othersBack" bigint)
  language sql stable rows 1
  begin atomic
    with joined as (
      select (select count(distinct friend)
                from (select target_user_id as friend
                        from public.user_friend_requests
                       where requester_user_id = person.id and status = 'accepted' and friendship_level = 'friend'
                         and responded_at < person.created_at + interval '7 days'
                       union all
                      select requester_user_id
                        from public.user_friend_requests
                       where target_user_id = person.id and status = 'accepted' and friendship_level = 'friend'
                         and responded_at < person.created_at + interval '7 days') as agreed) >= 5 as has_friends,
             exists (select from public.activity_days
                      where user_id = person.id
                        and day >= (person.created_at at time zone 'UTC')::date + 30
                        and day < (person.created_at at time zone 'UTC')::date + 37) as came_back
        from public.users as person
       where person.created_at >= since and person.created_at < until
    )
    select least(count(*) filter (where has_friends), count(*) filter (where not has_friends)),
           count(*) filter (where has_friends),
           count(*) filter (where has_friends and came_back),
           count(*) filter (where not has_friends),
           count(*) filter (where not has_friends and came_back)
      from joined;
  end;
