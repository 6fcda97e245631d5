import { standardWeights, toWeights } from '../../../src/config/suggestion-weights.ts'

/**
 * What a team would add so that PostGraphile can ask for the same facts in its own words: a
 * person's card as a view to which friends and contacts are related (it is joined into their
 * statement), and the lists without whoever is hidden. The rows that a view shows are those that
 * the service shows; the tables keep their policies.
 */
export const offeredToPostGraphile = `
  grant usage on schema bench to connections_app, connections_facts, connections_login;

  create or replace view bench.cards as
    select person.id, owner.name as username, profile.user_id is not null as introduced, profile.display_name,
           profile.avatar_url, profile.bio, profile.city, profile.region, profile.sport_preferences
      from public.users as person
      left join public.usernames as owner on owner.user_id = person.id
      left join public.user_profiles as profile on profile.user_id = person.id
     where person.id not in (select bench.hidden_users());
  grant create on schema bench to connections_facts;
  alter view bench.cards owner to connections_facts;
  grant select on bench.cards to connections_app;
  comment on view bench.cards is E'@primaryKey id';

  create or replace view bench.friends with (security_invoker) as
    select user_id, friend_id, friendship_level, created_at from public.user_friends;
  comment on view bench.friends is E'@primaryKey user_id,friend_id\\n@foreignKey (friend_id) references bench.cards (id)';

  create or replace view bench.contacts with (security_invoker) as
    select owner_user_id, contact_user_id, created_at, updated_at
      from public.user_contacts
     where contact_user_id not in (select bench.hidden_users());
  comment on view bench.contacts is E'@primaryKey owner_user_id,contact_user_id\\n@foreignKey (contact_user_id) references bench.cards (id)';

  -- Everybody's followers are open to whoever sees both, so it reads past the policies of the table, as the cards do. They are
  -- counted by the service's own function, which rounds what is above 1,000.
  create or replace view bench.followers as
    select target_user_id, follower_user_id, created_at
      from public.user_follows
     where target_user_id not in (select bench.hidden_users())
       and follower_user_id not in (select bench.hidden_users());
  alter view bench.followers owner to connections_facts;
  grant select on bench.followers to connections_app;
  comment on view bench.followers is E'@primaryKey target_user_id,follower_user_id';

  create or replace view bench.open_requests with (security_invoker) as
    select id, requester_user_id, target_user_id, quiet,
           nullif(current_setting('app.user_id', true), '')::uuid = target_user_id as incoming
      from public.user_friend_requests
     where expires_at > statement_timestamp()
       and (status = 'pending'
         or status = 'rejected' and requester_user_id = nullif(current_setting('app.user_id', true), '')::uuid)
       and requester_user_id not in (select bench.hidden_users())
       and target_user_id not in (select bench.hidden_users());
  comment on view bench.open_requests is E'@primaryKey id';

  create or replace view bench.standing_blocks with (security_invoker) as
    select blocker_user_id, blocked_user_id, created_at
      from public.user_blocks
     where expires_at is null or expires_at > statement_timestamp();
  comment on view bench.standing_blocks is E'@primaryKey blocker_user_id,blocked_user_id';

  -- Both ends of a key to the table's own mirror would be fields of one name.
  comment on constraint friendship_has_two_sides on public.user_friends is E'@behavior -*';

  -- Suggestions as finished rows, of which 25 are shown: the service's own function, with the card and the relationship of each.
  create or replace function bench.suggested_people()
    returns table (candidate uuid, score double precision, friend_count int, follow_count int, game_count int, sport_count int,
                   place_share real, username text, introduced boolean, display_name text, avatar_url text, bio text, city text,
                   region text, sport_preferences text[], is_contact boolean, follows boolean, followed_by boolean, blocks boolean,
                   friendship_level text, friends_since timestamptz)
    language sql stable rows 26
    begin atomic
      with found as materialized (
        select * from public.my_suggestions('{${toWeights(standardWeights).join()}}', 26, 25)
      )
      select found.*, card.username, card.introduced, card.display_name, card.avatar_url, card.bio, card.city, card.region,
             card.sport_preferences, tie.is_contact, tie.follows, tie.followed_by, tie.blocks, tie.friendship_level::text,
             tie.friends_since
        from found
        join public.user_summaries(array(select candidate from found)) as card on card.person = found.candidate
        join public.my_pair_summaries(array(select candidate from found)) as tie on tie.other = found.candidate
       order by found.score desc, found.candidate;
    end;
  grant execute on function bench.suggested_people() to connections_app;

  grant select on bench.friends, bench.contacts, bench.open_requests, bench.standing_blocks to connections_app;
`
