-- Blocks per 1,000 active people (rule 14): 1,000 × `blocks` / `active`.
--
-- A block is counted on the day on which it was made, whatever becomes of it: `blocks_made` has how
-- many there were, and no people. The group is everybody who was active.
--
-- `active`: people, once for each day on which they were active
-- `blocks`: made on those days
create or replace function insight_blocks(since timestamptz, until timestamptz)
  returns table (people bigint, active bigint, blocks bigint)
  language sql stable rows 1
  begin atomic
    select count(distinct user_id), count(*),
           (select coalesce(sum(made), 0)::bigint
              from public.blocks_made
             where day >= (since at time zone 'UTC')::date and day < (until at time zone 'UTC')::date)
      from public.activity_days
     where day >= (since at time zone 'UTC')::date and day < (until at time zone 'UTC')::date;
  end;
