-- How many people joined. No figure of its own: by it, days are counted together for the figures about
-- people who joined (rule 14.4).
--
-- `joined`: how many people
create or replace function insight_joiners(since timestamptz, until timestamptz)
  returns table (people bigint, joined bigint)
  language sql stable rows 1
  begin atomic
    select count(*), count(*) from public.users where created_at >= since and created_at < until;
  end;
