import { empty, type Queryable, sql } from '../../database/sql.ts'
import { type Connection, encodeCursor, toConnection, toEdge } from '../../graphql/connections.ts'
import type { UserId } from '../../graphql/ids.ts'
import { cutPage } from '../../graphql/pages.ts'
import { limits } from '../../limits.ts'

export type HiddenConnection = Connection<{ readonly cursor: string; readonly node: UserId }>

/**
 * The ids to leave out of what is shown to a person, by id; each once, though both may block (rule
 * 13).
 */
export async function selectHiddenConnection(
  from: Queryable,
  person: UserId,
  scope: string,
  first: number,
  after: UserId | null,
): Promise<HiddenConnection> {
  const rows = await from.rows<{ id: UserId }>(
    'hidden.page',
    sql`${hiddenFrom(person, after, first + 1)} order by id limit ${first + 1}`,
  )
  const edgeOf = ({ id }: { id: UserId }) => toEdge({ node: id }, () => encodeCursor(scope, id))
  return toConnection(cutPage(rows, first), edgeOf, after, () => countHidden(from, person))
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

/**
 * The first so many of both sides, by id: enough for the first so many of all. Never all that a
 * million has.
 */
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
