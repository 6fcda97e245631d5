import type { UserId } from '../base/ids.ts'
import { cutPage, encodeCursor, toConnection, toEdge, type Connection } from '../base/pages.ts'
import { empty, sql, type Sql } from '../base/sql.ts'

export type HiddenConnection = Connection<{ readonly cursor: string; readonly node: UserId }>

/** The ids to leave out of what is shown to a person, by id; each once, though both may block (RULES 13). */
export async function toHiddenConnection(
  from: Sql,
  person: UserId,
  list: string,
  page: { readonly first: number; readonly after: UserId | null },
): Promise<HiddenConnection> {
  const rows = await from.rows<{ id: UserId }>(
    'hidden.page',
    sql`
      select distinct id from hidden_from(${person}::uuid) as id
       ${page.after === null ? empty : sql`where id > ${page.after}::uuid`}
       order by id
       limit ${page.first + 1}`,
  )
  const { rows: ids, hasNextPage } = cutPage(rows, page.first)
  const edges = ids.map(({ id }) => toEdge({ node: id }, () => encodeCursor(list, id)))
  return toConnection(edges, page, hasNextPage, () => countHidden(from, person))
}

async function countHidden(from: Sql, person: UserId): Promise<number> {
  const [row] = await from.rows<{ count: number }>(
    'hidden.count',
    sql`select count(distinct id)::int as count from hidden_from(${person}::uuid) as id`,
  )
  return row?.count ?? 0
}
