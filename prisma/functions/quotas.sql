-- Functions of quotas: limits that are counted over a period. To change one, see README.md beside
-- this file.

-- How often a person may do something in any period, by the name of what they do. These are the
-- numbers of src/limits.ts, which a test holds to be alike: who calls the functions below cannot
-- bring numbers of their own.
create or replace function quota_limit(what text) returns table (most int, period interval)
  language sql immutable
  begin atomic
    select quota.most, quota.period
      from (values
        ('requestFriend', 50, interval '24 hours'),
        ('upgradeFriendship', 100, interval '24 hours'),
        ('events', 1, interval '24 hours')) as quota (name, most, period)
     where quota.name = split_part(what, ' ', 1);
  end;

-- Uses one of the viewer's quotas, for each other person apart if one is named. Nobody may call it
-- but the two below: whether a use is left would tell what somebody was told of the viewer.
create or replace function use_quota_towards(what text, other uuid) returns timestamptz
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    declare
      viewer uuid := public.viewer_id();
      allowed record;
      used int;
      oldest timestamptz;
    begin
      select * into strict allowed from public.quota_limit(what);
      perform pg_advisory_xact_lock(hashtextextended('quota:' || viewer || ':' || what || ':' || coalesce(other::text, ''), 0));
      delete from public.quota_uses
       where user_id = viewer and action = what and other_user_id is not distinct from other
         and used_at <= clock_timestamp() - allowed.period;
      select count(*), min(used_at) into used, oldest
        from public.quota_uses
       where user_id = viewer and action = what and other_user_id is not distinct from other;
      if used >= allowed.most then
        return oldest + allowed.period;
      end if;
      insert into public.quota_uses (user_id, action, other_user_id, used_at)
      values (viewer, what, other, clock_timestamp());
      return null;
    end
  $$;

-- Uses one of the viewer's quotas, if one is left in the period that ends now: null. Else, when the
-- next is free. Uses of one quota happen one after the other, in all transactions of all processes.
create or replace function use_quota(what text) returns timestamptz
  language sql
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select public.use_quota_towards(what, null);
  end;
grant execute on function use_quota(text) to connections_app;

-- Tells another person, once a day, that the viewer has begun to follow them, has sent them a
-- request or has accepted theirs: the event is written if it is so, if they may be told, and if they
-- were not told before. It gives nothing back, for a request after a decline comes quietly, and its
-- requester must not notice (rule 6.4).
create or replace function record_event_once(event text, other uuid, subject uuid, level text) returns void
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    declare
      viewer uuid := public.viewer_id();
    begin
      if (case event
          when 'follow.created' then
           exists (select from public.user_follows where follower_user_id = viewer and target_user_id = other)
          when 'friend_request.created' then
           exists (select from public.user_friend_requests
                    where id = subject and requester_user_id = viewer and target_user_id = other
                      and friendship_level = level and status = 'pending' and not quiet)
          when 'friend_request.accepted' then
           exists (select from public.user_friend_requests
                    where id = subject and requester_user_id = other and target_user_id = viewer
                      and friendship_level = level and status = 'accepted')
          else false end)
         and public.use_quota_towards(concat_ws(' ', 'events', event, level), other) is null then
        insert into public.outbox (kind, audience, actor_user_id, other_user_id, subject_id, level)
        values (event, 'people', viewer, other, subject, level);
      end if;
    end
  $$;
grant execute on function record_event_once(text, uuid, uuid, text) to connections_app;
