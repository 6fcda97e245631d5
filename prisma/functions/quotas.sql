-- Functions of quotas: allowances that are counted over a period. To change one, see README.md beside this file.

-- Uses one of the viewer's allowances, if one is left in the period that ends now: null. Else, when the next is free.
-- Uses of one allowance happen one after the other, in all transactions of all processes.
create or replace function use_quota(what text, other uuid, most int, period interval) returns timestamptz
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    declare
      viewer uuid := public.viewer_id();
      used int;
      oldest timestamptz;
    begin
      perform pg_advisory_xact_lock(hashtextextended('quota:' || viewer || ':' || what || ':' || coalesce(other::text, ''), 0));
      delete from public.quota_uses
       where user_id = viewer and action = what and other_user_id is not distinct from other
         and used_at <= clock_timestamp() - period;
      select count(*), min(used_at) into used, oldest
        from public.quota_uses
       where user_id = viewer and action = what and other_user_id is not distinct from other;
      if used >= most then
        return oldest + period;
      end if;
      insert into public.quota_uses (user_id, action, other_user_id, used_at)
      values (viewer, what, other, clock_timestamp());
      return null;
    end
  $$;
grant execute on function use_quota(text, uuid, int, interval) to connections_app;
