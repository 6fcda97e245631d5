-- How often game invitations are accepted, between friends or between others (rule 14).
--
-- An invitation belongs to the day on which it was sent. It is one between friends if the two were
-- friends when it was sent. Accepted means within 14 days; an invitation without an answer is not.
--
-- The group is everybody who invited, and everybody who was invited: the smaller of the two.
--
-- `sent`, `accepted`: how many invitations
create or replace function insight_invites(since timestamptz, until timestamptz, friends boolean)
  returns table (people bigint, sent bigint, accepted bigint)
  language sql stable rows 1
  begin atomic
    select least(count(distinct inviter_user_id), count(distinct invitee_user_id)),
           count(*),
           count(*) filter (where outcome = 'accepted' and answered_at <= invited_at + interval '14 days')
      from public.game_invites
     where invited_at >= since and invited_at < until and between_friends = friends;
  end;
