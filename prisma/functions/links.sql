-- Functions of links: contact links. To change one, see README.md beside this file.

-- The links with these tokens, as the viewer meets them: none whose maker is hidden from the viewer or is not here. A
-- link can be consumed while it is live and, used up, by whoever has used it before or keeps its maker already. The only
-- place that decides this: a preview and a use ask the same.
create or replace function find_contact_links(hashes bytea[])
  returns table (hash bytea, link uuid, maker uuid, label text, expires_at timestamptz(3), can_be_consumed boolean)
  language sql stable rows 1
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select known.token_hash, known.id, known.maker_user_id, known.label, known.expires_at,
           known.revoked_at is null
             and (known.expires_at is null or known.expires_at > statement_timestamp())
             and (known.max_uses is null or known.uses < known.max_uses
               or exists (select from public.contact_link_uses
                           where link_id = known.id and user_id = public.viewer_id())
               or exists (select from public.user_contacts
                           where owner_user_id = public.viewer_id() and contact_user_id = known.maker_user_id))
      from public.contact_links as known
     where known.token_hash = any (hashes)
       and public.viewer_id() is not null and public.is_visible(known.maker_user_id);
  end;
grant execute on function find_contact_links(bytea[]) to connections_app;

-- Uses a link as the viewer, if it can be consumed: whether it could. Counted once a person, and not for whoever keeps
-- the maker already. Such a person is remembered all the same where uses are unlimited, so that the link opens the door
-- for them too; where they are limited it does not, or its token would let in any number.
-- Hold the pair, so that neither a block nor another use of the same person's comes between.
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
      -- Everybody who uses this link meets at this row: whoever waited for it looks at what it has become.
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

-- Forgets which links the viewer and another have used of each other's, as a block does. What was counted stays counted.
create or replace function forget_link_uses(other uuid) returns void
  language sql
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    delete from public.contact_link_uses
     where (user_id = public.viewer_id() and maker_user_id = other)
        or (user_id = other and maker_user_id = public.viewer_id());
  end;
grant execute on function forget_link_uses(uuid) to connections_app;
