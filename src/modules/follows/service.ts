import type { Viewer } from '../../database/identity.ts'
import type { Session } from '../../database/session.ts'
import type { Transaction } from '../../database/sql.ts'
import { recordEventOnce } from '../../events/outbox.ts'
import type { UserId } from '../../graphql/ids.ts'
import { refuse, type Refused } from '../../graphql/refusals.ts'
import { lockPair } from '../../pairs/lock.ts'
import { selectPairState } from '../../pairs/pair-state.ts'
import { refuseFollow } from './rules.ts'
import { deleteFollow, insertFollow } from './sql.ts'

/** What a verb about a follow has done. */
interface Followed {
  readonly changed: boolean
}

/**
 * Makes the viewer a follower of `other` (rule 5.1). Refuses with BLOCKED_BY_YOU or UNAVAILABLE.
 */
export async function followUser(
  session: Session<Viewer>,
  other: UserId,
): Promise<Followed | Refused> {
  const viewer = session.identity.userId
  return session.write(async (tx) => {
    const [, pair] = await Promise.all([lockPair(tx, viewer, other), selectPairState(tx, other)])
    const refused = refuseFollow(pair)
    if (refused !== null) return refused
    if (pair.isFollowing) return { changed: false }
    if (!(await insertFollow(tx, viewer, other)))
      return refuse('UNAVAILABLE', { field: ['userId'] })
    // Who follows, unfollows and follows again is heard once a day.
    await tx.last(recordEventOnce(tx, { kind: 'follow.created', other }))
    return { changed: true }
  })
}

/** What ending a follow has done. */
export interface Unfollowed {
  readonly changed: boolean
  /** Since when there was a follow; null when there was none. */
  readonly since: Date | null
}

/** Ends the viewer's follow of `other`, silently, whether or not there was one. */
export async function unfollowUser(session: Session<Viewer>, other: UserId): Promise<Unfollowed> {
  const viewer = session.identity.userId
  return endFollow(session, other, (tx) => deleteFollow(tx, viewer, other))
}

/** Ends `other`'s follow of the viewer, silently, whether or not there was one (rule 5.2). */
export async function removeFollower(session: Session<Viewer>, other: UserId): Promise<Unfollowed> {
  const viewer = session.identity.userId
  return endFollow(session, other, (tx) => deleteFollow(tx, other, viewer))
}

async function endFollow(
  session: Session<Viewer>,
  other: UserId,
  end: (tx: Transaction) => Promise<Date | null>,
): Promise<Unfollowed> {
  const viewer = session.identity.userId
  return session.write(async (tx) => {
    const [, since] = await tx.last(Promise.all([lockPair(tx, viewer, other), end(tx)]))
    return { changed: since !== null, since }
  })
}
