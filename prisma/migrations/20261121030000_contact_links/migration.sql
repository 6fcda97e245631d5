-- Contact links (RULES 4): whoever holds a link's token may keep its maker as a contact, and ask to be friends.

create table contact_links (
  id uuid primary key default gen_random_uuid(),
  maker_user_id uuid not null references users (id) on delete cascade on update cascade,
  -- Whoever reads the table can use no link: the token is kept nowhere.
  token_hash bytea not null unique
    constraint a_token_is_kept_as_sha_256 check (octet_length(token_hash) = 32),
  label text
    constraint a_label_is_short check (char_length(label) <= 60),
  expires_at timestamptz(3),
  max_uses int
    constraint a_link_can_be_used check (max_uses > 0),
  uses int not null default 0,
  last_used_at timestamptz(3),
  revoked_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  constraint uses_never_exceed_the_limit check (uses >= 0 and (max_uses is null or uses <= max_uses)),
  constraint a_use_has_a_time check ((uses > 0) = (last_used_at is not null))
);

-- What a use refers to; the primary key alone would let a use name another maker than its link has.
create unique index contact_links_maker_idx on contact_links (maker_user_id, id);
create index contact_links_list_idx on contact_links (maker_user_id, created_at desc, id desc);

-- Who has used which link. The maker stands here too, so that "has this person used a link of hers" is one index.

create table contact_link_uses (
  link_id uuid not null,
  user_id uuid not null references users (id) on delete cascade on update cascade,
  maker_user_id uuid not null,
  created_at timestamptz(3) not null default now(),
  primary key (link_id, user_id),
  foreign key (maker_user_id, link_id) references contact_links (maker_user_id, id)
    on delete cascade on update cascade,
  constraint nobody_uses_their_own_link check (user_id <> maker_user_id)
);

create index contact_link_uses_pair_idx on contact_link_uses (user_id, maker_user_id);
create index contact_link_uses_link_idx on contact_link_uses (maker_user_id, link_id);

do $$
declare
  name text;
begin
  foreach name in array array['contact_links', 'contact_link_uses']
  loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('grant select on %I to connections_facts', name);
    execute format('create policy facts_reads on %I for select to connections_facts using (true)', name);
  end loop;
end
$$;

-- Links: the maker makes, reads and revokes them, for good. Nobody reads a hash, and nobody writes what was counted.
grant select (id, maker_user_id, label, expires_at, max_uses, uses, last_used_at, revoked_at, created_at),
  insert (maker_user_id, token_hash, label, expires_at, max_uses), update (revoked_at)
  on contact_links to connections_app;
grant select (id, maker_user_id, label, expires_at, max_uses, uses, last_used_at, revoked_at, created_at)
  on contact_links to connections_service;
create policy maker_reads on contact_links for select to connections_app
  using (maker_user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy maker_makes on contact_links for insert to connections_app
  with check (maker_user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy maker_revokes on contact_links for update to connections_app
  using (revoked_at is null and maker_user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (revoked_at is not null and maker_user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy service_reads on contact_links for select to connections_service using (true);
grant update (uses, last_used_at) on contact_links to connections_facts;
create policy facts_counts on contact_links for update to connections_facts using (true) with check (true);

-- Uses: through the functions below alone. Nobody reads who it was, the maker least of all (RULES 4.5).
grant insert (link_id, user_id, maker_user_id), delete on contact_link_uses to connections_facts;
create policy facts_remembers on contact_link_uses for insert to connections_facts with check (true);
create policy facts_forgets on contact_link_uses for delete to connections_facts using (true);

-- The links with these tokens, as the viewer meets them: none whose maker is hidden from the viewer or is not here. A
-- link can be consumed while it is live and, used up, by whoever has used it before or keeps its maker already. The only
-- place that decides this: a preview and a use ask the same.
create function find_contact_links(hashes bytea[])
  returns table (hash bytea, link uuid, maker uuid, label text, expires_at timestamptz(3), can_be_consumed boolean)
  language sql stable rows 1
  security definer set search_path = ''
  as $$
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
       and public.viewer_id() is not null and public.is_visible(known.maker_user_id)
  $$;

-- Uses a link as the viewer, if it can be consumed: whether it could. Counted once a person, and not for whoever keeps
-- the maker already. Such a person is remembered all the same where uses are unlimited, so that the link opens the door
-- for them too; where they are limited it does not, or its token would let in any number.
-- Hold the pair, so that neither a block nor another use of the same person's comes between.
create function use_contact_link(token_hash bytea) returns boolean
  language plpgsql
  security definer set search_path = ''
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

-- Forgets which links the viewer and another have used of each other's, as a block does. What was counted stays counted.
create function forget_link_uses(other uuid) returns void
  language sql
  security definer set search_path = ''
  as $$
    delete from public.contact_link_uses
     where (user_id = public.viewer_id() and maker_user_id = other)
        or (user_id = other and maker_user_id = public.viewer_id())
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
        ('find_contact_links(bytea[])'),
        ('use_contact_link(bytea)'),
        ('forget_link_uses(uuid)')
      ) as functions (signature)
  loop
    execute format('revoke all on function %s from public', made.signature);
    execute format('grant execute on function %s to connections_app', made.signature);
    execute format('alter function %s owner to connections_facts', made.signature);
  end loop;
end
$$;

-- A standing also tells whether the actor has used a link of the other's that was not revoked since: it opens the door
-- that the other's privacy closes (RULES 4.6, 6.8). Only looked up where the answer matters.
alter type standing add attribute holds_link boolean;

-- Only its owner may replace a function; who owns one needs `create` on the schema, which it still has from above.
set role connections_facts;
create or replace function standings(actors uuid[], others uuid[]) returns setof standing
  language sql stable rows 100
  security definer set search_path = ''
  as $$
    select pair.place::int, pair.actor, pair.other,
           exists (select from public.users where id = pair.actor)
             and exists (select from public.users where id = pair.other),
           exists (select from public.user_blocks
                    where blocker_user_id = pair.actor and blocked_user_id = pair.other
                      and (expires_at is null or expires_at > statement_timestamp())),
           exists (select from public.user_blocks
                    where blocker_user_id = pair.other and blocked_user_id = pair.actor
                      and (expires_at is null or expires_at > statement_timestamp())),
           exists (select from public.user_contacts
                    where owner_user_id = pair.actor and contact_user_id = pair.other),
           exists (select from public.user_follows
                    where follower_user_id = pair.actor and target_user_id = pair.other),
           exists (select from public.user_follows
                    where follower_user_id = pair.other and target_user_id = pair.actor),
           friendship.friendship_level, friendship.created_at,
           requests.outgoing_friend, requests.outgoing_close, requests.incoming_friend, requests.incoming_close,
           coalesce(requests.incoming_friend_declined, false), coalesce(requests.incoming_close_declined, false),
           coalesce(settings.allow_follows, 'everyone'), coalesce(settings.allow_friend_requests, 'everyone'),
           -- By `case`: an `and` whose left side is null would look all the same.
           case when settings.allow_friend_requests = 'friends_of_friends' then exists (
             select from public.user_friends as mine
               join public.user_friends as theirs
                 on theirs.user_id = pair.other and theirs.friend_id = mine.friend_id
              where mine.user_id = pair.actor) else false end,
           case when settings.allow_friend_requests <> 'everyone' then exists (
             select from public.contact_link_uses as used
               join public.contact_links as link on link.id = used.link_id
              where used.user_id = pair.actor and used.maker_user_id = pair.other
                and link.revoked_at is null) else false end
      from unnest(actors, others) with ordinality as pair (actor, other, place)
      left join public.user_friends as friendship
        on friendship.user_id = pair.actor and friendship.friend_id = pair.other
      left join public.user_privacy_settings as settings on settings.user_id = pair.other
     cross join lateral (
           select (array_agg(open.id) filter (where open.outgoing and open.level = 'friend'))[1] as outgoing_friend,
                  (array_agg(open.id) filter (where open.outgoing and open.level = 'close'))[1] as outgoing_close,
                  (array_agg(open.id) filter (where not open.outgoing and open.level = 'friend'))[1] as incoming_friend,
                  (array_agg(open.id) filter (where not open.outgoing and open.level = 'close'))[1] as incoming_close,
                  bool_or(open.declined) filter (where not open.outgoing and open.level = 'friend')
                    as incoming_friend_declined,
                  bool_or(open.declined) filter (where not open.outgoing and open.level = 'close')
                    as incoming_close_declined
             from (select id, friendship_level as level, true as outgoing, status = 'rejected' as declined
                     from public.user_friend_requests
                    where requester_user_id = pair.actor and target_user_id = pair.other
                      and status in ('pending', 'rejected') and expires_at > statement_timestamp()
                    union all
                   select id, friendship_level, false, status = 'rejected'
                     from public.user_friend_requests
                    where requester_user_id = pair.other and target_user_id = pair.actor
                      and status in ('pending', 'rejected') and expires_at > statement_timestamp()) as open
           ) as requests
     order by pair.place
  $$;

-- The same, from the viewer to each of the others. From a `from`: as `(standings(…)).*` it would be called once a column.
create or replace function my_standings(others uuid[]) returns setof standing
  language sql stable rows 100
  security definer set search_path = ''
  as $$
    select mine.*
      from public.standings(array_fill(public.viewer_id(), array[cardinality(others)]), others) as mine
     where public.viewer_id() is not null
  $$;
reset role;
revoke create on schema public from connections_facts;
