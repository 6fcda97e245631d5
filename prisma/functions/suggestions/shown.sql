-- Who of those that were found is suggested now (rule 11.3).

-- The people whom a person may know, best first, with what each was found by. Whoever may not be
-- shown by now is left out, whatever was stored (rule 11.3): people who will not be discovered, with
-- a block between the two, whom the person has a tie or an open request with, or has dismissed,
-- removed or declined within `feedback_days`. Nobody is found who is gone: foreign keys see to it.
--
-- A fresh stored result is read; else it is computed. `people_around` are looked at where fewer than
-- `fill` people and 25 more are left by what the person has done, and shown only where fewer than
-- `fill` people would be.
--
-- The work does not hang on who blocks the person (rule 0.9): everything is looked up for everybody,
-- and those who are hidden are left out at last. And what is told of the others does not hang on
-- those who are hidden: scores are shares of the best of those who are shown.
--
-- How many friends the two share is counted now, as `mutualFriendCount` counts it. Where there are
-- none by now, a stored sum over friends counts for nothing: it would tell of a friendship that is
-- hidden since.
create or replace function suggest_people(base uuid, weights double precision[], most int, fill int, stored boolean)
  returns table (candidate uuid, score double precision, friend_weight real, follow_weight real, far_weight real,
                 game_weight real, friend_count int, follow_count int, game_count int, sport_count int, place_share real)
  language sql stable rows 25
  security definer set search_path = pg_catalog, pg_temp
  set enable_bitmapscan = off set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan
  begin atomic
    with own as materialized (
      select person.id, coalesce(settings.show_in_mutual_friends, true) as shows,
             lower(profile.city) as city, lower(profile.region) as region,
             coalesce(profile.sport_preferences, '{}') as sports,
             floor(extract(epoch from statement_timestamp()) / 86400)::int as day
        from public.users as person
        left join public.user_privacy_settings as settings on settings.user_id = person.id
        left join public.user_profiles as profile on profile.user_id = person.id
       where person.id = base
    ), fresh as materialized (
      select from public.similarity_runs as run
       where stored and run.user_id = base and run.weights = suggest_people.weights
         and run.computed_at > statement_timestamp() - interval '36 hours'
    ), found as materialized (
      select candidate_user_id as id, friend_weight, follow_weight, far_weight, game_weight, follow_count, game_count
        from public.user_similarity
       where base_user_id = base and exists (select from fresh)
       union all
      select nearby.candidate, nearby.friend_weight, nearby.follow_weight, nearby.far_weight, nearby.game_weight,
             nearby.follow_count, nearby.game_count
        from own
       cross join lateral public.similar_people(own.id, own.day) as nearby
       where not exists (select from fresh)
    ), mine as materialized (
      select friend_id as id from public.user_friends where user_id = base
    ), found_ids as materialized (
      select array(select id from found) as list
    ), privacy as materialized (
      select user_id as id, discoverable, show_in_mutual_friends from public.user_privacy_settings
       where user_id = any ((select list from found_ids)::uuid[]) and not (discoverable and show_in_mutual_friends)
    ), hindered as materialized (
      -- By what the person has done, and by who does not want to be found. In all lists at once, for
      -- everybody who was found.
      select base as id
       union all
      select id from mine
       union all
      select target_user_id from public.user_follows
       where follower_user_id = base and target_user_id = any ((select list from found_ids)::uuid[])
       union all
      select contact_user_id from public.user_contacts
       where owner_user_id = base and contact_user_id = any ((select list from found_ids)::uuid[])
       union all
      select target_user_id from public.user_friend_requests
       where requester_user_id = base and target_user_id = any ((select list from found_ids)::uuid[])
         and status in ('pending', 'rejected') and expires_at > statement_timestamp()
       union all
      select requester_user_id from public.user_friend_requests
       where target_user_id = base and requester_user_id = any ((select list from found_ids)::uuid[])
         and status in ('pending', 'rejected') and expires_at > statement_timestamp()
       union all
      select other_user_id from public.suggestion_dismissals
       where user_id = base and other_user_id = any ((select list from found_ids)::uuid[])
         and created_at > statement_timestamp() - make_interval(days => public.feedback_days())
       union all
      select id from privacy where not discoverable
    ), left_over as materialized (
      select found.* from found where (found.id in (select id from hindered)) is not true
    ), around as materialized (
      select nearby.candidate as id
        from own
       cross join lateral public.people_around(own.id, own.day) as nearby
       where (select count(*) from left_over) < fill + 25
    ), pool as materialized (
      select id, friend_weight, follow_weight, far_weight, game_weight, follow_count, game_count,
             (id in (select id from around)) is true as fills
        from left_over
       union all
      select around.id, 0, 0, 0, 0, 0, 0, true
        from around
       where (around.id in (select id from left_over)) is not true
    ), pool_ids as materialized (
      select array(select id from pool) as list
    ), hidden as materialized (
      select blocker_user_id as id from public.user_blocks
       where blocker_user_id = any ((select list from pool_ids)::uuid[]) and blocked_user_id = base
         and (expires_at is null or expires_at > statement_timestamp())
       union all
      select blocked_user_id from public.user_blocks
       -- Also one that has run out and is not removed yet: then `dismiss_unblocked` takes over.
       where blocker_user_id = base and blocked_user_id = any ((select list from pool_ids)::uuid[])
    ), profile as materialized (
      select user_id as id, sport_preferences as sports, lower(city) as city, lower(region) as region
        from public.user_profiles where user_id = any ((select list from pool_ids)::uuid[])
    ), impression as materialized (
      select other_user_id as id, days
        from public.suggestion_impressions
       where user_id = base and other_user_id = any ((select list from pool_ids)::uuid[])
         and last_shown_on > (statement_timestamp() at time zone 'UTC')::date - public.feedback_days()
    ), judged as materialized (
      select pool.*, (pool.id in (select id from privacy where not show_in_mutual_friends)) is not true as shows,
             profile.sports, profile.city, profile.region, coalesce(impression.days, 0) as days,
             (pool.id in (select id from hidden)) is not true as may_be_shown
        from pool
        left join profile on profile.id = pool.id
        left join impression on impression.id = pool.id
    ), measured as materialized (
      select judged.id, judged.follow_weight, judged.follow_count, judged.game_weight, judged.game_count,
             case when own.shows and judged.shows then judged.friend_weight else 0 end as friend_weight,
             case when own.shows and judged.shows then judged.far_weight else 0 end as far_weight, judged.fills,
             -- Shown on more than three days and not taken up: a fifth less for each further day.
             greatest(power(0.8, greatest(judged.days - 3, 0)), 0.1) as fresh_share,
             sport.shared, sport.share,
             case when judged.city = own.city and (judged.region = own.region) is not false then 1
                  when judged.region = own.region then 0.5
                  else 0 end as place
        from own
       cross join judged
       cross join lateral (
             select common.shared,
                    coalesce(common.shared::float8
                             / nullif(cardinality(own.sports) + cardinality(judged.sports) - common.shared, 0), 0) as share
               from (select count(*)::int as shared from unnest(judged.sports) as theirs (name)
                      where theirs.name = any (own.sports)) as common) as sport
       where judged.may_be_shown
    ), compared as materialized (
      select measured.*, measured.friend_weight + measured.follow_weight + measured.far_weight as mutual,
             max(measured.friend_weight + measured.follow_weight + measured.far_weight) over () as best,
             max(measured.game_weight) over () as best_game
        from measured
       where measured.fills
          or measured.friend_weight + measured.follow_weight + measured.far_weight + measured.game_weight > 0
    ), ranked as materialized (
      select compared.*,
             row_number() over (
               order by compared.mutual = 0 and compared.game_weight = 0,
                        (weights[1] * coalesce(compared.game_weight / nullif(compared.best_game, 0), 0)
                         + weights[2] * compared.share + weights[4] * compared.place
                         + weights[3] * coalesce(compared.mutual / nullif(compared.best, 0), 0)) * compared.fresh_share desc,
                        compared.id) as rank
        from compared
    ), bridges as materialized (
      select mine.id
        from own
       cross join mine
       where own.shows
         and (mine.id in (select user_id from public.user_privacy_settings
                           where user_id = any (array(select id from mine)) and not show_in_mutual_friends)) is not true
    ), counted as materialized (
      select ranked.id, ranked.follow_weight, ranked.far_weight, ranked.game_weight, ranked.follow_count,
             ranked.game_count, ranked.shared, ranked.share, ranked.place, ranked.fresh_share, ranked.fills,
             ranked.best, ranked.best_game, ranked.mutual = ranked.best as was_best, common.friends,
             case when common.friends = 0 then 0 else ranked.friend_weight end as friend_weight,
             case when common.friends = 0 then 0 else ranked.friend_weight end + ranked.follow_weight + ranked.far_weight as mutual
        from ranked
       cross join lateral (
             select case when ranked.friend_weight = 0 then 0 else (
                      select count(*)::int
                        from (select from public.user_friends
                               where user_id = ranked.id and (friend_id in (select id from bridges)) is true
                               limit 100) as friendship) end as friends
             offset 0) as common
       where ranked.rank <= most + 25
    ), scored as (
      select counted.*,
             -- Four digits: sums of fractions differ behind them with the order in which rows are
             -- read, and the score stands in cursors.
             round(((weights[1] * coalesce(counted.game_weight / nullif(counted.best_game, 0), 0)
                     + weights[2] * counted.share + weights[4] * counted.place
                     -- By the best of all, also where that one is too far down to be counted.
                     + weights[3] * coalesce(counted.mutual / nullif(case when bool_or(counted.was_best) over ()
                                                                          then max(counted.mutual) over ()
                                                                          else counted.best end, 0), 0))
                    * counted.fresh_share)::numeric, 4)::float8 as score,
             (counted.mutual = 0 and counted.game_weight = 0)::int as around
        from counted
    ), placed as (
      select scored.*, row_number() over (order by scored.around, scored.score desc, scored.id) as place_in_page
        from scored
       -- Nobody is among those who fill a page for a friendship that is hidden by now.
       where scored.around = 0 or scored.fills
    )
    select id, score, friend_weight, follow_weight, far_weight, game_weight, friends, follow_count, game_count, shared, place
      from placed
     where place_in_page <= case when around = 1 then least(most, fill) else most end
     order by score desc, id;
  end;
grant execute on function suggest_people(uuid, double precision[], int, int, boolean) to connections_service;

-- The same for the viewer: nobody reads anybody else's.
create or replace function my_suggestions(weights double precision[], most int, fill int)
  returns table (candidate uuid, score double precision, friend_count int, follow_count int, game_count int,
                 sport_count int, place_share real)
  language sql stable rows 25
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select candidate, score, friend_count, follow_count, game_count, sport_count, place_share
      from public.suggest_people(public.viewer_id(), weights, most, fill, true)
     where public.viewer_id() is not null;
  end;
grant execute on function my_suggestions(double precision[], int, int) to connections_app;

-- What stands stored for the viewer, as far as it may be shown by now, for `user_similarity_view`;
-- what is older than 36 hours is computed again. Nothing for somebody who was never computed.
create or replace function stored_suggestions(base uuid)
  returns table (candidate uuid, display_name text, score double precision)
  language sql stable rows 25
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select suggestion.candidate, profile.display_name, suggestion.score
      from public.similarity_runs as run
     cross join lateral public.suggest_people(run.user_id, run.weights, 100, 25, true) as suggestion
      left join public.user_profiles as profile on profile.user_id = suggestion.candidate
     where run.user_id = base and base = public.viewer_id();
  end;
grant execute on function stored_suggestions(uuid) to connections_app;
