import { sql, type Transaction } from '../database/sql.ts'
import type { UserId } from '../graphql/ids.ts'

/**
 * Holds two people until the transaction ends: whoever changes anything between them comes first
 * here, so that any two changes of one pair happen one after the other (rule 0.5). The pair is
 * unordered. A hash that two pairs share makes one of them wait for nothing, and harms nothing.
 *
 * Statements of a transaction run in the order in which they are sent, so what waits behind the
 * lock may be sent with it: `Promise.all([lockPair(…), selectPairState(…)])`, the lock first.
 */
export async function lockPair(tx: Transaction, one: UserId, other: UserId): Promise<void> {
  await tx.rows(
    'pairs.lock',
    sql`select pg_advisory_xact_lock(hashtextextended(${pairKey(one, other)}, 0))`,
  )
}

/**
 * The same for many pairs, in the one order in which all who hold several take them
 * (`import_contacts` does), so that no two wait for each other in a circle.
 */
export async function lockPairs(
  tx: Transaction,
  pairs: readonly (readonly [UserId, UserId])[],
): Promise<void> {
  const keys = pairs.map(([one, other]) => pairKey(one, other))
  await tx.rows(
    'pairs.lockAll',
    sql`
      select pg_advisory_xact_lock(pair.key)
        from (select distinct hashtextextended(name, 0) as key
                from unnest(${keys}::text[]) as name
               order by key) as pair`,
  )
}

/**
 * Waits until nobody else is about to hold many pairs, until the transaction ends. Before the
 * pairs, never after them.
 */
export async function lockManyPairs(tx: Transaction): Promise<void> {
  await tx.rows('pairs.lockMany', sql`select pg_advisory_xact_lock(hashtextextended('pairs', 0))`)
}

/** The same text whichever of the two comes first. */
function pairKey(one: UserId, other: UserId): string {
  return one < other ? `pair:${one}:${other}` : `pair:${other}:${one}`
}

/**
 * Holds the caps of people until the transaction ends: whoever counts what a person has (friends,
 * blocks, open requests) before adding to it comes here first, so that no two add the last one.
 * After the pair's lock, never before: then nobody who holds one of these waits for a pair, and no
 * circle of waiting can close.
 */
export async function lockCaps(tx: Transaction, ...people: readonly UserId[]): Promise<void> {
  const keys = [...people].sort().map((person) => `cap:${person}`)
  await tx.rows(
    'caps.lock',
    sql`select pg_advisory_xact_lock(hashtextextended(key, 0)) from unnest(${keys}::text[]) as key`,
  )
}

/**
 * Holds those of the pairs that nobody else holds until the transaction ends, without waiting for
 * the others.
 * @returns whether somebody else holds a pair; false for a pair that was not asked for
 */
export async function tryLockPairs(
  tx: Transaction,
  pairs: readonly (readonly [UserId, UserId])[],
): Promise<(one: UserId, other: UserId) => boolean> {
  const keys = [...new Set(pairs.map(([one, other]) => pairKey(one, other)))]
  const rows = await tx.rows<{ key: string; isOurs: boolean }>(
    'pairs.tryLock',
    sql`select key, pg_try_advisory_xact_lock(hashtextextended(key, 0)) as "isOurs" from unnest(${keys}::text[]) as key`,
  )
  const held = new Set(rows.filter(({ isOurs }) => !isOurs).map(({ key }) => key))
  return (one, other) => held.has(pairKey(one, other))
}
