import { isAmong, type Queryable, sql, type Transaction } from '../../database/sql.ts'
import type { UserId } from '../../graphql/ids.ts'

/** When a person was last here, and the moment at which that was read. */
export interface Seen {
  /** Null: never. */
  readonly lastSeenAt: Date | null
  readonly now: Date
}

/** Of the viewer, and of those friends who let the viewer know. Nobody else is in the answer. */
export async function selectMyPresences(
  from: Queryable,
  people: readonly UserId[],
): Promise<Map<UserId, Seen>> {
  const rows = await from.rows<Seen & { person: UserId }>(
    'presence.mine',
    sql`
      select person, last_seen_at as "lastSeenAt", statement_timestamp() as now
        from my_presences(${people}::uuid[])`,
  )
  return new Map(rows.map((row) => [row.person, row]))
}

/** For services: of everybody who is here. */
export async function selectPresences(
  from: Queryable,
  people: readonly UserId[],
): Promise<Map<UserId, Seen>> {
  const rows = await from.rows<Seen & { person: UserId }>(
    'presence.any',
    sql`
      select person.id as person, presence.last_seen_at as "lastSeenAt", statement_timestamp() as now
        from users as person
        left join user_presence as presence on presence.user_id = person.id
       where person.id ${isAmong(people)}`,
  )
  return new Map(rows.map((row) => [row.person, row]))
}

/** What a process has heard of people and not written yet; of each person once, and once a day. */
export interface Heard {
  readonly heartbeats: readonly (readonly [person: UserId, at: Date])[]
  /** Days as `2026-11-28`, in UTC. */
  readonly active: readonly (readonly [person: UserId, day: string])[]
}

/** What was found out by writing it. */
interface Kept {
  /** Those of the people who are not here: nothing is kept of them. */
  readonly absent: readonly UserId[]
  /** The database's clock. */
  readonly now: Date
}

/** Keeps it, in a transaction of its own whose commit does not wait for the disk. */
export async function keepActivity(tx: Transaction, { heartbeats, active }: Heard): Promise<Kept> {
  const [row] = await tx.rows<Kept>(
    'presence.keep',
    sql`
      select array_to_json(keep_activity(${heartbeats.map(([person]) => person)}::uuid[],
                                         ${heartbeats.map(([, at]) => at.toISOString())}::timestamptz[],
                                         ${active.map(([person]) => person)}::uuid[],
                                         ${active.map(([, day]) => day)}::date[])) as absent,
             statement_timestamp() as now`,
  )
  if (row === undefined) throw new Error('A statement that always has a row had none.')
  return row
}
