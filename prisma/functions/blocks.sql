-- Functions of blocks: that none stands between friends, and what the blocked was called. To change
-- one, see README.md beside this file.

-- Whoever blocks a friend ends the friendship first: the other half of refuse_blocked_friends.
create or replace function refuse_befriended_block() returns trigger
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    begin
      if exists (select from public.user_friends
                  where user_id = new.blocker_user_id and friend_id = new.blocked_user_id) then
        raise exception 'The two are friends.'
          using errcode = 'check_violation', constraint = 'no_friendship_across_a_block';
      end if;
      return new;
    end
  $$;

-- Keeps with a new block what the blocked is called, as the blocker sees it at this moment (rule
-- 8.7): nothing of somebody who blocks them in turn, who is looked up as somebody unknown, under an
-- id that nobody has. Nobody is erased meanwhile: who deletes the person waits for the block, and
-- then forgets its names.
create or replace function keep_blocked_names() returns trigger
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    declare
      shown uuid := new.blocked_user_id;
    begin
      if exists (select from public.user_blocks
                  where blocker_user_id = new.blocked_user_id and blocked_user_id = new.blocker_user_id
                    and (expires_at is null or expires_at > statement_timestamp())) then
        shown := '00000000-0000-0000-0000-000000000000';
      end if;
      perform from public.users where id = shown for key share;
      new.username := (select name from public.usernames where user_id = shown);
      new.display_name := (select display_name from public.user_profiles where user_id = shown);
      return new;
    end
  $$;

-- Forgets what an erased person was called, in everybody's blocks (rules 8.7 and 15).
create or replace function forget_blocked_names() returns trigger
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    begin
      -- The second condition is always true, and is that of the index.
      update public.user_blocks set username = null, display_name = null
       where blocked_user_id = old.id and blocker_user_id <> blocked_user_id;
      return null;
    end
  $$;

-- Tells services that a block between two people has begun or ended, at most once in 10 seconds
-- (rule 8.6). While an event of the pair waits there is no need for another: what it tells is worked
-- out when it is dispatched. Hold the pair, as whoever dispatches does.
create or replace function record_block_change_of(blocker uuid, blocked uuid) returns void
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    declare
      newest record;
    begin
      select dispatched_at as told_at into newest
        from public.outbox
       where kind = 'block.changed'
         and least(actor_user_id, other_user_id) = least(blocker, blocked)
         and greatest(actor_user_id, other_user_id) = greatest(blocker, blocked)
       order by version desc
       limit 1;
      if found and newest.told_at is null then
        return;
      end if;
      insert into public.outbox (kind, audience, actor_user_id, other_user_id, due_at)
      values ('block.changed', 'services', blocker, blocked,
              greatest(clock_timestamp(), newest.told_at + interval '10 seconds'));
    end
  $$;
grant execute on function record_block_change_of(uuid, uuid) to connections_worker;

-- The same for a viewer, of a block of theirs.
create or replace function record_block_change(blocked uuid) returns void
  language sql
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select public.record_block_change_of(public.viewer_id(), blocked);
  end;
grant execute on function record_block_change(uuid) to connections_app;

-- Counts a block on the day on which it is made, for insights (rule 14): it may be taken back or run
-- out, and then nothing says that it ever was. Connections count in places of their own, so that
-- nobody waits for somebody else's transaction.
create or replace function count_block() returns trigger
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    begin
      insert into public.blocks_made as counted (day, slot, made)
      values ((new.created_at at time zone 'UTC')::date, pg_backend_pid() % 64, 1)
          on conflict (day, slot) do update set made = counted.made + 1;
      return null;
    end
  $$;
