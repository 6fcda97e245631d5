import { parseUserId } from '../base/ids.ts'
import {
  badCursor,
  cutPage,
  decodeCursor,
  encodeCursor,
  toConnection,
  toEdge,
  type PersonConnection,
} from '../base/pages.ts'
import type { Sql } from '../base/sql.ts'
import { countFound, selectFound, type Found, type Search } from './search-sql.ts'

/** A page of the people whom a search finds; nobody when there is nothing to search for. */
export async function toSearchConnection(
  from: Sql,
  search: Search | null,
  first: number,
  after: string | null | undefined,
): Promise<PersonConnection> {
  const list = `search:${search === null ? '' : [search.prefix, ...search.others].join(' ')}`
  const position = after == null ? null : decodePosition(list, after)
  const request = { first, after: after ?? null }
  if (search === null) return toConnection([], request, false, () => Promise.resolve(0))
  const { rows, hasNextPage } = cutPage(await selectFound(from, search, first, position), first)
  const edges = rows.map(({ person, known, term }) =>
    toEdge({ node: { id: person } }, () =>
      encodeCursor(list, [known ? 'known' : 'other', person, term].join('|')),
    ),
  )
  return toConnection(edges, request, hasNextPage, () => countFound(from, search))
}

/** @throws BAD_USER_INPUT for a cursor that this search did not give */
function decodePosition(list: string, cursor: string): Found {
  const [known, id = '', ...rest] = decodeCursor(list, cursor).split('|')
  const person = parseUserId(id)
  const term = rest.join('|')
  // A name or word can be anything that Postgres can keep.
  const isTerm = term.isWellFormed() && !term.includes('\0')
  if ((known !== 'known' && known !== 'other') || person === null || person !== id || !isTerm)
    throw badCursor()
  return { person, known: known === 'known', term }
}
