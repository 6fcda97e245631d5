-- Insights (rule 14): the one way to what is counted of people. Each measure is a function of its own
-- in insights/, which an analyst can read without the others. To change one, see README.md beside
-- this file.

-- What a measure counts of whole days, the last one included, with how many people it is of. No row
-- of fewer than 10 people, nor for a name that is no measure.
create or replace function insight_of(measure text, first_day date, last_day date)
  returns table (people bigint, sums jsonb)
  language plpgsql stable rows 1
  security definer set search_path = pg_catalog, pg_temp
  -- A day and a year of the same table need different plans.
  set plan_cache_mode = force_custom_plan set jit = off
  as $$
    declare
      since timestamptz := first_day::timestamp at time zone 'UTC';
      until timestamptz := (last_day + 1)::timestamp at time zone 'UTC';
      counted jsonb;
    begin
      counted := case measure
        when 'activePeople' then (select to_jsonb(c) from public.insight_active_people(since, until) as c)
        when 'blocks' then (select to_jsonb(c) from public.insight_blocks(since, until) as c)
        when 'requests' then (select to_jsonb(c) from public.insight_requests(since, until) as c)
        when 'invitesOfFriends' then (select to_jsonb(c) from public.insight_invites(since, until, true) as c)
        when 'invitesOfOthers' then (select to_jsonb(c) from public.insight_invites(since, until, false) as c)
        when 'joiners' then (select to_jsonb(c) from public.insight_joiners(since, until) as c)
        when 'retention' then (select to_jsonb(c) from public.insight_retention(since, until) as c)
        when 'threeFriends' then (select to_jsonb(c) from public.insight_three_friends(since, until) as c)
        when 'reports' then (select to_jsonb(c) from public.insight_reports(since, until) as c)
      end;
      if (counted ->> 'people')::bigint >= 10 then
        return query select (counted ->> 'people')::bigint, counted - 'people';
      end if;
    end
  $$;
grant execute on function insight_of(text, date, date) to connections_service, connections_worker;

-- The first day of which anything can be counted; null: there is none.
create or replace function insights_begin() returns date
  language sql stable
  security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select least(
      (select (min(created_at) at time zone 'UTC')::date from public.users),
      (select min(day) from public.activity_days),
      (select min(day) from public.blocks_made),
      (select (min(invited_at) at time zone 'UTC')::date from public.game_invites),
      (select (min(created_at) at time zone 'UTC')::date from public.user_friend_requests),
      (select (min(created_at) at time zone 'UTC')::date from public.friend_requests_archive),
      (select (min(created_at) at time zone 'UTC')::date from public.user_blocks));
  end;
grant execute on function insights_begin() to connections_worker;
