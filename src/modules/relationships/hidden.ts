import type { UserId } from '../../graphql/ids.ts'
import {
  cutPage,
  encodeCursor,
  toConnection,
  toEdge,
  type Connection,
} from '../../graphql/connections.ts'
import { empty, sql, type Queryable } from '../../database/sql.ts'
import { limits } from '../../limits.ts'

export type HiddenConnection = Connection<{ readonly cursor: string; readonly node: UserId }>

/** The ids to leave out of what is shown to a person, by id; each once, though both may block (rule 13). */
export async function toHiddenConnection(
  from: Queryable,
  person: UserId,
  list: string,
  page: { readonly first: number; readonly after: UserId | null },
): Promise<HiddenConnection> {
  const rows = await from.rows<{ id: UserId }>(
    'hidden.page',
    sql`${hiddenFrom(person, page.after, page.first + 1)} order by id limit ${page.first + 1}`,
  )
  const { rows: ids, hasNextPage } = cutPage(rows, page.first)
  const edges = ids.map(({ id }) => toEdge({ node: id }, () => encodeCursor(list, id)))
  return toConnection(edges, page, hasNextPage, () => countHidden(from, person))
}

/** Counted up to a bound: that many means that many or more. */
async function countHidden(from: Queryable, person: UserId): Promise<number> {
  const most = limits.hiddenCountedTo
  const [row] = await from.rows<{ count: number }>(
    'hidden.count',
    sql`select least(count(*), ${most})::int as count from (${hiddenFrom(person, null, most)}) as hidden`,
  )
  return row?.count ?? 0
}

/** The first so many of both sides, by id: enough for the first so many of all. Never all that a million has. */
function hiddenFrom(person: UserId, after: UserId | null, most: number) {
  const stands = sql`(expires_at is null or expires_at > statement_timestamp())`
  return sql`
    (select blocked_user_id as id from user_blocks
      where blocker_user_id = ${person}::uuid and ${stands}
            ${after === null ? empty : sql`and blocked_user_id > ${after}::uuid`}
      order by blocked_user_id limit ${most})
     union
    (select blocker_user_id from user_blocks
      where blocked_user_id = ${person}::uuid and blocker_user_id <> blocked_user_id and ${stands}
            ${after === null ? empty : sql`and blocker_user_id > ${after}::uuid`}
      order by blocker_user_id limit ${most})`
}
