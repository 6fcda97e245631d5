-- Functions of blocks: that none stands between friends. To change one, see README.md beside this file.

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
