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
