-- Functions of search: finding people by the beginning of a name or a word. To change one, see README.md beside this file.

-- The first text, in byte order, after all that begin with a prefix. No name and no word has this last code point.
create or replace function after_prefix(prefix text) returns text
  language sql immutable
  begin atomic
    select prefix || chr(1114111);
  end;

-- Whom the viewer knows: friends, contacts and those they follow.
create or replace function known_users() returns setof uuid
  language sql stable rows 200
  begin atomic
    select friend_id from public.user_friends where user_id = public.viewer_id()
     union
    select contact_user_id from public.user_contacts where owner_user_id = public.viewer_id()
     union
    select target_user_id from public.user_follows where follower_user_id = public.viewer_id();
  end;

-- A page of the people whose username, or a word of whose display name, begins with `prefix`, and who match the other
-- tokens too (RULES 2.6): those whom the viewer knows first, then by the smallest name or word that matches. In that
-- order a whole name comes before the longer ones. Each person has one place, at their smallest match.
--
-- The known are looked up one by one, for there are few; the others come from two ranges of indexes, read in order and no
-- further than the page. What decides about a person is written out each time: as a function of its own, Postgres would
-- ask it of all matches of a short prefix before it cut the page.
create or replace function search_people(prefix text, others text[], page_size int, after_known boolean, after_term text, after_id uuid)
  returns table (person uuid, known boolean, term text)
  language sql stable rows 20
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
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
     limit page_size;
  end;
grant execute on function search_people(text, text[], int, boolean, text, uuid) to connections_app, connections_service;

-- How many people the whole search finds.
create or replace function count_people(prefix text, others text[]) returns int
  language sql stable
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
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
                                             and also.word >= token and also.word < public.after_prefix(token)));
  end;
grant execute on function count_people(text, text[]) to connections_app, connections_service;
