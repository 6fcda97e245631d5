-- The two functions that nearly every answer asks, for many people at once: what they show, and how the viewer stands to
-- them. The answers are what they were. Where it can be, a table is read once for all of the people and not once
-- for each, and no function calls another: in a function of SQL, that costs more than what it looks up.

grant create on schema public to connections_facts;
set role connections_facts;

-- What a person shows: username and profile, of those whom the one who asks may see (`visible_users`, written out).
create or replace function cards(people uuid[])
  returns table (person uuid, username text, introduced boolean, display_name text, avatar_url text, bio text, city text,
                 region text, sport_preferences text[])
  language sql stable rows 20
  security definer set search_path = ''
  as $$
    select person.id, owner.name, profile.user_id is not null, profile.display_name, profile.avatar_url, profile.bio,
           profile.city, profile.region, profile.sport_preferences
      from public.users as person
      left join public.usernames as owner on owner.user_id = person.id
      left join public.user_profiles as profile on profile.user_id = person.id
     where person.id = any (people)
       and person.id not in (
             select blocked_user_id from public.user_blocks
              where blocker_user_id = nullif(current_setting('app.user_id', true), '')::uuid
                and (expires_at is null or expires_at > statement_timestamp())
              union all
             select blocker_user_id from public.user_blocks
              where blocked_user_id = nullif(current_setting('app.user_id', true), '')::uuid
                and (expires_at is null or expires_at > statement_timestamp()))
  $$;

-- `standings` from the viewer to each of the others, in their order. What is asked `in (select …)` is looked up once for
-- all of them: tables in which the viewer has few rows. Where somebody can have a million (follows, requests to them, who
-- blocks them) each pair is looked up by its key, so that no index is read from one end to the other.
create or replace function my_standings(others uuid[]) returns setof standing
  language sql stable rows 100
  security definer set search_path = ''
  as $$
    with viewer as materialized (
      select nullif(current_setting('app.user_id', true), '')::uuid as id
    ), requests as materialized (
      select open.other,
             (array_agg(open.id) filter (where open.outgoing and open.level = 'friend'))[1] as outgoing_friend,
             (array_agg(open.id) filter (where open.outgoing and open.level = 'close'))[1] as outgoing_close,
             (array_agg(open.id) filter (where not open.outgoing and open.level = 'friend'))[1] as incoming_friend,
             (array_agg(open.id) filter (where not open.outgoing and open.level = 'close'))[1] as incoming_close,
             bool_or(open.declined) filter (where not open.outgoing and open.level = 'friend')
               as incoming_friend_declined,
             bool_or(open.declined) filter (where not open.outgoing and open.level = 'close')
               as incoming_close_declined
        from unnest(others) as pair (other)
       cross join lateral (
             select pair.other, id, friendship_level as level, true as outgoing, status = 'rejected' as declined
               from public.user_friend_requests
              where requester_user_id = (select id from viewer) and target_user_id = pair.other
                and status in ('pending', 'rejected') and expires_at > statement_timestamp()
              union all
             select pair.other, id, friendship_level, false, status = 'rejected'
               from public.user_friend_requests
              where requester_user_id = pair.other and target_user_id = (select id from viewer)
                and status in ('pending', 'rejected') and expires_at > statement_timestamp()) as open
       group by open.other
    )
    select pair.place::int, viewer.id, pair.other,
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
           friendship.friendship_level, friendship.created_at,
           requests.outgoing_friend, requests.outgoing_close, requests.incoming_friend, requests.incoming_close,
           coalesce(requests.incoming_friend_declined, false), coalesce(requests.incoming_close_declined, false),
           coalesce(settings.allow_follows, 'everyone'), coalesce(settings.allow_friend_requests, 'everyone'),
           -- By `case`: an `and` whose left side is null would look all the same.
           case when settings.allow_friend_requests = 'friends_of_friends' then exists (
             select from public.user_friends as mine
               join public.user_friends as theirs
                 on theirs.user_id = pair.other and theirs.friend_id = mine.friend_id
              where mine.user_id = viewer.id) else false end,
           case when settings.allow_friend_requests <> 'everyone' then exists (
             select from public.contact_link_uses as used
               join public.contact_links as link on link.id = used.link_id
              where used.user_id = viewer.id and used.maker_user_id = pair.other
                and link.revoked_at is null) else false end
      from viewer
     cross join unnest(others) with ordinality as pair (other, place)
      left join (select friend_id, friendship_level, created_at from public.user_friends
                  where user_id = (select id from viewer) and friend_id = any (others)) as friendship
        on friendship.friend_id = pair.other
      left join (select user_id, allow_follows, allow_friend_requests from public.user_privacy_settings
                  where user_id = any (others)) as settings
        on settings.user_id = pair.other
      left join requests on requests.other = pair.other
     where viewer.id is not null
     order by pair.place
  $$;
reset role;
revoke create on schema public from connections_facts;
