import { sql, type Transaction } from '../../database/sql.ts'
import type { UserId } from '../../graphql/ids.ts'
import type { FactMark, GameFact } from './fact.ts'

// Each statement takes all facts of its kind at once, in the order of its key: two services that
// tell the same at the same time wait for each other, and never in a circle. What is there stays.

/**
 * Registers the people who are new, and gives those who are here: they cannot be erased before the
 * transaction has ended.
 */
export async function holdPeople(
  tx: Transaction,
  people: Iterable<UserId>,
): Promise<ReadonlySet<UserId>> {
  const rows = await tx.rows<{ id: UserId }>(
    'users.hold',
    sql`select id from hold_people(${[...people]}::uuid[]) as id`,
  )
  return new Set(rows.map(({ id }) => id))
}

/** Remembers facts by their marks, and gives the keys of those that were not known. */
export async function insertMarks(
  tx: Transaction,
  marks: readonly FactMark[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.rows<{ key: string }>(
    'games.marks',
    sql`
      insert into game_facts (key, contents)
      select decode(key, 'hex'), decode(contents, 'hex')
        from ${asTable(marks)} order by key
          on conflict do nothing
   returning encode(key, 'hex') as key`,
  )
  return new Set(rows.map(({ key }) => key))
}

/** The keys that are remembered with other contents. */
export async function selectClashes(
  tx: Transaction,
  marks: readonly FactMark[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.rows<{ key: string }>(
    'games.clashes',
    sql`
      select told.key
        from ${asTable(marks)}
        join game_facts as known on known.key = decode(told.key, 'hex')
       where known.contents <> decode(told.contents, 'hex')`,
  )
  return new Set(rows.map(({ key }) => key))
}

function asTable(marks: readonly FactMark[]) {
  const [keys, contents] = [marks.map(({ key }) => key), marks.map((mark) => mark.contents)]
  return sql`unnest(${keys}::text[], ${contents}::text[]) as told (key, contents)`
}

/** CREATED: a game keeps the first creator that was told. */
export async function insertGames(tx: Transaction, facts: readonly GameFact[]): Promise<void> {
  await tx.rows(
    'games.creators',
    sql`
      insert into games (game_id, creator_user_id)
      select distinct on (game_id) game_id, user_id from ${told(facts)}
       order by game_id, at, user_id
          on conflict do nothing`,
  )
}

/** Somebody who takes part in a game. */
export interface Participation {
  readonly user: UserId
  readonly gameId: string
  readonly at: Date
}

/** PARTICIPATED. Gives those who were not known to take part. */
export async function insertParticipations(
  tx: Transaction,
  facts: readonly GameFact[],
): Promise<Participation[]> {
  return tx.rows(
    'games.participations',
    sql`
      insert into game_participations (user_id, game_id, joined_at)
      select user_id, game_id, min(at) from ${told(facts)}
       group by user_id, game_id
       order by user_id, game_id
          on conflict do nothing
   returning user_id as "user", game_id as "gameId", joined_at as at`,
  )
}

/**
 * INVITED and the answers, in any order: the first invitation and the last answer count. Whether
 * the two were friends is looked up when the invitation is told.
 */
export async function upsertInvites(tx: Transaction, facts: readonly GameFact[]): Promise<void> {
  await tx.rows(
    'games.invites',
    sql`
      insert into game_invites as invite
             (inviter_user_id, invitee_user_id, game_id, invited_at, between_friends, outcome, answered_at)
      select one.user_id, one.other_id, one.game_id, one.invited_at,
             case when one.invited_at is not null then exists (
               select from user_friends
                where user_id = one.user_id and friend_id = one.other_id and created_at <= one.invited_at) end,
             lower(substr(one.answer, length('INVITE_') + 1)), one.answered_at
        from (select user_id, other_id, game_id,
                     min(at) filter (where kind = 'INVITED') as invited_at,
                     max(at) filter (where kind <> 'INVITED') as answered_at,
                     (array_agg(kind order by at desc, kind) filter (where kind <> 'INVITED'))[1] as answer
                from ${told(facts)}
               group by user_id, other_id, game_id) as one
       order by one.user_id, one.other_id, one.game_id
          on conflict (inviter_user_id, invitee_user_id, game_id)
          do update set
             invited_at = least(invite.invited_at, excluded.invited_at),
             between_friends = coalesce(invite.between_friends, excluded.between_friends),
             outcome = case when invite.answered_at is null
                              or (excluded.answered_at, invite.outcome) > (invite.answered_at, excluded.outcome)
                            then excluded.outcome else invite.outcome end,
             answered_at = greatest(invite.answered_at, excluded.answered_at)`,
  )
}

/** ACTIVE. */
export async function insertActivityDays(
  tx: Transaction,
  facts: readonly GameFact[],
): Promise<void> {
  await tx.rows(
    'games.activity',
    sql`
      insert into activity_days (user_id, day)
      select distinct user_id, (at at time zone 'UTC')::date from ${told(facts)}
       order by 1, 2
          on conflict do nothing`,
  )
}

/** REPORTED. */
export async function insertReports(tx: Transaction, facts: readonly GameFact[]): Promise<void> {
  await tx.rows(
    'games.reports',
    sql`
      insert into user_reports (reporter_user_id, reported_user_id, reported_at)
      select distinct user_id, other_id, at from ${told(facts)}
       order by 1, 2, 3
          on conflict do nothing`,
  )
}

function told(facts: readonly GameFact[]) {
  return sql`
    unnest(${facts.map(({ kind }) => kind)}::text[], ${facts.map(({ user }) => user)}::uuid[],
           ${facts.map(({ other }) => other)}::uuid[], ${facts.map(({ gameId }) => gameId)}::text[],
           ${facts.map(({ at }) => at.toISOString())}::timestamptz[])
      as told (kind, user_id, other_id, game_id, at)`
}
