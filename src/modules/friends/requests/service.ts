import type { Viewer } from '../../../database/identity.ts'
import type { Session } from '../../../database/session.ts'
import type { Transaction } from '../../../database/sql.ts'
import { recordEventOnce } from '../../../events/outbox.ts'
import type { UserId } from '../../../graphql/ids.ts'
import { refuse, refuseBecause, type Refused } from '../../../graphql/refusals.ts'
import { limits } from '../../../limits.ts'
import { lockCaps, lockPair } from '../../../pairs/lock.ts'
import { selectPairState } from '../../../pairs/pair-state.ts'
import type { FriendshipLevel } from '../../../pairs/pair-summary.ts'
import { useQuota } from '../../../pairs/quota.ts'
import { acceptRequest, recordAcceptance } from './answers.ts'
import type { Requested } from './request.ts'
import { judgeRequest, judgeUpgrade, quotaUsedUp } from './rules.ts'
import { countOpenRequests, insertRequest } from './sql.ts'

/** Asks to be friends, or accepts what the other has asked (rule 6.2). */
export async function requestFriend(
  session: Session<Viewer>,
  other: UserId,
  message: string | null,
): Promise<Requested | Refused> {
  return askFor(session, other, 'FRIEND', message)
}

/** Asks a friend to become close, or accepts that they have asked (rule 7.2). */
export async function upgradeToClose(
  session: Session<Viewer>,
  other: UserId,
): Promise<Requested | Refused> {
  return askFor(session, other, 'CLOSE', null)
}

async function askFor(
  session: Session<Viewer>,
  other: UserId,
  level: FriendshipLevel,
  message: string | null,
): Promise<Requested | Refused> {
  const viewer = session.identity.userId
  return session.write(async (tx): Promise<Requested | Refused> => {
    const [, pair] = await Promise.all([lockPair(tx, viewer, other), selectPairState(tx, other)])
    const asking = level === 'FRIEND' ? judgeRequest(pair) : judgeUpgrade(pair)
    if (asking.kind === 'refused') return asking
    if (asking.kind === 'already') return { changed: false, request: asking.request }
    if (asking.kind === 'cross') {
      const { request } = asking
      const full = await acceptRequest(tx, viewer, other, request, level)
      if (full !== null) return full
      await tx.last(recordAcceptance(tx, viewer, other, request, level))
      return { changed: true, request }
    }
    const usedUp = await useQuotas(tx, viewer, level)
    if (usedUp !== null) return usedUp
    const request = await insertRequest(tx, viewer, other, level, message)
    if (request === null) return refuse('UNAVAILABLE', { field: ['userId'] })
    // Who asks, cancels and asks again is heard once a day.
    await tx.last(
      recordEventOnce(tx, { kind: 'friend_request.created', other, subject: request, level }),
    )
    return { changed: true, request }
  })
}

/**
 * Of the cap on the viewer's open requests and of the day's quota. A refused request uses up
 * neither: it is rolled back.
 */
async function useQuotas(
  tx: Transaction,
  viewer: UserId,
  level: FriendshipLevel,
): Promise<Refused | null> {
  const [, open, retryAt] = await Promise.all([
    lockCaps(tx, viewer),
    countOpenRequests(tx, viewer),
    useQuota(tx, level === 'FRIEND' ? 'requestFriend' : 'upgradeFriendship'),
  ])
  const { openRequests } = limits.caps
  if (open >= openRequests)
    return refuseBecause(
      'LIMIT_REACHED',
      `You can have at most ${openRequests} open friend requests.`,
    )
  return retryAt === null ? null : refuseBecause('RATE_LIMITED', quotaUsedUp(level), { retryAt })
}
