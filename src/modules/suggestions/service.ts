import type { Viewer } from '../../database/identity.ts'
import type { Session } from '../../database/session.ts'
import type { Transaction } from '../../database/sql.ts'
import type { UserId } from '../../graphql/ids.ts'
import { isRefused, type Refused } from '../../graphql/refusals.ts'
import { unlessErased } from '../../pairs/erased.ts'
import { lockPair } from '../../pairs/lock.ts'
import { selectPairState } from '../../pairs/pair-state.ts'
import { refuseAbsent } from '../../pairs/rules.ts'
import { parseShown, refuseFeedback } from './rules.ts'
import { deleteDismissal, deleteForgotten, upsertDismissal, upsertImpressions } from './sql.ts'

interface Changed {
  readonly changed: boolean
}

/**
 * Lets `other` not be suggested to the viewer for 90 days (rule 11.3). Refuses with
 * BLOCKED_BY_YOU, UNAVAILABLE or, for the feedback id of another suggestion, INVALID_INPUT.
 */
export async function dismissSuggestion(
  session: Session<Viewer>,
  other: UserId,
  feedbackId: string | null | undefined,
): Promise<Changed | Refused> {
  const viewer = session.identity.userId
  const unfit = refuseFeedback(viewer, other, feedbackId)
  if (unfit !== null) return unfit
  return session.write(async (tx) => {
    const [, pair] = await Promise.all([lockPair(tx, viewer, other), selectPairState(tx, other)])
    const refused = refuseAbsent(pair)
    if (refused !== null) return refused
    const [changed] = await tx.last(
      Promise.all([upsertDismissal(tx, viewer, other), deleteForgotten(tx, viewer)]),
    )
    return { changed }
  })
}

/**
 * Lets `other` be suggested to the viewer again, dismissed, removed or declined as they were.
 * Refuses with BLOCKED_BY_YOU or UNAVAILABLE.
 */
export async function restoreSuggestion(
  session: Session<Viewer>,
  other: UserId,
): Promise<Changed | Refused> {
  const viewer = session.identity.userId
  return session.write(async (tx) => {
    const [, pair] = await Promise.all([lockPair(tx, viewer, other), selectPairState(tx, other)])
    const refused = refuseAbsent(pair)
    if (refused !== null) return refused
    return { changed: await tx.last(deleteDismissal(tx, viewer, other)) }
  })
}

/**
 * Counts that the viewer was shown suggestions, each once a day. Refuses with INVALID_INPUT what is
 * no feedback id of theirs; with UNAVAILABLE somebody who was erased.
 */
export async function recordSuggestionsShown(
  session: Session<Viewer>,
  feedbackIds: readonly string[],
): Promise<Changed | Refused> {
  const viewer = session.identity.userId
  const shown = parseShown(viewer, feedbackIds)
  if (isRefused(shown)) return shown
  if (shown.length === 0) return { changed: false }
  const work = async (tx: Transaction): Promise<Changed> => {
    const [changed] = await tx.last(
      Promise.all([upsertImpressions(tx, viewer, shown), deleteForgotten(tx, viewer)]),
    )
    return { changed }
  }
  return unlessErased('suggestion_impressions_user_id_fkey', () => session.write(work))
}
