import type { FriendSuggestionReason } from '../../generated/graphql.ts'
import { badUserInput, tooMany } from '../../graphql/errors.ts'
import type { UserId } from '../../graphql/ids.ts'
import { type Refused, refuseInput } from '../../graphql/refusals.ts'
import { limits } from '../../limits.ts'
import { parseFeedbackId } from './feedback-id.ts'

/** What a suggestion was found by. */
interface Found {
  readonly friendCount: number
  readonly followCount: number
  readonly gameCount: number
  readonly sportCount: number
  readonly placeShare: number
}

/**
 * How many suggestions a page holds: 25 unless told, 1 to 100 (rule 11.3).
 * @throws BAD_USER_INPUT out of that range
 */
export function suggestionPageSize(first: number | null | undefined): number {
  const { standard, most } = limits.suggestions
  if (first == null) return standard
  if (first < 1 || first > most)
    throw badUserInput(`\`first\` must be from 1 to ${most} (got ${first}).`)
  return first
}

/**
 * Why somebody is suggested. Nobody is named. Of friends it tells the number that
 * `mutualFriendCount` tells too, so it makes nothing known that is not (rule 11.1).
 */
export function reasonsOf(found: Found): FriendSuggestionReason[] {
  const reasons: FriendSuggestionReason[] = [
    { kind: 'MUTUAL_FRIENDS', count: found.friendCount },
    { kind: 'MUTUAL_FOLLOWS', count: found.followCount },
    { kind: 'GAMES', count: found.gameCount },
    { kind: 'SPORTS', count: found.sportCount },
  ]
  const place: FriendSuggestionReason = { kind: 'PLACE', count: null }
  return [...reasons.filter(({ count }) => count !== 0), ...(found.placeShare > 0 ? [place] : [])]
}

/**
 * The people of the feedback ids, each once. Refuses with INVALID_INPUT what is none of the
 * viewer's.
 */
export function parseShown(
  viewer: UserId,
  feedbackIds: readonly string[],
): readonly UserId[] | Refused {
  const { most } = limits.suggestions
  if (feedbackIds.length > most)
    return refuseInput(['feedbackIds'], tooMany(most, feedbackIds.length))
  const shown = new Set<UserId>()
  for (const [place, text] of feedbackIds.entries()) {
    const candidate = parseFeedbackId(viewer, text)
    if (candidate === null) return refuseInput(['feedbackIds'], notFeedback, place)
    shown.add(candidate)
  }
  return [...shown]
}

/** Refuses a feedback id of another suggestion than this one. Null: go on. */
export function refuseFeedback(
  viewer: UserId,
  other: UserId,
  feedbackId: string | null | undefined,
): Refused | null {
  if (feedbackId == null || parseFeedbackId(viewer, feedbackId) === other) return null
  return refuseInput(['feedbackId'], 'is not the `feedbackId` of this suggestion.')
}

const notFeedback = 'is not a `feedbackId` of your suggestions.'
