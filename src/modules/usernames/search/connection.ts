import type { Session } from '../../../database/session.ts'
import {
  badCursor,
  cursorScope,
  decodeCursor,
  encodeCursor,
  type PersonConnection,
  toConnection,
  toEdge,
} from '../../../graphql/connections.ts'
import { parseUserId } from '../../../graphql/ids.ts'
import { cutPage } from '../../../graphql/pages.ts'
import { countFound, type Position, type Search, selectFound, type Token } from './sql.ts'

/** A page of the people whom a search finds; nobody when there is nothing to search for. */
export async function selectSearchConnection(
  session: Session,
  search: Search | null,
  first: number,
  after: string | null | undefined,
): Promise<PersonConnection> {
  const tokens = search?.tokens ?? []
  const scope = cursorScope('search', tokens.map(({ name, word }) => `${name} ${word}`).join(' '))
  const position = after == null ? null : decodePosition(scope, tokens, after)
  const edgeOf = ({ person, rank, term, leading }: Position) =>
    toEdge({ node: { id: person } }, () =>
      encodeCursor(scope, [leading, rank, person, term].join('|')),
    )
  if (search === null)
    return toConnection(cutPage([], first), edgeOf, after, () => Promise.resolve(0))
  const found = await session.search((from) => selectFound(from, search, first, position))
  return toConnection(cutPage(found, first), edgeOf, after, () =>
    session.search((from) => countFound(from, search)),
  )
}

/** @throws BAD_USER_INPUT for a cursor that this search did not give */
function decodePosition(scope: string, tokens: readonly Token[], cursor: string): Position {
  const [leading = '', rank = '', id = '', ...rest] = decodeCursor(scope, cursor).split('|')
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
