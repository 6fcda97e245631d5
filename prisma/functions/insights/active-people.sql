-- How many people are active on a day (rule 14).
--
-- A person is active on a day, in UTC, if `activity_days` has it: another service said so
-- (`recordGameFacts`), or they made a signed-in request here.
--
-- `days`: whole days of the span, also those without anybody
-- `active`: people, once for each day on which they were active; divided by `days`, the mean of a day
-- `squares`: of the people of each day, for the interval of that mean
create or replace function insight_active_people(since timestamptz, until timestamptz)
  returns table (people bigint, days int, active bigint, squares numeric)
  language sql stable rows 1
  begin atomic
    with active as materialized (
      select user_id, day
        from public.activity_days
       where day >= (since at time zone 'UTC')::date and day < (until at time zone 'UTC')::date
    )
    select (select count(distinct user_id) from active),
           (until at time zone 'UTC')::date - (since at time zone 'UTC')::date,
           coalesce(sum(day.people), 0)::bigint,
           coalesce(sum(day.people::numeric * day.people), 0)
      from (select count(*) as people from active group by active.day) as day;
  end;
