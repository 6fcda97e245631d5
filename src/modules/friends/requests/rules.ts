import type { RequestId } from '../../../graphql/ids.ts'
import { refuse, type Refused, refuseInput } from '../../../graphql/refusals.ts'
import { parseText, unfitText } from '../../../graphql/texts.ts'
import { limits } from '../../../limits.ts'
import type { PairState } from '../../../pairs/pair-state.ts'
import type { FriendshipLevel } from '../../../pairs/pair-summary.ts'
import { refuseAbsent, refuseStrangers } from '../../../pairs/rules.ts'
import type { FriendRequest } from './request.ts'

/** What asking for a level of friendship comes to. */
export type Asking =
  | Refused
  /** It is so already, or asked already: nothing to do but show the request, if there is one. */
  | { readonly kind: 'already'; readonly request: RequestId | null }
  /** The other has asked first: accept that. */
  | { readonly kind: 'cross'; readonly request: RequestId }
  | { readonly kind: 'ask' }

/**
 * `requestFriend` (rules 6.2, 6.3, 6.8). The quotas come after this, because only
 * a new request uses them up.
 */
export function judgeRequest(pair: PairState): Asking {
  const absent = refuseAbsent(pair)
  if (absent !== null) return absent
  if (pair.friendshipLevel !== null) return { kind: 'already', request: null }
  const asked = openRequest(pair, 'FRIEND')
  if (asked !== null) return asked
  // The same answer as for a person who is not there: what somebody allows is theirs to tell.
  return pair.allowsRequest ? { kind: 'ask' } : refuse('UNAVAILABLE', { field: ['userId'] })
}

/** `upgradeFriendship` to CLOSE (rule 7.2). Friends may always ask, whatever their privacy. */
export function judgeUpgrade(pair: PairState): Asking {
  const refused = refuseStrangers(pair)
  if (refused !== null) return refused
  if (pair.friendshipLevel === 'CLOSE') return { kind: 'already', request: null }
  return openRequest(pair, 'CLOSE') ?? { kind: 'ask' }
}

/** The words with a request (rule 6.9), trimmed; null for none. Refuses with INVALID_INPUT. */
export function parseRequestMessage(message: string | null | undefined): string | null | Refused {
  const [text, most] = [message ?? '', limits.requestMessageLength]
  const words = parseText(text, most)
  return words === undefined ? refuseInput(['message'], unfitText(text, most)) : words
}

/** What to say when the day's quota of requests for a level is used up. */
export function quotaUsedUp(level: FriendshipLevel): string {
  const { friendRequests, upgrades } = limits.quotas
  return level === 'FRIEND'
    ? `You can send at most ${friendRequests.most} friend requests in ${friendRequests.hours} hours.`
    : `You can ask at most ${upgrades.most} friends to become close in ${upgrades.hours} hours.`
}

/**
 * A request that is open already: the other's is crossed, declined or not (rule 6.4); one's own is
 * shown again.
 */
function openRequest(pair: PairState, level: FriendshipLevel): Asking | null {
  const incoming = pair.incoming[level]
  if (incoming !== null) return { kind: 'cross', request: incoming.id }
  const outgoing = pair.outgoing[level]
  return outgoing === null ? null : { kind: 'already', request: outgoing }
}

/** What an answer or a cancellation comes to: a new state, the state it has, or no. */
export type Answering = Refused | 'change' | 'already'

/**
 * `cancelFriendRequest`: to its requester a declined request is as open as a pending one (rules
 * 6.4, 6.5).
 */
export function judgeCancel({ status, isOver }: FriendRequest): Answering {
  if (status === 'CANCELED') return 'already'
  return (status === 'PENDING' || status === 'REJECTED') && !isOver
    ? 'change'
    : refuse('REQUEST_CLOSED')
}

/**
 * `respondFriendRequest` with ACCEPT. An accepted request answers "already" for as long as the two
 * are what it made them.
 */
export function judgeAcceptance(
  { status, isOver, level }: FriendRequest,
  pair: PairState,
): Answering {
  if (status === 'ACCEPTED') {
    const still = pair.friendshipLevel === 'CLOSE' || pair.friendshipLevel === level
    return still ? 'already' : refuse('REQUEST_CLOSED')
  }
  return (status === 'PENDING' || status === 'REJECTED') && !isOver
    ? 'change'
    : refuse('REQUEST_CLOSED')
}

/** `respondFriendRequest` with REJECT. */
export function judgeRejection({ status, isOver }: FriendRequest): Answering {
  if (isOver) return refuse('REQUEST_CLOSED')
  if (status === 'REJECTED') return 'already'
  return status === 'PENDING' ? 'change' : refuse('REQUEST_CLOSED')
}
