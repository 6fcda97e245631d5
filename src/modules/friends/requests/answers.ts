import type { Session } from '../../../database/session.ts'
import type { Viewer } from '../../../database/identity.ts'
import type { UserId } from '../../../graphql/ids.ts'
import { recordEvent } from '../../../events/outbox.ts'
import { isRefused, refuse, refuseBecause, type Refused } from '../../../graphql/refusals.ts'
import type { Transaction } from '../../../database/sql.ts'
import { limits } from '../../../limits.ts'
import { lockPair, lockCaps } from '../../../pairs/lock.ts'
import { selectPairState } from '../../../pairs/pair-state.ts'
import type { FriendshipLevel } from '../../../pairs/pair-summary.ts'
import { otherOf, type FriendRequest } from './request.ts'
import { judgeAcceptance, judgeCancel, judgeRejection, type Answering } from '../rules.ts'
import { closeRequest, forgetDeclines, rememberDecline, selectRequests } from './sql.ts'
import { countFriendsOfBoth, fulfilRequest } from '../sql.ts'

/** What answering or canceling has done. */
export interface Answered {
  readonly changed: boolean
  readonly request: string
  readonly other: UserId
}

/** Takes back a request of the viewer's own. Refuses with NOT_FOUND or REQUEST_CLOSED. */
export async function cancelFriendRequest(
  session: Session<Viewer>,
  id: string,
): Promise<Answered | Refused> {
  return changeRequest(session, id, 'requester', async (tx, request) => {
    const answering = judgeCancel(request)
    if (answering !== 'change') return answering
    return (await closeRequest(tx, id, 'CANCELED')) ? 'change' : refuse('REQUEST_CLOSED')
  })
}

/** Accepts a request to the viewer, declined or not. Refuses with NOT_FOUND, REQUEST_CLOSED or LIMIT_REACHED. */
export async function acceptFriendRequest(
  session: Session<Viewer>,
  id: string,
): Promise<Answered | Refused> {
  const viewer = session.identity.userId
  return changeRequest(session, id, 'target', async (tx, request) => {
    const answering = judgeAcceptance(request, await selectPairState(tx, request.requester))
    if (answering !== 'change') return answering
    return (await acceptRequest(tx, viewer, request.requester, id, request.level)) ?? 'change'
  })
}

/** Declines a request to the viewer, silently. Refuses with NOT_FOUND or REQUEST_CLOSED. */
export async function rejectFriendRequest(
  session: Session<Viewer>,
  id: string,
): Promise<Answered | Refused> {
  return changeRequest(session, id, 'target', async (tx, request) => {
    const answering = judgeRejection(request)
    if (answering !== 'change') return answering
    if (!(await closeRequest(tx, id, 'REJECTED'))) return refuse('REQUEST_CLOSED')
    await rememberDecline(tx, session.identity.userId, request.requester)
    return 'change'
  })
}

/**
 * Accepts an open request to the viewer, inside a transaction that holds the pair: closes it, makes the friendship, and
 * tells the requester. Never refused by a quota; only by how many friends each of the two has (rules 6.6, 7.1).
 */
export async function acceptRequest(
  tx: Transaction,
  viewer: UserId,
  requester: UserId,
  id: string,
  level: FriendshipLevel,
): Promise<Refused | null> {
  if (level === 'FRIEND') {
    const [, most] = await Promise.all([
      lockCaps(tx, viewer, requester),
      countFriendsOfBoth(tx, id),
    ])
    if (most >= limits.caps.friends)
      return refuseBecause(
        'LIMIT_REACHED',
        `One of you has ${limits.caps.friends} friends, the most that a person can have.`,
      )
  }
  // The state was just read under the lock, so only the clock can have come between.
  if (!(await fulfilRequest(tx, id))) return refuse('REQUEST_CLOSED')
  const kind = 'friend_request.accepted'
  const about = { actor: viewer, other: requester, subject: id, level }
  await tx.last(
    Promise.all([
      forgetDeclines(tx, viewer, requester),
      recordEvent(tx, { kind, audience: 'people', ...about }),
    ]),
  )
  return null
}

/**
 * One change of one request by one of its sides. The parties never change, so they are read first, to know which pair
 * to hold; the state is read again under the lock.
 */
async function changeRequest(
  session: Session<Viewer>,
  id: string,
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
