import type { FriendSuggestionReason } from '../../generated/graphql.ts'
import {
  badCursor,
  type Connection,
  cursorScope,
  decodeCursor,
  encodeCursor,
  toConnection,
  toEdge,
} from '../../graphql/connections.ts'
import { parseUserId, type UserId } from '../../graphql/ids.ts'
import { cutPage } from '../../graphql/pages.ts'
import { toFeedbackId } from './feedback-id.ts'
import { reasonsOf } from './rules.ts'
import type { Suggestion } from './sql.ts'

/** An edge of somebody's suggestions. */
interface SuggestionEdge {
  readonly cursor: string
  readonly node: { readonly id: UserId }
  readonly score: number
  readonly reasons: readonly FriendSuggestionReason[]
  readonly feedbackId: string
}

export type SuggestionConnection = Connection<SuggestionEdge>

/** After whom a page begins. */
interface SuggestionPosition {
  readonly score: number
  readonly candidate: UserId
}

/**
 * Where suggestions go on; null without a cursor.
 * @throws BAD_USER_INPUT for any text that is not a cursor of this person's suggestions
 */
export function decodeSuggestionPosition(
  person: UserId,
  after: string | null | undefined,
): SuggestionPosition | null {
  if (after == null) return null
  const [score = '', id = '', ...more] = decodeCursor(suggestionScope(person), after).split('|')
  const candidate = parseUserId(id)
  const number = Number(score)
  const isScore = Number.isFinite(number) && String(number) === score
  if (more.length > 0 || candidate === null || candidate !== id || !isScore) throw badCursor()
  return { score: number, candidate }
}

/**
 * A page out of the suggestions of a person, best first. Scores change from one day to the next: a
 * page goes on after the place, whoever stands there by now.
 */
export function toSuggestionConnection(
  suggestions: readonly Suggestion[],
  position: SuggestionPosition | null,
  first: number,
  after: string | null | undefined,
  totalCount: () => Promise<number>,
): SuggestionConnection {
  const left = position === null ? suggestions : suggestions.filter((one) => isAfter(one, position))
  return toConnection(cutPage(left, first), toSuggestionEdge, after, totalCount)
}

function isAfter({ score, candidate }: Suggestion, position: SuggestionPosition): boolean {
  return score < position.score || (score === position.score && candidate > position.candidate)
}

function toSuggestionEdge(suggestion: Suggestion): SuggestionEdge {
  const { owner, candidate, score } = suggestion
  const reasons = reasonsOf(suggestion)
  const feedbackId = toFeedbackId(owner, candidate)
  return toEdge({ node: { id: candidate }, score, reasons, feedbackId }, () =>
    encodeCursor(suggestionScope(owner), `${score}|${candidate}`),
  )
}

function suggestionScope(person: UserId): string {
  return cursorScope('suggestions', person)
}
