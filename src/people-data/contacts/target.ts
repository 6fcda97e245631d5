import { type Queryable, sql } from '../../database/sql.ts'
import type { UserId } from '../../graphql/ids.ts'

/** An imported contact as this service has it. Times are milliseconds since 1970. */
export interface TargetContact {
  readonly owner: UserId
  readonly contact: UserId
  readonly createdAt: number
  readonly updatedAt: number
}

export interface Pair {
  readonly owner: UserId
  readonly contact: UserId
}

/** Rows of one statement. */
const pageSize = 5_000

/**
 * Every imported contact, by owner, then contact. Written without the importer's own SQL: this is
 * to find its mistakes.
 */
export function importedContacts(from: Queryable): AsyncGenerator<TargetContact> {
  return everyPair((after) =>
    from.rows<TargetContact>(
      'imports.targetPage',
      sql`
        select ${columns}
          from user_contacts
         where imported and (owner_user_id, contact_user_id) > (${after.owner}::uuid, ${after.contact}::uuid)
         order by owner_user_id, contact_user_id
         limit ${pageSize}`,
    ),
  )
}

/** Every pair whose imported contact is gone since, by owner, then contact. */
export function removedPairs(from: Queryable): AsyncGenerator<Pair> {
  return everyPair((after) =>
    from.rows<Pair>(
      'imports.removalPage',
      sql`
        select owner_user_id as owner, contact_user_id as contact
          from contact_import_removals
         where (owner_user_id, contact_user_id) > (${after.owner}::uuid, ${after.contact}::uuid)
         order by owner_user_id, contact_user_id
         limit ${pageSize}`,
    ),
  )
}

/** One imported contact, asked for by its key; null when there is none. */
export async function findImported(from: Queryable, { owner, contact }: Pair) {
  const [row] = await from.rows<TargetContact>(
    'imports.targetContact',
    sql`
      select ${columns}
        from user_contacts
       where imported and owner_user_id = ${owner}::uuid and contact_user_id = ${contact}::uuid`,
  )
  return row ?? null
}

/** Those among the ids whom nobody knows here. */
export async function unknownPeople(from: Queryable, ids: readonly UserId[]): Promise<UserId[]> {
  const rows = await from.rows<{ id: UserId }>(
    'imports.known',
    sql`select id from users where id = any (${ids}::uuid[])`,
  )
  const known = new Set(rows.map(({ id }) => id))
  return ids.filter((id) => !known.has(id))
}

/** Before every pair: nobody is their own contact, so this one cannot be there. */
const beginning = '00000000-0000-0000-0000-000000000000'

async function* everyPair<Row extends Pair>(
  page: (after: { owner: string; contact: string }) => Promise<Row[]>,
): AsyncGenerator<Row> {
  let after: { owner: string; contact: string } = { owner: beginning, contact: beginning }
  for (;;) {
    const rows = await page(after)
    yield* rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < pageSize) return
    after = last
  }
}

const columns = sql`
  owner_user_id as owner, contact_user_id as contact,
  (extract(epoch from created_at) * 1000)::float8 as "createdAt",
  (extract(epoch from updated_at) * 1000)::float8 as "updatedAt"`
