-- Functions of search: finding people by the beginning of a name or a word. To change one, see
-- README.md beside this file.

-- The first text, in byte order, after all that begin with a prefix. No name and no word has this
-- last code point.
create or replace function after_prefix(prefix text) returns text
  language sql immutable
  begin atomic
    select prefix || chr(1114111);
  end;

-- How many things keep a search of the viewer from showing a person: a block either way, a person
-- who will not be discovered, tokens other than the leading one with which neither the name nor a
-- word begins. All of them are looked up for everybody, also when one is known already: a person
-- who is hidden is as much work as an id that nobody has. Postgres copies it into the query that
-- calls it, which it does only while this function has neither rights nor settings of its own;
-- `offset 0` keeps it from being split up there.
create or replace function hindrances(viewer uuid, person uuid, names text[], words text[], led_by bigint)
  returns table (many int)
  language sql stable rows 1
  begin atomic
    select (exists (select from public.user_blocks as block
                     where block.blocker_user_id = viewer and block.blocked_user_id = person
                       and (block.expires_at is null or block.expires_at > statement_timestamp())
                    offset 0))::int
           + (exists (select from public.user_blocks as block
                       where block.blocker_user_id = person and block.blocked_user_id = viewer
                         and (block.expires_at is null or block.expires_at > statement_timestamp())
                      offset 0))::int
           + (exists (select from public.user_privacy_settings as settings
                       where settings.user_id = person and not settings.discoverable
                      offset 0))::int
           + (select count(*)::int
                from unnest(names, words) with ordinality as token (name, word, place)
               where token.place <> led_by
                 and not exists (select from public.usernames as also
                                  where also.user_id = person and also.name ^@ token.name
                                 offset 0)
                 and not exists (select from public.user_profile_words as also
                                  where also.user_id = person and also.word ^@ token.word
                                 offset 0))
    offset 0;
  end;

-- A page of the people of whom each token is the beginning: of their username, or of a word of
-- their display name (rule 2.6). A token is written in two ways, one for usernames and one for
-- words, of the same place in `names` and `words`. `rank` 0: those whom the viewer knows, 1: the
-- person whose username it is, 2: everybody else. Within a rank they are ordered by their smallest
-- name or word that begins with the leading token, so a whole name comes before the longer ones.
-- Each person has one place.
--
-- The work is bounded. The leading token is the one with the fewest names and words, and only the
-- first `most_entries` names and words that begin with it are looked at: the scope of the search.
-- The known and the exact name are looked up apart, whatever the scope: of the known the first
-- `most_known`, friends before contacts before those whom the viewer follows. What decides about a
-- person is asked of that person alone: how many people block the viewer makes no difference, and
-- Postgres stops soon after the end of the page. `offset 0` keeps it from reading whole tables
-- first and joining them instead.
--
-- And the work tells nothing of who is hidden (rule 0.9). At least `fewest_looks` entries are
-- looked at in each of the two lists, the one of the known and of the exact name and the one of
-- everybody else. Where there are fewer, ids that nobody has stand in for the rest: different ones,
-- for the same again would be found in the caches of the processor. A page goes on for as many
-- entries beyond its end, so that those among the first that are hidden do not make it longer.
--
-- `chosen` is the place of the leading token, and null to choose one: the pages of one search must
-- agree on it.
create or replace function search_people(names text[], words text[], chosen int, page_size int, most_entries int,
                                         most_known int, fewest_looks int, after_rank int, after_term text, after_id uuid)
  returns table (person uuid, rank int, term text, led_by int)
  language sql stable rows 20
  security definer set search_path = pg_catalog, pg_temp
  -- Only an index that is read in order can stop. Of a small or unknown range Postgres would read
  -- all, and sort it.
  set enable_bitmapscan = off set enable_seqscan = off set jit = off
  -- Planning takes longer than searching.
  set plan_cache_mode = force_generic_plan
  begin atomic
    with lead as materialized (
      select token.place, token.name as name_prefix, token.word as word_prefix,
             public.after_prefix(token.name) as names_ending, public.after_prefix(token.word) as words_ending
        from unnest(names, words) with ordinality as token (name, word, place)
       cross join lateral (
             select case when chosen is null and cardinality(names) > 1 then
                      (select count(*)
                         from (select from public.usernames as owner
                                where owner.name >= token.name and owner.name < public.after_prefix(token.name)
                                limit most_entries) as names)
                      + (select count(*)
                           from (select from public.user_profile_words as word
                                  where word.word >= token.word and word.word < public.after_prefix(token.word)
                                  limit most_entries) as words)
                    end as entries
             ) as counted
       where token.place = coalesce(chosen, token.place)
       order by counted.entries, token.place
       limit 1
    ), scope as materialized (
      select lead.place, lead.name_prefix, lead.word_prefix, public.viewer_id() as viewer,
             -- The one username that is asked for, if it is one: the way to write all tokens then.
             case when names[1] = all (names) then names[1] end as exact,
             -- One start for each: of two lower bounds an index may take the lower.
             case when after_rank = 2 and after_term collate "C" >= lead.name_prefix then after_term else lead.name_prefix
             end as names_from,
             case when after_rank = 2 and after_term collate "C" >= lead.name_prefix then after_id
                  else '00000000-0000-0000-0000-000000000000' end as names_from_id,
             case when after_rank = 2 and after_term collate "C" >= lead.word_prefix then after_term else lead.word_prefix
             end as words_from,
             case when after_rank = 2 and after_term collate "C" >= lead.word_prefix then after_id
                  else '00000000-0000-0000-0000-000000000000' end as words_from_id,
             last_name.name is null and last_word.word is null as is_whole,
             coalesce(last_name.name, lead.names_ending) as names_end,
             coalesce(last_word.word, lead.words_ending) as words_end,
             coalesce(last_word.user_id, '00000000-0000-0000-0000-000000000000') as words_end_id
        from lead
        left join lateral (
             select owner.name from public.usernames as owner
              where owner.name >= lead.name_prefix and owner.name < lead.names_ending
              order by owner.name
             offset most_entries limit 1
             ) as last_name on true
        left join lateral (
             select word.word, word.user_id from public.user_profile_words as word
              where word.word >= lead.word_prefix and word.word < lead.words_ending
              order by word.word, word.user_id
             offset most_entries limit 1
             ) as last_word on true
    ), known as materialized (
      select distinct near.id
        from (select first_ones.id
                from ((select 1 as nearness, friend.friend_id as id from public.user_friends as friend
                        where friend.user_id = public.viewer_id()
                        order by friend.created_at desc, friend.friend_id desc limit most_known)
                       union all
                      (select 2, contact.contact_user_id from public.user_contacts as contact
                        where contact.owner_user_id = public.viewer_id()
                        order by contact.contact_user_id limit most_known)
                       union all
                      (select 3, follow.target_user_id from public.user_follows as follow
                        where follow.follower_user_id = public.viewer_id()
                        order by follow.created_at desc, follow.target_user_id desc limit most_known)) as first_ones
               order by first_ones.nearness
               limit most_known) as near
    ), apart as materialized (
      select near.person, min(near.rank) as rank, min(near.term) as term
        from scope
       cross join lateral (
             -- Where the scope holds all matches, the known among them; else all whom the viewer
             -- knows, one by one. The nil UUID is asked for too, or the known would only be read
             -- where there is somebody to look for among them.
             select entry.person, 0 as rank, entry.term
               from (select owner.user_id as person, owner.name as term from public.usernames as owner
                      where after_rank = 0 and scope.is_whole
                        and owner.name >= scope.name_prefix and owner.name < scope.names_end
                      union all
                     select word.user_id, word.word from public.user_profile_words as word
                      where after_rank = 0 and scope.is_whole
                        and word.word >= scope.word_prefix and word.word < scope.words_end
                      union all
                     select '00000000-0000-0000-0000-000000000000', ''
                     offset 0) as entry
              where (entry.person in (select id from known)) is true
              union all
             select known.id, 0, smallest.term
               from known
              cross join lateral (
                    select least((select owner.name from public.usernames as owner
                                   where owner.user_id = known.id and owner.name ^@ scope.name_prefix),
                                 (select min(word.word || '') from public.user_profile_words as word
                                   where word.user_id = known.id and word.word ^@ scope.word_prefix)) as term
                    offset 0
                    ) as smallest
              where after_rank = 0 and not scope.is_whole and smallest.term is not null
              union all
             select owner.user_id, 1, owner.name from public.usernames as owner
              where after_rank = 0 and owner.name = scope.exact
             ) as near
       group by near.person
       union all
      select md5(names[1] || place)::uuid, 3, '' from generate_series(1, fewest_looks) as place
    ), favoured as (
      select looked.person, looked.rank, looked.term
        from scope
       cross join lateral (
             select entry.person, entry.rank, entry.term, hindered.many
               from (select apart.person, apart.rank, apart.term,
                            row_number() over (order by apart.rank, apart.term, apart.person) as place
                       from apart
                      where (apart.rank, apart.term, apart.person) > (after_rank, after_term, after_id)) as entry
              cross join lateral public.hindrances(scope.viewer, entry.person, names, words, scope.place) as hindered
              where (entry.rank < 3 or entry.place <= fewest_looks)
                and (hindered.many = 0 or entry.place <= fewest_looks)
              order by entry.rank, entry.term, entry.person
              limit page_size + fewest_looks
             ) as looked
       where looked.rank < 3 and looked.many = 0
    ), others as (
      select looked.person, 2 as rank, looked.term
        from scope
       cross join lateral (
             select entry.person, entry.term, entry.kind, hindered.many + elsewhere.many as many
               from (select listed.term, listed.person, listed.kind,
                            row_number() over (order by listed.term, listed.person) as place
                       from (select owner.name as term, owner.user_id as person, 1 as kind
                               from public.usernames as owner
                              where owner.name >= scope.names_from and owner.name < scope.names_end
                                and (owner.name, owner.user_id) > (scope.names_from, scope.names_from_id)
                              union all
                             select word.word, word.user_id, 2
                               from public.user_profile_words as word
                              where (word.word, word.user_id) > (scope.words_from, scope.words_from_id)
                                and (word.word, word.user_id) < (scope.words_end, scope.words_end_id)
                              union all
                             -- Behind all names and words.
                             select chr(1114111) collate "C", md5(words[1] || place)::uuid, 3
                               from generate_series(1, fewest_looks) as place) as listed) as entry
              cross join lateral public.hindrances(scope.viewer, entry.person, names, words, scope.place) as hindered
              cross join lateral (
                    -- Whether they have their place elsewhere: by being known or by a smaller name
                    -- or word.
                    select (entry.person in (select id from known))::int
                           + (exists (select from public.usernames as owner
                                       where owner.user_id = entry.person
                                         and (owner.name = scope.exact
                                              or owner.name ^@ scope.name_prefix and owner.name < scope.names_end
                                                 and (owner.name < entry.term or owner.name = entry.term and entry.kind = 2))
                                      offset 0))::int
                           + (exists (select from public.user_profile_words as smaller
                                       where smaller.user_id = entry.person
                                         and smaller.word >= scope.word_prefix and smaller.word < entry.term
                                         and (smaller.word, smaller.user_id) < (scope.words_end, scope.words_end_id)
                                      offset 0))::int as many
                    offset 0
                    ) as elsewhere
              where (entry.kind < 3 or entry.place <= fewest_looks)
                and (hindered.many + elsewhere.many = 0 or entry.place <= fewest_looks)
              order by entry.term, entry.person
              limit page_size + fewest_looks
             ) as looked
       where looked.kind < 3 and looked.many = 0
    )
    select found.person, found.rank, found.term, lead.place::int
      from (select * from favoured
             union all
            select * from others) as found
     cross join lead
     order by found.rank, found.term, found.person
     limit page_size;
  end;
grant execute on function search_people(text[], text[], int, int, int, int, int, int, text, uuid)
  to connections_app, connections_service;

-- Those of the people whom the one who asks may see whose username, or a word of whose display
-- name, begins with each token, which is written in two ways as for search_people. Names and words
-- are looked up by the ids of these people, so no more of them is read, however many begin with a
-- token.
create or replace function named_people(people uuid[], names text[], words text[]) returns setof uuid
  language sql stable rows 20
  security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  begin atomic
    with named as materialized (
      select found.id
        from unnest(names, words) with ordinality as token (name, word, place)
       cross join lateral (
             select owner.user_id as id from public.usernames as owner
              where owner.user_id = any (people) and owner.name ^@ token.name
              union
             select said.user_id from public.user_profile_words as said
              where said.user_id = any (people) and said.word ^@ token.word
             ) as found
       group by found.id
      having count(*) = cardinality(names)
    )
    select id from public.visible_users(array(select id from named)) as id;
  end;
grant execute on function named_people(uuid[], text[], text[]) to connections_app, connections_service;
