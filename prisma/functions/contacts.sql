-- Functions of contacts: removing one, and the move of contacts out of the old service. To change
-- one, see README.md beside this file.

-- Writes that the viewer has removed a contact, in place of the last time that they did. Nobody
-- reads it. It is there for the commit: one that has written something waits for the disk, and one
-- that has not does not wait. So removing a contact who is hidden takes as long as removing one who
-- is not there (rule 0.9).
create or replace function stamp_removal() returns void
  language sql
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    delete from public.quota_uses where user_id = public.viewer_id() and action = 'removeContact';
    -- Nobody, when the viewer was erased.
    insert into public.quota_uses (user_id, action)
    select viewer.id, 'removeContact' from public.users as viewer where viewer.id = public.viewer_id();
  end;
grant execute on function stamp_removal() to connections_app;

-- Whoever removes an imported contact, and by whatever statement: it stays away. When a person is
-- erased the cascade deletes their contacts after their row in `users` is gone, and nothing is
-- remembered.
create or replace function remember_removed_contact() returns trigger
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  as $$
    begin
      insert into public.contact_import_removals (owner_user_id, contact_user_id)
      select owner.id, contact.id
        from public.users as owner, public.users as contact
       where owner.id = old.owner_user_id and contact.id = old.contact_user_id
          on conflict do nothing;
      return null;
    end
  $$;

-- What an import of these contacts would do to each, without doing it. A contact whom its owner
-- blocks was removed by the block, or would have been (rule 8.1).
create or replace function judge_contacts(owners uuid[], contacts uuid[], created timestamptz[], updated timestamptz[])
  returns table (place int, outcome text)
  language sql stable rows 1000
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select given.place::int,
           case
             when owner.id is null then 'unknown owner'
             when contact.id is null then 'unknown contact'
             when removal.owner_user_id is not null or block.blocker_user_id is not null then 'removed'
             when kept.owner_user_id is null then 'added'
             when kept.imported and kept.created_at <= given.created and kept.updated_at >= given.updated then 'unchanged'
             else 'merged'
           end
      from unnest(owners, contacts, created, updated) with ordinality as given (owner, contact, created, updated, place)
      left join public.users as owner on owner.id = given.owner
      left join public.users as contact on contact.id = given.contact
      left join public.contact_import_removals as removal
        on removal.owner_user_id = given.owner and removal.contact_user_id = given.contact
      left join public.user_blocks as block
        on block.blocker_user_id = given.owner and block.blocked_user_id = given.contact
       and (block.expires_at is null or block.expires_at > statement_timestamp())
      left join public.user_contacts as kept
        on kept.owner_user_id = given.owner and kept.contact_user_id = given.contact;
  end;
grant execute on function judge_contacts(uuid[], uuid[], timestamptz[], timestamptz[]) to connections_service;

-- Imports contacts, each pair at most once in one call, and says for each what it did. The four
-- lists are of one length. It holds the pairs until the transaction ends, by the same keys as
-- `lockPair` in src/pairs/lock.ts and in one order, so that nobody blocks or removes a contact
-- between the judgement and the row.
create or replace function import_contacts(owners uuid[], contacts uuid[], created timestamptz[], updated timestamptz[])
  returns table (place int, outcome text)
  language plpgsql rows 1000
  security definer set search_path = pg_catalog, pg_temp
  as $$
    begin
      perform pg_advisory_xact_lock(pair.key)
         from (select distinct hashtextextended(
                        'pair:' || least(given.owner, given.contact) || ':' || greatest(given.owner, given.contact), 0) as key
                 from unnest(owners, contacts) as given (owner, contact)
                order by key) as pair;
      -- A statement of its own: it sees what was committed before the locks were ours.
      return query
        with judged as materialized (
          select * from public.judge_contacts(owners, contacts, created, updated)
        ), removed as (
          insert into public.contact_import_removals (owner_user_id, contact_user_id)
          select owners[judged.place], contacts[judged.place] from judged where judged.outcome = 'removed'
              on conflict do nothing
        ), written as (
          insert into public.user_contacts as kept (owner_user_id, contact_user_id, created_at, updated_at, imported)
          select owners[judged.place], contacts[judged.place], created[judged.place], updated[judged.place], true
            from judged
           where judged.outcome in ('added', 'merged')
              on conflict (owner_user_id, contact_user_id) do update
             set created_at = least(kept.created_at, excluded.created_at),
                 updated_at = greatest(kept.updated_at, excluded.updated_at),
                 imported = true
        )
        select judged.place, judged.outcome from judged order by judged.place;
    end
  $$;
grant execute on function import_contacts(uuid[], uuid[], timestamptz[], timestamptz[]) to connections_service;
