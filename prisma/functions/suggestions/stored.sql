-- What the worker computes ahead of time (rule 11.2).

-- Computes people anew and keeps the best 100 of each: for the worker, some people at a time. It only
-- finds and scores, because who may be shown is decided when it is read. People whom a person follows
-- or keeps as contacts are left out, so that the hundred are not spent on them (friends are left out
-- anyway). What has not changed is not written. Nobody who was erased meanwhile comes back: each row
-- holds both of its people until the end of the transaction, by their foreign keys.
--
-- @return how many people were computed; 0 when one of those it had found was erased meanwhile. Then
-- nothing is written, and the same people can be computed again at once.
create or replace function store_suggestions(people uuid[], weights double precision[]) returns int
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  set enable_bitmapscan = off set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan
  set work_mem = '64MB'
  as $$
    declare
      stored int;
    begin
      with person as materialized (
        select users.id, lower(profile.city) as city, lower(profile.region) as region,
               coalesce(profile.sport_preferences, '{}') as sports
          from public.users
          left join public.user_profiles as profile on profile.user_id = users.id
         where users.id = any (people)
      ), tied as materialized (
        select follower_user_id as base, target_user_id as other from public.user_follows where follower_user_id = any (people)
         union all
        select owner_user_id, contact_user_id from public.user_contacts where owner_user_id = any (people)
      ), best as materialized (
        select person.id as base, top.*
          from person
         cross join lateral (
               select near.candidate, near.friend_weight, near.follow_weight, near.far_weight, near.game_weight,
                      near.follow_count, near.game_count
                 from (select nearby.*, nearby.friend_weight + nearby.follow_weight + nearby.far_weight as mutual,
                              max(nearby.friend_weight + nearby.follow_weight + nearby.far_weight) over () as best,
                              max(nearby.game_weight) over () as best_game
                         from public.similar_people(person.id, floor(extract(epoch from statement_timestamp()) / 86400)::int) as nearby
                        where ((person.id, nearby.candidate) in (select base, other from tied)) is not true) as near
                 left join public.user_profiles as theirs on theirs.user_id = near.candidate
                cross join lateral (
                      select count(*)::int as shared
                        from unnest(theirs.sport_preferences) as sport (name)
                       where sport.name = any (person.sports) offset 0) as common
                cross join lateral (
                      select case when common.shared = 0 then 0
                                  else common.shared::float8
                                       / (cardinality(person.sports) + cardinality(theirs.sport_preferences) - common.shared)
                              end as sports,
                             case when lower(theirs.city) = person.city and (lower(theirs.region) = person.region) is not false then 1
                                  when lower(theirs.region) = person.region then 0.5
                                  else 0 end as place) as share
                order by weights[1] * coalesce(near.game_weight / nullif(near.best_game, 0), 0) + weights[2] * share.sports
                         + weights[4] * share.place + weights[3] * coalesce(near.mutual / nullif(near.best, 0), 0) desc,
                         near.candidate
                limit 100) as top
      ), before as materialized (
        select kept.base_user_id as base, kept.candidate_user_id as candidate,
               (kept.friend_weight, kept.follow_weight, kept.far_weight, kept.game_weight, kept.follow_count, kept.game_count) as found
          from public.user_similarity as kept where kept.base_user_id = any (people)
      ), gone as (
        delete from public.user_similarity as kept
         where (kept.base_user_id, kept.candidate_user_id) in (
               select before.base, before.candidate from before
                where ((before.base, before.candidate) in (select best.base, best.candidate from best)) is not true)
      ), changed as (
        update public.user_similarity as kept
           set friend_weight = best.friend_weight, follow_weight = best.follow_weight, far_weight = best.far_weight,
               game_weight = best.game_weight, follow_count = best.follow_count, game_count = best.game_count
          from best
          join before on before.base = best.base and before.candidate = best.candidate
           and before.found is distinct from
               (best.friend_weight, best.follow_weight, best.far_weight, best.game_weight, best.follow_count, best.game_count)
         where kept.base_user_id = best.base and kept.candidate_user_id = best.candidate
      ), added as (
        insert into public.user_similarity
               (base_user_id, candidate_user_id, friend_weight, follow_weight, far_weight, game_weight, follow_count, game_count)
        select best.base, best.candidate, best.friend_weight, best.follow_weight, best.far_weight, best.game_weight,
               best.follow_count, best.game_count
          from best
         where ((best.base, best.candidate) in (select before.base, before.candidate from before)) is not true
      )
      insert into public.similarity_runs as run (user_id, computed_at, weights)
      select id, statement_timestamp(), store_suggestions.weights from person order by id
          on conflict (user_id) do update set computed_at = excluded.computed_at, weights = excluded.weights;
      get diagnostics stored = row_count;
      return stored;
    exception when foreign_key_violation or unique_violation then
      return 0;
    end
  $$;
grant execute on function store_suggestions(uuid[], double precision[]) to connections_worker;

-- Computes the next people behind `after_id`, up to `until_id`: the first `most` who want it, among
-- the next 2,000. Those are people who were active in the last 30 days, or with a friend who has
-- made a friend since the person was computed (rule 11.2), unless they were computed by these
-- weights in the last 12 hours. With `everybody` it is all people.
--
-- What was computed more than 36 hours ago is read by nobody (`suggest_people`). Where it is not
-- computed anew, it is removed on the way.
--
-- @return after whom to go on, null when all have been looked at; and how many were computed
create or replace function compute_suggestions(
    after_id uuid, until_id uuid, weights double precision[], everybody boolean, most int)
  returns table (last_id uuid, computed int)
  language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  set enable_bitmapscan = off set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan
  as $$
    declare
      moment timestamptz := statement_timestamp();
      looked int;
      due uuid[];
    begin
      with head as materialized (
        select users.id from public.users
         where users.id > after_id and users.id <= until_id
         order by users.id
         limit 2000
      ), wanted as materialized (
        select head.id
          from head
          left join public.similarity_runs as run on run.user_id = head.id
         where everybody
            or ((run.weights = compute_suggestions.weights and run.computed_at > moment - interval '12 hours') is not true
                and (exists (select from public.activity_days
                              where user_id = head.id and day > (moment at time zone 'UTC')::date - 30)
                     or exists (select from public.user_presence
                                 where user_id = head.id and last_seen_at > moment - interval '30 days')
                     or exists (select from public.user_friends
                                 where user_id = head.id and created_at > moment - interval '30 days')
                     or exists (select from public.user_follows
                                 where follower_user_id = head.id and created_at > moment - interval '30 days')
                     or exists (select from public.user_contacts
                                 where owner_user_id = head.id and created_at > moment - interval '30 days')
                     or exists (select from public.user_friends as mine
                                  join public.user_friends as theirs on theirs.user_id = mine.friend_id
                                 where mine.user_id = head.id
                                   and theirs.created_at > coalesce(run.computed_at, moment - interval '1 day'))))
         order by head.id
         limit most
      )
      select (select count(*) from head), (select array_agg(id order by id) from wanted),
             (select id from head order by id desc limit 1)
        into looked, due, last_id;

      if cardinality(due) = most then
        last_id := due[most];
      elsif looked < 2000 then
        last_id := null;
      end if;
      computed := 0;
      if due is not null then
        computed := public.store_suggestions(due, weights);
        if computed = 0 then
          last_id := after_id;
          return next;
          return;
        end if;
      end if;

      with stale as materialized (
        delete from public.similarity_runs
         where user_id > after_id and user_id <= coalesce(last_id, until_id) and computed_at <= moment - interval '36 hours'
        returning user_id
      )
      delete from public.user_similarity where base_user_id in (select user_id from stale);
      return next;
    end
  $$;
grant execute on function compute_suggestions(uuid, uuid, double precision[], boolean, int) to connections_worker;

-- How long ago the oldest stored suggestions were computed, in seconds; null without any.
create or replace function oldest_suggestions() returns double precision
  language sql stable
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select extract(epoch from statement_timestamp() - min(computed_at))::float8 from public.similarity_runs;
  end;
grant execute on function oldest_suggestions() to connections_service;
