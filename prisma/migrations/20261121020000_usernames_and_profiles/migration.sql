-- Being found: usernames, public profiles, search by either, and limits on how often one may look.
--
-- What a person may know of another comes from the `security definer` functions below, which leave out everybody who is
-- hidden from the one who asks. Names and words compare byte by byte (collation "C"), so that a prefix is a range of the
-- index whatever the database's locale: `term >= prefix and term < after_prefix(prefix)`.

-- Usernames (RULES 2). Stored in their canonical form alone, so that one index says who has which.

create table usernames (
  user_id uuid primary key references users (id) on delete cascade on update cascade,
  name text collate "C" not null
    constraint a_username_is_canonical check (name ~ '^[a-z][a-z0-9._-]{2,31}$'),
  claimed_at timestamptz(3) not null default now()
);
create unique index usernames_name_idx on usernames (name);

-- Names that nobody else may take for now. Without a person: of somebody who was erased.
create table username_holds (
  name text collate "C" primary key,
  user_id uuid references users (id) on delete set null on update cascade,
  held_until timestamptz(3) not null
);
create index username_holds_user_idx on username_holds (user_id, held_until);

-- Public profiles (RULES 3). What is null was never said, or taken back.

create table user_profiles (
  user_id uuid primary key references users (id) on delete cascade on update cascade,
  display_name text
    constraint a_display_name_is_short check (char_length(display_name) between 1 and 64),
  -- The folded words of the display name: what search finds the person by.
  display_words text[] not null default '{}',
  avatar_url text
    constraint an_avatar_is_at_https check (avatar_url ^@ 'https://' and char_length(avatar_url) <= 512),
  bio text
    constraint a_bio_is_short check (char_length(bio) between 1 and 280),
  city text
    constraint a_city_is_short check (char_length(city) between 1 and 80),
  region text
    constraint a_region_is_short check (char_length(region) between 1 and 80),
  sport_preferences text[] not null default '{}'
    constraint sports_are_few check (cardinality(sport_preferences) <= 20)
);

-- One row a word, kept by a trigger: an index on an array has no order, and without one a page would read all matches.
create table user_profile_words (
  user_id uuid not null references user_profiles (user_id) on delete cascade on update cascade,
  word text collate "C" not null,
  primary key (user_id, word)
);
create index user_profile_words_word_idx on user_profile_words (word, user_id);

-- How many people a prefix has decides how a search is planned: a hundred samples of the alphabet would say too little.
alter table usernames alter column name set statistics 1000;
alter table user_profile_words alter column word set statistics 1000;

do $$
declare
  name text;
begin
  foreach name in array array['usernames', 'username_holds', 'user_profiles', 'user_profile_words']
  loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('grant select on %I to connections_facts', name);
    execute format('create policy facts_reads on %I for select to connections_facts using (true)', name);
  end loop;
end
$$;

-- Usernames: one's own to read; written by claim_username alone.
grant select on usernames to connections_app, connections_service;
grant insert (user_id, name), update (name, claimed_at) on usernames to connections_facts;
create policy owner_reads on usernames for select to connections_app
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy service_reads on usernames for select to connections_service using (true);
create policy facts_claims on usernames for insert to connections_facts with check (true);
create policy facts_renames on usernames for update to connections_facts using (true) with check (true);

-- Holds: nobody's to read. Who had which name before is not told.
grant insert (name, user_id, held_until), update (user_id, held_until), delete on username_holds to connections_facts;
create policy facts_holds on username_holds for insert to connections_facts with check (true);
create policy facts_holds_on on username_holds for update to connections_facts using (true) with check (true);
create policy facts_frees on username_holds for delete to connections_facts using (true);

-- Profiles: one's own to read and write; others read them through `cards`.
grant select, insert on user_profiles to connections_app;
grant update (display_name, display_words, avatar_url, bio, city, region, sport_preferences)
  on user_profiles to connections_app;
grant select on user_profiles to connections_service;
create policy owner_reads on user_profiles for select to connections_app
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy owner_introduces on user_profiles for insert to connections_app
  with check (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy owner_changes on user_profiles for update to connections_app
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy service_reads on user_profiles for select to connections_service using (true);

grant insert, delete on user_profile_words to connections_facts;
create policy facts_indexes on user_profile_words for insert to connections_facts with check (true);
create policy facts_forgets on user_profile_words for delete to connections_facts using (true);

-- Keeps the words of a profile. The profile's row is locked by the write that fires this, so two writes do not mix.
create function keep_profile_words() returns trigger
  language plpgsql
  security definer set search_path = ''
  as $$
    begin
      delete from public.user_profile_words
       where user_id = new.user_id and word <> all (new.display_words);
      insert into public.user_profile_words (user_id, word)
      select distinct new.user_id, word from unnest(new.display_words) as word
          on conflict do nothing;
      return null;
    end
  $$;
create trigger profile_words_kept after insert or update of display_words on user_profiles
  for each row execute function keep_profile_words();

-- An erased person's name stays held for a year, finding nobody (RULES 2.3), whoever erases them. Only erasing takes a
-- username away without putting another in its place.
create function hold_name_of_erased() returns trigger
  language plpgsql
  security definer set search_path = ''
  as $$
    begin
      insert into public.username_holds (name, user_id, held_until)
      values (old.name, null, clock_timestamp() + interval '365 days')
          on conflict (name) do update set user_id = null, held_until = excluded.held_until;
      return null;
    end
  $$;
create trigger erased_name_held after delete on usernames
  for each row execute function hold_name_of_erased();

-- The first text, in byte order, after all that begin with a prefix. No name and no word has this last code point.
create function after_prefix(prefix text) returns text
  language sql immutable
  as $$ select prefix || chr(1114111) $$;

-- Gives the viewer a name: 'claimed'; 'same' when they have it, which changes nothing; 'taken' when somebody else has or
-- holds it. The name before is held for its owner. Claims of one name come one after the other, and so does everything
-- that frees one: a free look at the name would miss the hold that a rename of the same moment leaves behind.
create function claim_username(wanted text, held_for interval, most_held int) returns text
  language plpgsql
  security definer set search_path = ''
  as $$
    declare
      viewer uuid := public.viewer_id();
      present text;
    begin
      perform pg_advisory_xact_lock(hashtextextended('stock:' || viewer, 0));
      select name into present from public.usernames where user_id = viewer;
      if present = wanted then
        return 'same';
      end if;
      perform pg_advisory_xact_lock(hashtextextended('username:' || name, 0))
         from (select name from unnest(array[present, wanted]) as name where name is not null order by name) as names;
      if exists (select from public.usernames where name = wanted)
         or exists (select from public.username_holds
                     where name = wanted and user_id is distinct from viewer and held_until > clock_timestamp()) then
        return 'taken';
      end if;
      delete from public.username_holds where name = wanted;
      insert into public.usernames (user_id, name) values (viewer, wanted)
          on conflict (user_id) do update set name = excluded.name, claimed_at = now();
      if present is not null then
        insert into public.username_holds (name, user_id, held_until)
        values (present, viewer, clock_timestamp() + held_for)
            on conflict (name) do update set user_id = excluded.user_id, held_until = excluded.held_until;
        delete from public.username_holds
         where user_id = viewer
           and name not in (select name from public.username_holds
                             where user_id = viewer
                             order by held_until desc, name
                             limit most_held);
      end if;
      return 'claimed';
    end
  $$;

-- Who has each name, or has it held, among those whom the one who asks may see (RULES 2.3, 2.5).
create function find_by_usernames(names text[]) returns table (name text, person uuid)
  language sql stable rows 20
  security definer set search_path = ''
  as $$
    with found as (
      select owner.name, owner.user_id from public.usernames as owner where owner.name = any (names)
       union all
      select hold.name, hold.user_id
        from public.username_holds as hold
       where hold.name = any (names) and hold.held_until > statement_timestamp() and hold.user_id is not null
    )
    select found.name, found.user_id
      from found
     where found.user_id in (select public.visible_users(array(select user_id from found)))
  $$;

-- Those of the candidates that the one who asks could claim now: their own name and those they hold are among them.
create function free_usernames(candidates text[]) returns setof text
  language sql stable rows 10
  security definer set search_path = ''
  as $$
    select candidate
      from unnest(candidates) as candidate
     where not exists (select from public.usernames
                        where name = candidate and user_id is distinct from public.viewer_id())
       and not exists (select from public.username_holds
                        where name = candidate and held_until > statement_timestamp()
                          and (user_id is null or user_id is distinct from public.viewer_id()))
  $$;

-- What a person shows: username and profile, of those whom the one who asks may see.
create function cards(people uuid[])
  returns table (person uuid, username text, introduced boolean, display_name text, avatar_url text, bio text, city text,
                 region text, sport_preferences text[])
  language sql stable rows 20
  security definer set search_path = ''
  as $$
    select person.id, owner.name, profile.user_id is not null, profile.display_name, profile.avatar_url, profile.bio,
           profile.city, profile.region, profile.sport_preferences
      from public.visible_users(people) as person (id)
      left join public.usernames as owner on owner.user_id = person.id
      left join public.user_profiles as profile on profile.user_id = person.id
  $$;

-- Whom the viewer knows: friends, contacts and those they follow.
create function known_users() returns setof uuid
  language sql stable rows 200
  as $$
    select friend_id from public.user_friends where user_id = public.viewer_id()
     union
    select contact_user_id from public.user_contacts where owner_user_id = public.viewer_id()
     union
    select target_user_id from public.user_follows where follower_user_id = public.viewer_id()
  $$;

-- A page of the people whose username, or a word of whose display name, begins with `prefix`, and who match the other
-- tokens too (RULES 2.6): those whom the viewer knows first, then by the smallest name or word that matches. In that
-- order a whole name comes before the longer ones. Each person has one place, at their smallest match.
--
-- The known are looked up one by one, for there are few; the others come from two ranges of indexes, read in order and no
-- further than the page. What decides about a person is written out each time: as a function of its own, Postgres would
-- ask it of all matches of a short prefix before it cut the page.
create function search_people(prefix text, others text[], page_size int, after_known boolean, after_term text, after_id uuid)
  returns table (person uuid, known boolean, term text)
  language sql stable rows 20
  security definer set search_path = ''
  as $$
    with known as materialized (
      select public.known_users() as id
    ), friendly as (
      select known.id as person, smallest.term
        from known
       cross join lateral (
             select least(
                      (select name from public.usernames
                        where user_id = known.id and name >= prefix and name < public.after_prefix(prefix)),
                      -- Not the range of words but the person's: `|| ''` keeps Postgres from the other index.
                      (select min(word || '') from public.user_profile_words
                        where user_id = known.id and word || '' >= prefix and word || '' < public.after_prefix(prefix))
                    ) as term
             offset 0
             ) as smallest
       where after_known and smallest.term is not null
         and (smallest.term, known.id) > (after_term, after_id)
         and known.id not in (select public.hidden_from(public.viewer_id()))
         and not exists (select from public.user_privacy_settings as settings
                          where settings.user_id = known.id and not settings.discoverable)
         and not exists (select from unnest(others) as token
                          where not exists (select from public.usernames as also
                                             where also.user_id = known.id
                                               and also.name >= token and also.name < public.after_prefix(token))
                            and not exists (select from public.user_profile_words as also
                                             where also.user_id = known.id
                                               and also.word >= token and also.word < public.after_prefix(token)))
       order by smallest.term, known.id
       limit page_size
    ), by_name as (
      select owner.user_id as person, owner.name as term
        from public.usernames as owner
       where owner.name >= prefix and owner.name < public.after_prefix(prefix)
         and owner.name >= case when after_known then '' else after_term end
         and (after_known or (owner.name, owner.user_id) > (after_term, after_id))
         and not exists (select from public.user_profile_words as word
                          where word.user_id = owner.user_id and word.word >= prefix and word.word < owner.name)
         and owner.user_id not in (select public.hidden_from(public.viewer_id()))
         and owner.user_id not in (select id from known)
         and not exists (select from public.user_privacy_settings as settings
                          where settings.user_id = owner.user_id and not settings.discoverable)
         and not exists (select from unnest(others) as token
                          where not exists (select from public.usernames as also
                                             where also.user_id = owner.user_id
                                               and also.name >= token and also.name < public.after_prefix(token))
                            and not exists (select from public.user_profile_words as also
                                             where also.user_id = owner.user_id
                                               and also.word >= token and also.word < public.after_prefix(token)))
       order by owner.name, owner.user_id
       limit page_size
    ), by_word as (
      select word.user_id as person, word.word as term
        from public.user_profile_words as word
       where word.word >= prefix and word.word < public.after_prefix(prefix)
         and word.word >= case when after_known then '' else after_term end
         and (after_known or (word.word, word.user_id) > (after_term, after_id))
         and not exists (select from public.usernames as owner
                          where owner.user_id = word.user_id and owner.name >= prefix and owner.name <= word.word)
         and not exists (select from public.user_profile_words as smaller
                          where smaller.user_id = word.user_id and smaller.word >= prefix and smaller.word < word.word)
         and word.user_id not in (select public.hidden_from(public.viewer_id()))
         and word.user_id not in (select id from known)
         and not exists (select from public.user_privacy_settings as settings
                          where settings.user_id = word.user_id and not settings.discoverable)
         and not exists (select from unnest(others) as token
                          where not exists (select from public.usernames as also
                                             where also.user_id = word.user_id
                                               and also.name >= token and also.name < public.after_prefix(token))
                            and not exists (select from public.user_profile_words as also
                                             where also.user_id = word.user_id
                                               and also.word >= token and also.word < public.after_prefix(token)))
       order by word.word, word.user_id
       limit page_size
    )
    select person, true, term from friendly
     union all
    (select person, false, term
       from (select * from by_name union all select * from by_word) as strangers
      order by term, person
      limit page_size)
     order by 2 desc, 3, 1
     limit page_size
  $$;

-- How many people the whole search finds.
create function count_people(prefix text, others text[]) returns int
  language sql stable
  security definer set search_path = ''
  as $$
    select count(*)::int
      from (select user_id from public.usernames where name >= prefix and name < public.after_prefix(prefix)
             union
            select user_id from public.user_profile_words
             where word >= prefix and word < public.after_prefix(prefix)) as found
     where user_id not in (select public.hidden_from(public.viewer_id()))
       and not exists (select from public.user_privacy_settings as settings
                        where settings.user_id = found.user_id and not settings.discoverable)
       and not exists (select from unnest(others) as token
                        where not exists (select from public.usernames as also
                                           where also.user_id = found.user_id
                                             and also.name >= token and also.name < public.after_prefix(token))
                          and not exists (select from public.user_profile_words as also
                                           where also.user_id = found.user_id
                                             and also.word >= token and also.word < public.after_prefix(token)))
  $$;

-- Counts calls of an action, so many at once, by the viewer or, without one, by an address. Gives the calls of the period,
-- oldest first, the new ones last. The row is locked before it is read, so the calls of one bucket come one after the
-- other, in all transactions of all processes. Of an address only its hash is kept.
drop function reserve_hit(text, interval);
drop function return_hit(text, timestamptz);

create function hit_bucket(action text, client text) returns text
  language sql stable
  as $$
    select json_build_array(action, coalesce(
             nullif(current_setting('app.user_id', true), ''),
             'anonymous ' || encode(sha256(convert_to(client, 'UTF8')), 'hex')))::text
  $$;

create function reserve_hits(action text, client text, times int, period interval) returns timestamptz[]
  language sql
  security definer set search_path = ''
  as $$
    insert into public.rate_limit_buckets as present (bucket, hits)
    select public.hit_bucket(action, client), array_fill(clock_timestamp(), array[times])
        on conflict (bucket) do update
       set hits = array(select hit from unnest(present.hits) as hit where hit > clock_timestamp() - period order by hit)
                  || array_fill(clock_timestamp(), array[times])
    returning hits
  $$;

-- Takes back so many calls of one moment: who was refused has not used anything, and other calls stay what they are.
create function return_hits(action text, client text, moment timestamptz, times int) returns void
  language sql
  security definer set search_path = ''
  as $$
    update public.rate_limit_buckets as present
       set hits = array(select hit
                          from (select hit, place, row_number() over (partition by hit order by place) as nth
                                  from unnest(present.hits) with ordinality as each (hit, place)) as numbered
                         where hit <> moment or nth > times
                         order by place)
     where bucket = public.hit_bucket(action, client)
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
        -- About the viewer.
        ('claim_username(text, interval, int)', 'connections_app'),
        ('reserve_hits(text, text, int, interval)', 'connections_app'),
        ('return_hits(text, text, timestamptz, int)', 'connections_app'),
        -- For whoever asks.
        ('find_by_usernames(text[])', 'connections_app, connections_service'),
        ('free_usernames(text[])', 'connections_app, connections_service'),
        ('cards(uuid[])', 'connections_app, connections_service'),
        ('search_people(text, text[], int, boolean, text, uuid)', 'connections_app, connections_service'),
        ('count_people(text, text[])', 'connections_app, connections_service'),
        -- Parts of the above.
        ('after_prefix(text)', 'connections_facts'),
        ('hit_bucket(text, text)', 'connections_facts'),
        ('known_users()', 'connections_facts'),
        ('keep_profile_words()', 'connections_facts'),
        ('hold_name_of_erased()', 'connections_facts')
      ) as functions (signature, callers)
  loop
    execute format('revoke all on function %s from public', made.signature);
    execute format('grant execute on function %s to %s', made.signature, made.callers);
    execute format('alter function %s owner to connections_facts', made.signature);
  end loop;
  revoke create on schema public from connections_facts;
end
$$;
