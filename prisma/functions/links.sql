-- Functions of links: contact links. To change one, see README.md beside this file.

-- The links with these tokens that the viewer can consume, and the viewer's own. Nothing else: a
-- link that is revoked, expired or used up, one whose maker is hidden from the viewer, and a token
-- that opens nothing are alike, and the same is looked up for all of them. A link can be consumed
-- while it is live and, used up, by whoever has used it before or keeps its maker already. The only
-- place that decides this: a preview and a use ask the same.
create or replace function find_contact_links(hashes bytea[])
  returns table (hash bytea, link uuid, maker uuid, label text, expires_at timestamptz(3), can_be_consumed boolean)
  language sql stable rows 1
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  begin atomic
    with viewer as materialized (
      select nullif(current_setting('app.user_id', true), '')::uuid as id
    ), found as materialized (
      select token.hash, coalesce(known.id, '00000000-0000-0000-0000-000000000000') as link,
             coalesce(known.maker_user_id, '00000000-0000-0000-0000-000000000000') as maker, known.label, known.expires_at,
             coalesce(known.revoked_at is null and (known.expires_at is null or known.expires_at > statement_timestamp()),
                      false) as stands,
             known.id is not null as exists, known.max_uses is null or known.uses < known.max_uses as is_left
        from unnest(hashes) as token (hash)
        left join public.contact_links as known on known.token_hash = token.hash
    ), hidden as materialized (
      select blocker_user_id as id from public.user_blocks
       where blocker_user_id = any (array(select maker from found)) and blocked_user_id = (select id from viewer)
         and (expires_at is null or expires_at > statement_timestamp())
       union all
      select blocked_user_id from public.user_blocks
       where blocker_user_id = (select id from viewer) and blocked_user_id = any (array(select maker from found))
         and (expires_at is null or expires_at > statement_timestamp())
    ), met as materialized (
      select found.*, found.maker in (select id from hidden) as is_hidden,
             exists (select from public.contact_link_uses
                      where link_id = found.link and user_id = (select id from viewer) offset 0) as is_used,
             exists (select from public.user_contacts
                      where owner_user_id = (select id from viewer) and contact_user_id = found.maker offset 0) as is_kept
        from found
    )
    select met.hash, met.link, met.maker, met.label, met.expires_at,
           met.stands and (met.is_left or met.is_used or met.is_kept)
      from met
     cross join viewer
     where met.exists and not met.is_hidden
       and (met.maker = viewer.id or viewer.id is not null and met.stands and (met.is_left or met.is_used or met.is_kept));
  end;
grant execute on function find_contact_links(bytea[]) to connections_app;

-- Uses a link as the viewer, if it can be consumed: whether it could. Counted once a person, and
-- not for whoever keeps the maker already. Such a person is remembered all the same where uses are
-- unlimited, so that the link lets them ask too; where uses are limited it does not, or its token
-- would let in any number. Hold the pair, so that neither a block nor another use of the same
-- person's comes between.
create or replace function use_contact_link(token_hash bytea) returns boolean
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    declare
      viewer uuid := public.viewer_id();
      used record;
    begin
      select known.link, known.maker into used
        from public.find_contact_links(array[token_hash]) as known
       where known.can_be_consumed and known.maker <> viewer;
      if not found then
        return false;
      end if;
      if exists (select from public.contact_link_uses where link_id = used.link and user_id = viewer) then
        return true;
      end if;
      if exists (select from public.user_contacts where owner_user_id = viewer and contact_user_id = used.maker) then
        insert into public.contact_link_uses (link_id, user_id, maker_user_id)
        select used.link, viewer, used.maker
          from public.contact_links as known
         where known.id = used.link and known.max_uses is null;
        return true;
      end if;
      -- Everybody who uses this link meets at this row: whoever waited for it looks at what it has
      -- become.
      update public.contact_links as known
         set uses = known.uses + 1, last_used_at = clock_timestamp()
       where known.id = used.link and known.revoked_at is null
         and (known.expires_at is null or known.expires_at > clock_timestamp())
         and (known.max_uses is null or known.uses < known.max_uses)
         and exists (select from public.users where id = viewer);
      if not found then
        return false;
      end if;
      insert into public.contact_link_uses (link_id, user_id, maker_user_id) values (used.link, viewer, used.maker);
      return true;
    end
  $$;
grant execute on function use_contact_link(bytea) to connections_app;

-- Forgets which links the viewer and another have used of each other's, as a block does. What was
-- counted stays counted.
create or replace function forget_link_uses(other uuid) returns void
  language sql
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    delete from public.contact_link_uses
     where (user_id = public.viewer_id() and maker_user_id = other)
        or (user_id = other and maker_user_id = public.viewer_id());
  end;
grant execute on function forget_link_uses(uuid) to connections_app;
