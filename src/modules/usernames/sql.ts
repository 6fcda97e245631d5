import { type Queryable, sql, type Transaction } from '../../database/sql.ts'
import type { UserId } from '../../graphql/ids.ts'
import { limits } from '../../limits.ts'

/**
 * Gives the viewer a name, and holds the one before for them (rules 2.2, 2.3). Claims of one name
 * wait for each other.
 * @returns `same`: they had it already, and nothing was touched; `taken`: it is somebody else's, or
 * held
 */
export async function updateUsername(
  tx: Transaction,
  name: string,
): Promise<'claimed' | 'same' | 'taken'> {
  const { heldForDays, mostHeld } = limits.usernames
  const [row] = await tx.rows<{ outcome: 'claimed' | 'same' | 'taken' }>(
    'usernames.claim',
    sql`select claim_username(${name}, make_interval(days => ${heldForDays}::int), ${mostHeld}::int) as outcome`,
  )
  if (row === undefined) throw new Error('A claim had no outcome.')
  return row.outcome
}

/**
 * Who has each name, or has it held, of those whom the one who asks can see. Canonical names only.
 */
export async function selectByUsernames(
  from: Queryable,
  names: readonly string[],
): Promise<Map<string, UserId>> {
  const rows = await from.rows<{ name: string; person: UserId }>(
    'usernames.find',
    sql`select name, person from find_by_usernames(${names}::text[])`,
  )
  return new Map(rows.map(({ name, person }) => [name, person]))
}

/** Which of the names the one who asks could claim now, as far as others are concerned. */
export async function selectFreeNames(
  from: Queryable,
  names: readonly string[],
): Promise<Set<string>> {
  const rows = await from.rows<{ name: string }>(
    'usernames.free',
    sql`select name from free_usernames(${names}::text[]) as name`,
  )
  return new Set(rows.map(({ name }) => name))
}
