import type { Viewer } from '../../../database/identity.ts'
import type { Session } from '../../../database/session.ts'
import type { Transaction } from '../../../database/sql.ts'
import { recordEventOnce } from '../../../events/outbox.ts'
import type { RequestId, UserId } from '../../../graphql/ids.ts'
import { isRefused, refuse, refuseBecause, type Refused } from '../../../graphql/refusals.ts'
import { limits } from '../../../limits.ts'
import { lockCaps, lockPair } from '../../../pairs/lock.ts'
import { selectPairState } from '../../../pairs/pair-state.ts'
import type { FriendshipLevel } from '../../../pairs/pair-summary.ts'
import { type FriendRequest, otherOf } from './request.ts'
import { type Answering, judgeAcceptance, judgeCancel, judgeRejection } from './rules.ts'
import {
  deleteDeclines,
  selectLargerFriendCount,
  selectRequests,
  updateOpenRequest,
  updateToAccepted,
  upsertDecline,
} from './sql.ts'

/** What answering or canceling has done. */
export interface Answered {
  readonly changed: boolean
  readonly request: RequestId
  readonly other: UserId
}

/** Takes back a request of the viewer's own. Refuses with NOT_FOUND or REQUEST_CLOSED. */
export async function cancelFriendRequest(
  session: Session<Viewer>,
  id: RequestId,
): Promise<Answered | Refused> {
  return changeRequest(session, id, 'requester', async (tx, request) => {
    const answering = judgeCancel(request)
    if (answering !== 'change') return answering
    return (await updateOpenRequest(tx, id, 'CANCELED')) ? 'change' : refuse('REQUEST_CLOSED')
  })
}

/**
 * Accepts a request to the viewer, declined or not. Refuses with NOT_FOUND, REQUEST_CLOSED or
 * LIMIT_REACHED.
 */
export async function acceptFriendRequest(
  session: Session<Viewer>,
  id: RequestId,
): Promise<Answered | Refused> {
  const viewer = session.identity.userId
  return changeRequest(session, id, 'target', async (tx, request) => {
    const { requester, level } = request
    const pair = await selectPairState(tx, requester)
    const answering = judgeAcceptance(request, pair)
    if (answering !== 'change') return answering
    const refused = await acceptRequest(tx, viewer, requester, id, level)
    if (refused !== null) return refused
    await tx.last(recordAcceptance(tx, viewer, requester, id, level))
    return 'change'
  })
}

/** Declines a request to the viewer, silently. Refuses with NOT_FOUND or REQUEST_CLOSED. */
export async function rejectFriendRequest(
  session: Session<Viewer>,
  id: RequestId,
): Promise<Answered | Refused> {
  return changeRequest(session, id, 'target', async (tx, request) => {
    const answering = judgeRejection(request)
    if (answering !== 'change') return answering
    if (!(await updateOpenRequest(tx, id, 'REJECTED'))) return refuse('REQUEST_CLOSED')
    await upsertDecline(tx, session.identity.userId, request.requester)
    return 'change'
  })
}

/**
 * Closes an open request to the viewer and makes the friendship, in a transaction that holds the
 * pair. Never refused by a quota; only by how many friends each of the two has (rules 6.6, 7.1).
 * `recordAcceptance` comes next.
 */
export async function acceptRequest(
  tx: Transaction,
  viewer: UserId,
  requester: UserId,
  id: RequestId,
  level: FriendshipLevel,
): Promise<Refused | null> {
  if (level === 'FRIEND') {
    const most = limits.caps.friends
    const [, friends] = await Promise.all([
      lockCaps(tx, viewer, requester),
      selectLargerFriendCount(tx, id),
    ])
    if (friends >= most)
      return refuseBecause(
        'LIMIT_REACHED',
        `One of you has ${most} friends, the most that a person can have.`,
      )
  }
  // The state was just read under the lock, so only the clock can have come between.
  return (await updateToAccepted(tx, id)) ? null : refuse('REQUEST_CLOSED')
}

/**
 * Tells the requester, unless they heard the same within a day, and forgets that the viewer has
 * declined them before.
 */
export async function recordAcceptance(
  tx: Transaction,
  viewer: UserId,
  requester: UserId,
  id: RequestId,
  level: FriendshipLevel,
): Promise<void> {
  await Promise.all([
    deleteDeclines(tx, viewer, requester),
    recordEventOnce(tx, { kind: 'friend_request.accepted', other: requester, subject: id, level }),
  ])
}

/**
 * One change of one request by one of its sides. The parties never change, so they are read first,
 * to know which pair to hold; the state is read again under the lock.
 */
async function changeRequest(
  session: Session<Viewer>,
  id: RequestId,
  side: 'requester' | 'target',
  change: (tx: Transaction, request: FriendRequest) => Promise<Answering>,
): Promise<Answered | Refused> {
  const viewer = session.identity.userId
  return session.write(async (tx) => {
    const found = (await selectRequests(tx, [id])).get(id)
    if (found?.[side] !== viewer) return notFound(side)
    const other = otherOf(found, viewer)
    const [, requests] = await Promise.all([lockPair(tx, viewer, other), selectRequests(tx, [id])])
    const request = requests.get(id)
    if (request === undefined) return notFound(side)
    const answering = await change(tx, request)
    return isRefused(answering)
      ? answering
      : { changed: answering === 'change', request: id, other }
  })
}

function notFound(side: 'requester' | 'target'): Refused {
  const verb = side === 'requester' ? 'sent' : 'received'
  const message = `You have not ${verb} a friend request with this \`requestId\`.`
  return refuseBecause('NOT_FOUND', message, { field: ['requestId'] })
}
