-- The part of `my_standings` that says what two people are to each other and not what they may ask of each other: half of
-- the cost, and all that most lists show.
grant create on schema public to connections_facts;
set role connections_facts;
create function my_ties(others uuid[])
  returns table (other uuid, present boolean, blocks boolean, blocked_by boolean, is_contact boolean, follows boolean,
                 followed_by boolean, friendship_level text, friends_since timestamptz)
  language sql stable rows 100
  security definer set search_path = '' set plan_cache_mode = force_generic_plan
  as $$
    with viewer as materialized (
      select nullif(current_setting('app.user_id', true), '')::uuid as id
    )
    select pair.other,
           exists (select from public.users where id = (select id from viewer))
             and pair.other in (select id from public.users where id = any (others)),
           pair.other in (select blocked_user_id from public.user_blocks
                           where blocker_user_id = (select id from viewer) and blocked_user_id = any (others)
                             and (expires_at is null or expires_at > statement_timestamp())),
           exists (select from public.user_blocks
                    where blocker_user_id = pair.other and blocked_user_id = (select id from viewer)
                      and (expires_at is null or expires_at > statement_timestamp())),
           pair.other in (select contact_user_id from public.user_contacts
                           where owner_user_id = (select id from viewer) and contact_user_id = any (others)),
           exists (select from public.user_follows
                    where follower_user_id = (select id from viewer) and target_user_id = pair.other),
           exists (select from public.user_follows
                    where follower_user_id = pair.other and target_user_id = (select id from viewer)),
           friendship.friendship_level, friendship.created_at
      from viewer
     cross join unnest(others) as pair (other)
      left join (select friend_id, friendship_level, created_at from public.user_friends
                  where user_id = (select id from viewer) and friend_id = any (others)) as friendship
        on friendship.friend_id = pair.other
     where viewer.id is not null
  $$;
revoke execute on function my_ties(uuid[]) from public;
grant execute on function my_ties(uuid[]) to connections_app;
reset role;
revoke create on schema public from connections_facts;
