import type { Session } from '../../database/session.ts'
import type { Viewer } from '../../database/identity.ts'
import type { UserId } from '../../graphql/ids.ts'
import { recordEventOnce } from '../../events/outbox.ts'
import { useQuota } from '../../pairs/quota.ts'
import { isRefused, refuse, refuseBecause, type Refused } from '../../graphql/refusals.ts'
import type { Transaction } from '../../database/sql.ts'
import { limits } from '../../limits.ts'
import { lockPair, lockCaps } from '../../pairs/lock.ts'
import { selectPairState } from '../../pairs/pair-state.ts'
import type { FriendshipLevel } from '../../pairs/pair-summary.ts'
import { judgeRequest, judgeUpgrade, quotaUsedUp, refuseStrangers, type Asking } from './rules.ts'
import { acceptRequest } from './requests/answers.ts'
import { countOpenRequests, insertRequest, withdrawCloseRequests } from './requests/sql.ts'
import { deleteFriendship, stepDown, type Friend } from './sql.ts'

/** What a verb about a request has done. */
export interface Requested {
  readonly changed: boolean
  /** The request's id; null when there is none to show. */
  readonly request: string | null
}

/** Asks to be friends, or accepts what the other has asked (rule 6.2). */
export async function requestFriend(
  session: Session<Viewer>,
  other: UserId,
  message: string | null,
): Promise<Requested | Refused> {
  return changePair(session, other, async (tx) => {
    const asking = judgeRequest(await selectPairState(tx, other))
    return ask(tx, session.identity.userId, other, 'FRIEND', asking, message)
  })
}

/** Asks a friend to become close, or accepts that they have asked (rule 7.2). */
export async function upgradeToClose(
  session: Session<Viewer>,
  other: UserId,
): Promise<Requested | Refused> {
  return changePair(session, other, async (tx) => {
    const asking = judgeUpgrade(await selectPairState(tx, other))
    return ask(tx, session.identity.userId, other, 'CLOSE', asking, null)
  })
}

/** Steps down to friends, silently, and takes back the viewer's open request to become close (rule 7.2). */
export async function stepDownToFriend(
  session: Session<Viewer>,
  other: UserId,
): Promise<Requested | Refused> {
  const viewer = session.identity.userId
  return changePair(session, other, async (tx) => {
    const refused = refuseStrangers(await selectPairState(tx, other))
    if (refused !== null) return refused
    const withdrawn = await withdrawCloseRequests(tx, viewer, other, false)
    return { changed: (await stepDown(tx, viewer, other)) || withdrawn, request: null }
  })
}

/** What ending a friendship has done. */
export interface Unfriended {
  readonly changed: boolean
  /** The friend as the viewer had them; null when there was none. */
  readonly friend: Friend | null
}

/** Ends a friendship, whether or not there was one (rule 7.3). */
export async function removeFriend(
  session: Session<Viewer>,
  other: UserId,
): Promise<Unfriended | Refused> {
  const viewer = session.identity.userId
  return changePair(session, other, async (tx) => {
    const [friend] = await tx.last(
      Promise.all([
        deleteFriendship(tx, viewer, other),
        withdrawCloseRequests(tx, viewer, other, true),
      ]),
    )
    return { changed: friend !== null, friend }
  })
}

/** One change of one pair, in one transaction, under the pair's lock. */
async function changePair<Done>(
  session: Session<Viewer>,
  other: UserId,
  change: (tx: Transaction) => Promise<Done | Refused>,
): Promise<Done | Refused> {
  const viewer = session.identity.userId
  return session.write(async (tx) => {
    // What `change` asks first waits behind the lock, in the same batch.
    const [, changed] = await Promise.all([lockPair(tx, viewer, other), change(tx)])
    return changed
  })
}

async function ask(
  tx: Transaction,
  viewer: UserId,
  other: UserId,
  level: FriendshipLevel,
  asking: Asking,
  message: string | null,
): Promise<Requested | Refused> {
  switch (asking.kind) {
    case 'refused':
      return asking
    case 'already':
      return { changed: false, request: asking.request }
    case 'cross': {
      const accepted = await acceptRequest(tx, viewer, other, asking.request, level)
      return isRefused(accepted) ? accepted : { changed: true, request: asking.request }
    }
    case 'ask': {
      const refused = await useQuotas(tx, viewer, level)
      if (refused !== null) return refused
      const inserted = await insertRequest(tx, viewer, other, level, message)
      if (inserted === null) return refuse('UNAVAILABLE', { field: ['userId'] })
      // Who asks, cancels and asks again is heard once a day.
      await tx.last(
        recordEventOnce(tx, { kind: 'friend_request.created', other, subject: inserted, level }),
      )
      return { changed: true, request: inserted }
    }
  }
}

/** Of the cap on the viewer's open requests and of the day's quota. A refused request uses up neither: it is rolled back. */
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
