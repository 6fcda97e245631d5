-- What people do that keeps somebody from being suggested (rule 11.3).

-- Whoever removes somebody does not want to be suggested them for a while (rule 11.3): the one of
-- the two whose doing it is, by whatever statement. Both are held, so that nobody is erased between
-- the look and the row. Nothing is written of somebody who blocks them, such as a contact who is
-- hidden: how long it takes to remove somebody tells no block (rule 0.9).
create or replace function dismiss_removed() returns trigger
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    declare
      viewer uuid := public.viewer_id();
      -- The columns of the two people, by the table.
      ended jsonb := case tg_op when 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
      one uuid := ended ->> tg_argv[0];
      removed uuid := case viewer when one then (ended ->> tg_argv[1])::uuid else one end;
    begin
      if exists (select from public.user_blocks
                  where blocker_user_id = removed and blocked_user_id = viewer
                    and (expires_at is null or expires_at > statement_timestamp())) then
        return null;
      end if;
      insert into public.suggestion_dismissals (user_id, other_user_id, created_at)
      select person.id, other.id, statement_timestamp()
        from public.users as person, public.users as other
       where person.id = viewer and other.id = removed
         for key share
          on conflict (user_id, other_user_id) do update set created_at = excluded.created_at;
      return null;
    end
  $$;

-- Nor is somebody suggested for a while after they were blocked, however the block ended. Nothing is
-- written while it stands, and nothing of somebody who blocks the blocker too: a block, and taking it
-- back, is the same work as with somebody who is not there (rule 0.9).
create or replace function dismiss_unblocked() returns trigger
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    begin
      insert into public.suggestion_dismissals (user_id, other_user_id, created_at)
      select blocker.id, blocked.id, statement_timestamp()
        from public.users as blocker, public.users as blocked
       where blocker.id = old.blocker_user_id and blocked.id = old.blocked_user_id
         and not exists (select from public.user_blocks
                          where blocker_user_id = old.blocked_user_id and blocked_user_id = old.blocker_user_id
                            and (expires_at is null or expires_at > statement_timestamp()))
         for key share
          on conflict (user_id, other_user_id) do update set created_at = excluded.created_at;
      return null;
    end
  $$;

-- Ends what is suggested of the viewer to another, and the other way round, as a block does (rule
-- 8.1). A row that is being computed anew in this moment stays, and is left out when it is read;
-- nobody waits for it.
create or replace function forget_suggestions(other uuid) returns void
  language sql
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    delete from public.user_similarity
     where (base_user_id, candidate_user_id) in (
           select base_user_id, candidate_user_id from public.user_similarity
            where (base_user_id = public.viewer_id() and candidate_user_id = other)
               or (base_user_id = other and candidate_user_id = public.viewer_id())
              for update skip locked);
  end;
grant execute on function forget_suggestions(uuid) to connections_app;

-- Removes some of the viewer's dismissals that count no longer, also of people who are hidden by now.
create or replace function forget_old_dismissals(most int) returns void
  language sql
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    delete from public.suggestion_dismissals
     where user_id = public.viewer_id() and other_user_id in (
           select old.other_user_id from public.suggestion_dismissals as old
            where old.user_id = public.viewer_id() and old.created_at <= statement_timestamp() - make_interval(days => public.feedback_days())
            limit most);
  end;
grant execute on function forget_old_dismissals(int) to connections_app;
