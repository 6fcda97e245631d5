-- Functions of friends: friend requests, friendships and mutual friends. To change one, see README.md beside this file.

-- Whether this person has declined the viewer before, so that the next request comes quietly (RULES 6.4).
create or replace function declined_viewer(person uuid) returns boolean
  language sql stable
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select exists (select from public.friend_request_declines
                    where decliner_user_id = person and requester_user_id = public.viewer_id());
  end;
grant execute on function declined_viewer(uuid) to connections_app;

-- Makes the friendship, or the closeness, that the viewer has just accepted: both sides. False when there is no such
-- accepted request of the viewer's, a block stands between the two, or there is no friendship to become close.
create or replace function fulfil_request(request uuid) returns boolean
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    declare
      asked record;
    begin
      select requester_user_id as requester, target_user_id as target, friendship_level as level into asked
        from public.user_friend_requests
       where id = request and status = 'accepted' and target_user_id = public.viewer_id()
         and public.is_visible(requester_user_id);
      if not found then
        return false;
      end if;
      if asked.level = 'close' then
        update public.user_friends set friendship_level = 'close'
         where (user_id = asked.requester and friend_id = asked.target)
            or (user_id = asked.target and friend_id = asked.requester);
        return found;
      end if;
      insert into public.user_friends (user_id, friend_id, friendship_level)
      values (asked.requester, asked.target, 'friend'), (asked.target, asked.requester, 'friend')
          on conflict do nothing;
      return true;
    end
  $$;
grant execute on function fulfil_request(uuid) to connections_app;

-- How many friends a person has, for the limit on both sides of an acceptance.
create or replace function count_friends(person uuid) returns int
  language sql stable
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select count(*)::int from public.user_friends where user_id = person;
  end;
grant execute on function count_friends(uuid) to connections_app;

-- Whom the viewer and another share as friends (RULES 7.4), unless one of the three hides it. Their friends see them,
-- so nobody here is hidden by a block from either side.
create or replace function shows_mutual_friends(person uuid) returns boolean
  language sql stable
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select not exists (select from public.user_privacy_settings where user_id = person and not show_in_mutual_friends);
  end;
grant execute on function shows_mutual_friends(uuid) to connections_service;

create or replace function mutual_friend_pages(others uuid[], page_size int, after_id uuid)
  returns table (other uuid, friend uuid)
  language sql stable rows 100
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  begin atomic
    select person.id, page.friend_id
      from public.visible_users(others) as person (id)
      left join lateral (
           select mine.friend_id
             from public.user_friends as mine
             join public.user_friends as theirs on theirs.user_id = person.id and theirs.friend_id = mine.friend_id
             left join public.user_privacy_settings as settings on settings.user_id = mine.friend_id
            where mine.user_id = public.viewer_id() and mine.friend_id > after_id
              and coalesce(settings.show_in_mutual_friends, true)
              and person.id <> public.viewer_id()
              and public.shows_mutual_friends(person.id) and public.shows_mutual_friends(public.viewer_id())
            order by mine.friend_id
            limit page_size
           ) as page on true;
  end;
grant execute on function mutual_friend_pages(uuid[], int, uuid) to connections_app;

create or replace function count_mutual_friends(others uuid[]) returns table (other uuid, count int)
  language sql stable rows 100
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  begin atomic
    select person.id, (
           select count(*)::int
             from public.user_friends as mine
             join public.user_friends as theirs on theirs.user_id = person.id and theirs.friend_id = mine.friend_id
             left join public.user_privacy_settings as settings on settings.user_id = mine.friend_id
            where mine.user_id = public.viewer_id()
              and coalesce(settings.show_in_mutual_friends, true)
              and person.id <> public.viewer_id()
              and public.shows_mutual_friends(person.id) and public.shows_mutual_friends(public.viewer_id()))
      from public.visible_users(others) as person (id);
  end;
grant execute on function count_mutual_friends(uuid[]) to connections_app;
