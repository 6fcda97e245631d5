import { parseUserId } from '../../../graphql/ids.ts'
import {
  badCursor,
  cutPage,
  decodeCursor,
  encodeCursor,
  toConnection,
  toEdge,
  type PersonConnection,
} from '../../../graphql/connections.ts'
import type { Session } from '../../../database/session.ts'
import { countFound, selectFound, type Position, type Search, type Token } from './sql.ts'

/** A page of the people whom a search finds; nobody when there is nothing to search for. */
export async function toSearchConnection(
  session: Session,
  search: Search | null,
  first: number,
  after: string | null | undefined,
): Promise<PersonConnection> {
  const tokens = search?.tokens ?? []
  const list = `search:${tokens.map(({ name, word }) => `${name} ${word}`).join(' ')}`
  const position = after == null ? null : decodePosition(list, tokens, after)
  const request = { first, after: after ?? null }
  if (search === null) return toConnection([], request, false, () => Promise.resolve(0))
  const { rows, hasNextPage } = cutPage(
    await session.search((from) => selectFound(from, search, first, position)),
    first,
  )
  const edges = rows.map(({ person, rank, term, leading }) =>
    toEdge({ node: { id: person } }, () =>
      encodeCursor(list, [leading, rank, person, term].join('|')),
    ),
  )
  return toConnection(edges, request, hasNextPage, () =>
    session.search((from) => countFound(from, search)),
  )
}

/** @throws BAD_USER_INPUT for a cursor that this search did not give */
function decodePosition(list: string, tokens: readonly Token[], cursor: string): Position {
  const [leading = '', rank = '', id = '', ...rest] = decodeCursor(list, cursor).split('|')
  const person = parseUserId(id)
  const term = rest.join('|')
  const token = /^[1-9]$/.test(leading) ? tokens[Number(leading) - 1] : undefined
  if (person === null || person !== id || token === undefined || !/^[012]$/.test(rank))
    throw badCursor()
  // What was found begins with the leading token, and is a text that Postgres can keep.
  const begins = term.startsWith(token.name) || term.startsWith(token.word)
  if (!begins || !term.isWellFormed() || term.includes('\0')) throw badCursor()
  return { person, rank: Number(rank), term, leading: Number(leading) }
}
