-- The move of contacts out of the old auth service (RULES 1.7): what was imported, what of it was removed since, and how
-- far each run has come.

alter table user_contacts add column imported boolean not null default false;

-- Imported contacts that are gone: a later run brings none of them back.
create table contact_import_removals (
  owner_user_id uuid not null references users (id) on delete cascade on update cascade,
  contact_user_id uuid not null references users (id) on delete cascade on update cascade,
  removed_at timestamptz(3) not null default now(),
  primary key (owner_user_id, contact_user_id)
);
create index contact_import_removals_contact_idx on contact_import_removals (contact_user_id);

-- Where a run is in its source. The position is the last row's two ids as the source writes them: it orders by them.
create table contact_import_checkpoints (
  name text primary key,
  source text not null,
  rejects_file text not null,
  rejects_bytes bigint not null default 0
    constraint a_file_has_a_size check (rejects_bytes >= 0),
  position_owner text,
  position_contact text,
  batches int not null default 0,
  counts jsonb not null
    constraint counts_have_names check (jsonb_typeof(counts) = 'object'),
  started_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  -- Null: not finished; the next run goes on from the position.
  finished_at timestamptz(3),
  constraint a_position_is_whole check ((position_owner is null) = (position_contact is null))
);

alter table contact_import_removals enable row level security;
alter table contact_import_removals force row level security;
alter table contact_import_checkpoints enable row level security;
alter table contact_import_checkpoints force row level security;

grant select on contact_import_removals to connections_service;
grant select, insert on contact_import_removals to connections_facts;
create policy service_reads on contact_import_removals for select to connections_service using (true);
create policy facts_reads on contact_import_removals for select to connections_facts using (true);
create policy facts_remembers on contact_import_removals for insert to connections_facts with check (true);

grant select, insert, update on contact_import_checkpoints to connections_service;
create policy service_reads on contact_import_checkpoints for select to connections_service using (true);
create policy service_begins on contact_import_checkpoints for insert to connections_service with check (true);
create policy service_goes_on on contact_import_checkpoints for update to connections_service using (true) with check (true);

-- Contacts are imported through import_contacts alone; the service itself still writes none.
grant insert, update (created_at, updated_at, imported) on user_contacts to connections_facts;
create policy facts_imports on user_contacts for insert to connections_facts with check (true);
create policy facts_merges on user_contacts for update to connections_facts using (true) with check (true);

-- Whoever removes an imported contact, and by whatever statement: it stays away. When a person is erased the cascade
-- deletes their contacts after their row in `users` is gone, and nothing is remembered.
create function remember_removed_contact() returns trigger
  language plpgsql
  security definer set search_path = ''
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

create trigger imported_contact_removed after delete on user_contacts
  for each row when (old.imported) execute function remember_removed_contact();

-- What an import of these contacts would do to each, without doing it. A contact whom its owner blocks was removed by the
-- block, or would have been (RULES 8.1).
create function judge_contacts(owners uuid[], contacts uuid[], created timestamptz[], updated timestamptz[])
  returns table (place int, outcome text)
  language sql stable rows 1000
  security definer set search_path = ''
  as $$
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
        on kept.owner_user_id = given.owner and kept.contact_user_id = given.contact
  $$;

-- Imports contacts, each pair at most once in one call, and says for each what it did. The four lists are of one length.
-- It holds the pairs until the transaction ends, by the same keys as `lockPair` in src/ties/lock.ts and in one order, so
-- that nobody blocks or removes a contact between the judgement and the row.
create function import_contacts(owners uuid[], contacts uuid[], created timestamptz[], updated timestamptz[])
  returns table (place int, outcome text)
  language plpgsql rows 1000
  security definer set search_path = ''
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

do $$
declare
  made record;
begin
  -- An owner of a function needs `create` on the schema at the moment it becomes one.
  grant create on schema public to connections_facts;
  for made in
    select *
      from (values
        ('remember_removed_contact()', 'connections_facts'),
        ('judge_contacts(uuid[], uuid[], timestamptz[], timestamptz[])', 'connections_service'),
        ('import_contacts(uuid[], uuid[], timestamptz[], timestamptz[])', 'connections_service')
      ) as functions (signature, callers)
  loop
    execute format('revoke all on function %s from public', made.signature);
    execute format('grant execute on function %s to %s', made.signature, made.callers);
    execute format('alter function %s owner to connections_facts', made.signature);
  end loop;
  revoke create on schema public from connections_facts;
end
$$;
