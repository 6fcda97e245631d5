-- Functions of search: finding people by the beginning of a name or a word. To change one, see README.md beside this file.

-- The first text, in byte order, after all that begin with a prefix. No name and no word has this last code point.
create or replace function after_prefix(prefix text) returns text
  language sql immutable
  begin atomic
    select prefix || chr(1114111);
  end;

-- A page of the people whose username, or a word of whose display name, begins with each of the tokens (RULES 2.6). `rank` 0:
-- those whom the viewer knows, 1: the person whose username it is, 2: everybody else. Within a rank they are ordered by their
-- smallest name or word that begins with the leading token, so a whole name comes before the longer ones. Each person has
-- one place.
--
-- The work is bounded. The leading token is the one with the fewest names and words, and only the first `most_entries` names
-- and words that begin with it are looked at: the scope of the search. The known and the exact name are looked up apart,
-- whatever the scope: of the known the first `most_known`, friends before contacts before those whom the viewer follows. What decides about a person is asked
-- of that person alone and is written out each time: how many people block the viewer makes no difference, and Postgres
-- stops at the end of the page. `offset 0` keeps it from reading whole tables first and joining them instead.
--
-- `chosen` is the place of the leading token, and null to choose one: the pages of one search must agree on it.
create or replace function search_people(tokens text[], chosen int, page_size int, most_entries int, most_known int,
                                         after_rank int, after_term text, after_id uuid)
  returns table (person uuid, rank int, term text, led_by int)
  language sql stable rows 20
  security definer set search_path = pg_catalog, pg_temp
  -- Only an index that is read in order can stop. Of a small or unknown range Postgres would read all, and sort it.
  set enable_bitmapscan = off set enable_seqscan = off set jit = off
  begin atomic
    with lead as materialized (
      select token.place, token.prefix, public.after_prefix(token.prefix) as ending
        from unnest(tokens) with ordinality as token (prefix, place)
       cross join lateral (
             select case when chosen is null and cardinality(tokens) > 1 then
                      (select count(*)
                         from (select from public.usernames as owner
                                where owner.name >= token.prefix and owner.name < public.after_prefix(token.prefix)
                                limit most_entries) as names)
                      + (select count(*)
                           from (select from public.user_profile_words as word
                                  where word.word >= token.prefix and word.word < public.after_prefix(token.prefix)
                                  limit most_entries) as words)
                    end as entries
             ) as counted
       where token.place = coalesce(chosen, token.place)
       order by counted.entries, token.place
       limit 1
    ), scope as materialized (
      select lead.place, lead.prefix, public.viewer_id() as viewer,
             -- One start for both: of two lower bounds an index may take the lower.
             case when after_rank = 2 then after_term else lead.prefix end as from_term,
             case when after_rank = 2 then after_id else '00000000-0000-0000-0000-000000000000' end as from_id,
             last_name.name is null and last_word.word is null as is_whole,
             coalesce(last_name.name, lead.ending) as names_end,
             coalesce(last_word.word, lead.ending) as words_end, coalesce(last_word.user_id, '00000000-0000-0000-0000-000000000000') as words_end_id
        from lead
        left join lateral (
             select owner.name from public.usernames as owner
              where owner.name >= lead.prefix and owner.name < lead.ending
              order by owner.name
             offset most_entries limit 1
             ) as last_name on true
        left join lateral (
             select word.word, word.user_id from public.user_profile_words as word
              where word.word >= lead.prefix and word.word < lead.ending
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
      select near.person, 0 as rank, smallest.term
        from scope
       cross join lateral (
             -- Where the scope holds all matches, the known among them; else all whom the viewer knows, one by one.
             select known.id as person from known where after_rank = 0 and not scope.is_whole
              union
             select owner.user_id from public.usernames as owner
              where after_rank = 0 and scope.is_whole and owner.name >= scope.prefix and owner.name < scope.names_end
                and (owner.user_id in (select id from known)) is true
              union
             select word.user_id from public.user_profile_words as word
              where after_rank = 0 and scope.is_whole and word.word >= scope.prefix and word.word < scope.words_end
                and (word.user_id in (select id from known)) is true
             ) as near
       cross join lateral (
             select least((select owner.name from public.usernames as owner
                            where owner.user_id = near.person and owner.name ^@ scope.prefix),
                          (select min(word.word || '') from public.user_profile_words as word
                            where word.user_id = near.person and word.word ^@ scope.prefix)) as term
             offset 0
             ) as smallest
       where smallest.term is not null
       union all
      select owner.user_id, 1, owner.name
        from public.usernames as owner
       where after_rank < 1 and cardinality(tokens) = 1 and owner.name = tokens[1]
         and owner.user_id not in (select id from known)
       order by 2, 3, 1
    ), favoured as (
      select apart.person, apart.rank, apart.term
        from scope
       cross join lateral (select * from apart order by rank, term, person offset 0) as apart
       where (apart.rank, apart.term, apart.person) > (after_rank, after_term, after_id)
         and not exists (select from public.user_blocks as block
                          where block.blocker_user_id = scope.viewer and block.blocked_user_id = apart.person
                            and (block.expires_at is null or block.expires_at > statement_timestamp())
                         offset 0)
         and not exists (select from public.user_blocks as block
                          where block.blocker_user_id = apart.person and block.blocked_user_id = scope.viewer
                            and (block.expires_at is null or block.expires_at > statement_timestamp())
                         offset 0)
         and not exists (select from public.user_privacy_settings as settings
                          where settings.user_id = apart.person and not settings.discoverable
                         offset 0)
         and not exists (select from unnest(tokens) with ordinality as token (prefix, place)
                          where token.place <> scope.place
                            and not exists (select from public.usernames as also
                                             where also.user_id = apart.person and also.name ^@ token.prefix
                                            offset 0)
                            and not exists (select from public.user_profile_words as also
                                             where also.user_id = apart.person and also.word ^@ token.prefix
                                            offset 0)
                         offset 0)
       order by apart.rank, apart.term, apart.person
       limit page_size
    ), by_name as (
      select entry.user_id as person, entry.name as term
        from scope
       cross join lateral (
             select owner.user_id, owner.name
               from public.usernames as owner
              where owner.name >= scope.from_term and owner.name < scope.names_end
                and (owner.name, owner.user_id) > (scope.from_term, scope.from_id)
                and (cardinality(tokens) > 1 or owner.name <> tokens[1])
                and not exists (select from public.user_profile_words as word
                                 where word.user_id = owner.user_id and word.word >= scope.prefix and word.word < owner.name
                                   and (word.word, word.user_id) < (scope.words_end, scope.words_end_id)
                                offset 0)
                and owner.user_id not in (select id from known)
                and not exists (select from public.user_blocks as block
                                 where block.blocker_user_id = scope.viewer and block.blocked_user_id = owner.user_id
                                   and (block.expires_at is null or block.expires_at > statement_timestamp())
                                offset 0)
                and not exists (select from public.user_blocks as block
                                 where block.blocker_user_id = owner.user_id and block.blocked_user_id = scope.viewer
                                   and (block.expires_at is null or block.expires_at > statement_timestamp())
                                offset 0)
                and not exists (select from public.user_privacy_settings as settings
                                 where settings.user_id = owner.user_id and not settings.discoverable
                                offset 0)
                and not exists (select from unnest(tokens) with ordinality as token (prefix, place)
                                 where token.place <> scope.place
                                   and not exists (select from public.usernames as also
                                                    where also.user_id = owner.user_id and also.name ^@ token.prefix
                                                   offset 0)
                                   and not exists (select from public.user_profile_words as also
                                                    where also.user_id = owner.user_id and also.word ^@ token.prefix
                                                   offset 0)
                                offset 0)
              order by owner.name
              limit page_size
             ) as entry
    ), by_word as (
      select entry.user_id as person, entry.word as term
        from scope
       cross join lateral (
             select word.user_id, word.word
               from public.user_profile_words as word
              where (word.word, word.user_id) > (scope.from_term, scope.from_id)
                and (word.word, word.user_id) < (scope.words_end, scope.words_end_id)
                and not exists (select from public.usernames as owner
                                 where owner.user_id = word.user_id and owner.name ^@ scope.prefix
                                   and owner.name <= word.word and owner.name < scope.names_end
                                offset 0)
                and not exists (select from public.user_profile_words as smaller
                                 where smaller.user_id = word.user_id
                                   and smaller.word >= scope.prefix and smaller.word < word.word
                                offset 0)
                and word.user_id not in (select id from known)
                and not exists (select from public.user_blocks as block
                                 where block.blocker_user_id = scope.viewer and block.blocked_user_id = word.user_id
                                   and (block.expires_at is null or block.expires_at > statement_timestamp())
                                offset 0)
                and not exists (select from public.user_blocks as block
                                 where block.blocker_user_id = word.user_id and block.blocked_user_id = scope.viewer
                                   and (block.expires_at is null or block.expires_at > statement_timestamp())
                                offset 0)
                and not exists (select from public.user_privacy_settings as settings
                                 where settings.user_id = word.user_id and not settings.discoverable
                                offset 0)
                and not exists (select from unnest(tokens) with ordinality as token (prefix, place)
                                 where token.place <> scope.place
                                   and not exists (select from public.usernames as also
                                                    where also.user_id = word.user_id and also.name ^@ token.prefix
                                                   offset 0)
                                   and not exists (select from public.user_profile_words as also
                                                    where also.user_id = word.user_id and also.word ^@ token.prefix
                                                   offset 0)
                                offset 0)
              order by word.word, word.user_id
              limit page_size
             ) as entry
    )
    select found.person, found.rank, found.term, lead.place::int
      from (select * from favoured
             union all
            select by_name.person, 2, by_name.term from by_name
             union all
            select by_word.person, 2, by_word.term from by_word) as found
     cross join lead
     order by found.rank, found.term, found.person
     limit page_size;
  end;
grant execute on function search_people(text[], int, int, int, int, int, text, uuid) to connections_app, connections_service;
