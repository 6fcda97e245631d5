-- Functions of friends: friend requests, friendships and mutual friends. To change one, see
-- README.md beside this file.

-- Whether the viewer may ask a person to become friends, or close friends, as far as blocks,
-- privacy and their friendship are concerned (rules 6.8, 7.2): the same that `judgeRequest` and
-- `judgeUpgrade` decide by.
create or replace function may_ask(person uuid, level text) returns boolean
  language sql stable
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select public.is_visible(person)
       and exists (select from public.my_pair_states(array[person])
                    where case level when 'close' then friendship_level is not null
                               else allow_friend_requests = 'everyone' or holds_link
                                 or allow_friend_requests = 'friends_of_friends' and shares_friend end);
  end;
grant execute on function may_ask(uuid, text) to connections_app;

-- A request to somebody who has declined its requester before comes quietly (rule 6.4). Nobody else
-- may know of it.
create or replace function quieten_request() returns trigger
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    begin
      new.quiet := exists (select from public.friend_request_declines
                            where decliner_user_id = new.target_user_id
                              and requester_user_id = new.requester_user_id);
      return new;
    end
  $$;

-- Accepts an open request to the viewer and makes the friendship, or the closeness, that it asks
-- for: both sides, or nothing at all. False when there is no such request that is open, or its
-- requester is hidden from the viewer.
create or replace function accept_request(request uuid) returns boolean
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    declare
      asked record;
    begin
      update public.user_friend_requests
         set status = 'accepted', responded_at = statement_timestamp()
       where id = request and target_user_id = public.viewer_id()
         and status in ('pending', 'rejected') and expires_at > statement_timestamp()
         and public.is_visible(requester_user_id)
   returning requester_user_id as requester, target_user_id as target, friendship_level as level into asked;
      if not found then
        return false;
      end if;
      if asked.level = 'friend' then
        insert into public.user_friends (user_id, friend_id, friendship_level)
        values (asked.requester, asked.target, 'friend'), (asked.target, asked.requester, 'friend')
            on conflict do nothing;
        return true;
      end if;
      update public.user_friends set friendship_level = 'close'
       where (user_id = asked.requester and friend_id = asked.target)
          or (user_id = asked.target and friend_id = asked.requester);
      if not found then
        raise exception 'Only friends become close friends.' using errcode = 'check_violation';
      end if;
      return true;
    end
  $$;
grant execute on function accept_request(uuid) to connections_app;

-- How many friends that one of two has who has more, for the target of an open request: accepting
-- it asks for room on both sides (rule 7.1). Null for everybody else.
create or replace function count_friends_of_both(request uuid) returns int
  language sql stable
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select greatest((select count(*) from public.user_friends where user_id = asked.requester_user_id),
                    (select count(*) from public.user_friends where user_id = asked.target_user_id))::int
      from public.user_friend_requests as asked
     where asked.id = request and asked.target_user_id = public.viewer_id()
       and asked.status in ('pending', 'rejected') and asked.expires_at > statement_timestamp()
       and public.is_visible(asked.requester_user_id);
  end;
grant execute on function count_friends_of_both(uuid) to connections_app;

-- No friendship stands across a block, whatever the statement was. Whoever changes a pair holds it,
-- so that nobody else's block comes between.
create or replace function refuse_blocked_friends() returns trigger
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    begin
      if exists (select from public.user_blocks
                  where ((blocker_user_id = new.user_id and blocked_user_id = new.friend_id)
                      or (blocker_user_id = new.friend_id and blocked_user_id = new.user_id))
                    and (expires_at is null or expires_at > statement_timestamp())) then
        raise exception 'A block stands between the two.'
          using errcode = 'check_violation', constraint = 'no_friendship_across_a_block';
      end if;
      return new;
    end
  $$;

-- The viewer's friends who may be shown as mutual friends (rule 7.4): all who do not hide it; none
-- when the viewer hides it.
create or replace function my_shown_friends() returns setof uuid
  language sql stable rows 100
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    with viewer as materialized (
      select nullif(current_setting('app.user_id', true), '')::uuid as id
    )
    select mine.friend_id
      from public.user_friends as mine
     where mine.user_id = (select id from viewer)
       and not exists (select from public.user_privacy_settings
                        where user_id = mine.friend_id and not show_in_mutual_friends offset 0)
       and not exists (select from public.user_privacy_settings
                        where user_id = (select id from viewer) and not show_in_mutual_friends);
  end;

-- The others whose friends may be shown to the viewer as mutual friends: all who are visible, do
-- not hide it, and are not the viewer.
create or replace function sharing_friends(others uuid[]) returns table (id uuid, shares boolean)
  language sql stable rows 20
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select person.id,
           person.id <> public.viewer_id()
             and not exists (select from public.user_privacy_settings
                              where user_id = person.id and not show_in_mutual_friends offset 0)
      from public.visible_users(others) as person (id);
  end;

-- Whom the viewer and each of the others share as friends (rule 7.4), unless one of the three hides
-- it, by id. Their friends see them, so nobody here is hidden by a block from either side. The
-- viewer's friends are read once, and hashed: `is true` keeps Postgres from making a join of it,
-- which it would make anew for each of the others.
create or replace function mutual_friend_pages(others uuid[], page_size int, after_id uuid)
  returns table (other uuid, friend uuid)
  language sql stable rows 100
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  begin atomic
    with shown as materialized (
      select public.my_shown_friends() as id
    )
    select person.id, page.friend_id
      from public.sharing_friends(others) as person
      left join lateral (
           select friend_id
             from public.user_friends
            where user_id = person.id and friend_id > after_id and person.shares
              and (friend_id in (select id from shown)) is true
            order by friend_id
            limit page_size
           ) as page on true;
  end;
grant execute on function mutual_friend_pages(uuid[], int, uuid) to connections_app;

-- How many there are, counted up to 100: 100 means 100 or more.
create or replace function count_mutual_friends(others uuid[]) returns table (other uuid, count int)
  language sql stable rows 100
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  begin atomic
    with shown as materialized (
      select public.my_shown_friends() as id
    )
    select person.id, (
           select count(*)::int
             from (select from public.user_friends
                    where user_id = person.id and person.shares
                      and (friend_id in (select id from shown)) is true
                    limit 100) as shared)
      from public.sharing_friends(others) as person;
  end;
grant execute on function count_mutual_friends(uuid[]) to connections_app;

-- A person's friends, close ones first, then those who are online as far as the person may know it
-- (rules 7.5, 10), then the newest: a page of so many. The list has four parts: close and online (0),
-- close (1), online (2), all others (3). A page begins behind a place in one of them, and leaves out
-- `without` and, unless it is null, everybody who is not in `only_these`. A viewer reads their own list,
-- services anybody's.
--
-- Who is online is judged by the moment of the first page, which later pages bring along (`as_of`):
-- seen within `online_seconds` before it, or after it. So nobody who goes offline meanwhile comes twice.
--
-- Each friend is looked up once, close ones first: Postgres sorts level by level, and reads the next
-- level only where the page has room for it. In the last part nobody behind goes before, so there no
-- more friends are looked up than the page takes.
create or replace function close_first_friends(person uuid, only_level text, only_these uuid[], without uuid[],
                                               online_seconds int, as_of timestamptz,
                                               after_part int, after_at timestamptz, after_id uuid, most int)
  returns table (friend uuid, level text, since timestamptz, is_online boolean, judged_at timestamptz)
  language plpgsql stable rows 20
  security definer set search_path = pg_catalog, pg_temp
  -- Only an index that is read in order can stop.
  set enable_bitmapscan = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
  as $$
    declare
      judged timestamptz := coalesce(as_of, date_trunc('milliseconds', statement_timestamp()));
      seen_after timestamptz := judged - make_interval(secs => online_seconds);
    begin
      if person is distinct from public.viewer_id() and current_setting('role') <> 'connections_service' then
        return;
      end if;
      return query
        select page.friend_id, page.friendship_level, page.created_at, page.is_here, judged
          from (select friendship.*
                  from (select friend_id, friendship_level, created_at,
                               exists (
                                 select from public.user_presence as presence
                                  where presence.user_id = friend_id and presence.last_seen_at > seen_after
                                    and not exists (
                                          select from public.user_privacy_settings as settings
                                           where settings.user_id = presence.user_id
                                             and (settings.presence_visibility = 'nobody'
                                               or settings.presence_visibility = 'close' and friendship_level <> 'close')
                                          offset 0)
                                 offset 0) as is_here
                          from public.user_friends
                         where user_id = person
                           and (only_level is null or friendship_level = only_level)
                           and (after_part < 2 or friendship_level = 'friend')
                           and (after_part < 3 or (created_at, friend_id) < (after_at, after_id))
                           and (only_these is null or friend_id in (select unnest(only_these)))
                           and friend_id <> all (without)
                         order by friendship_level, created_at desc, friend_id desc
                        offset 0) as friendship
                 where (friendship_level = 'close', is_here, created_at, friend_id)
                       < (after_part < 2, after_part in (0, 2), after_at, after_id)
                 order by friendship_level, created_at desc, friend_id desc
                 limit case when after_part = 3 then most end) as page
         order by page.friendship_level, page.is_here desc, page.created_at desc, page.friend_id desc
         limit most;
    end
  $$;
grant execute on function close_first_friends(uuid, text, uuid[], uuid[], int, timestamptz, int, timestamptz, uuid, int)
  to connections_app, connections_service;
