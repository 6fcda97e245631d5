import type { FriendRequest, Level, Member } from './member.ts'
import { dayMs } from './span.ts'
import type { World } from './world.ts'

/** Rule 6.1: how long a request is open. */
export const requestDays = 30

/**
 * Whether two people can have anything to do with each other. What the demo people are to each
 * other is left to the seed.
 */
export function mayMeet(one: Member, other: Member): boolean {
  return (
    one !== other &&
    !(one.traits.isDemo && other.traits.isDemo) &&
    !one.blocks.has(other) &&
    !other.blocks.has(one)
  )
}

/**
 * Sends a friend request, if it would be let through (rule 6). If the other has asked already, it
 * accepts that request.
 * @returns the new request; null if there is none
 */
export function ask(
  world: World,
  requester: Member,
  target: Member,
  at: number,
  level: Level,
  message: string | null,
): FriendRequest | null {
  if (!mayMeet(requester, target)) return null
  const friendship = requester.friends.get(target)
  if (level === 'close' ? friendship?.level !== 'friend' : friendship !== undefined) return null
  const open = requester.requests.get(target)
  if (open !== undefined && open.at + requestDays * dayMs > at) {
    if (open.target === requester && open.level === level) accept(open, at)
    return null
  }
  if (level === 'friend' && !letsIn(requester, target)) return null
  const request: FriendRequest = {
    requester,
    target,
    level,
    message,
    quiet: target.declines.has(requester),
    at,
    status: 'pending',
    respondedAt: null,
  }
  world.requests.push(request)
  requester.requests.set(target, request)
  target.requests.set(requester, request)
  return request
}

function letsIn(requester: Member, target: Member): boolean {
  const allowed = target.traits.privacy?.allow_friend_requests ?? 'everyone'
  if (allowed !== 'friends_of_friends') return allowed === 'everyone'
  return [...requester.friends.keys()].some(
    (friend) =>
      friend.friends.has(target) &&
      [requester, friend, target].every(
        ({ traits }) => traits.privacy?.show_in_mutual_friends !== false,
      ),
  )
}

export function accept(request: FriendRequest, at: number): void {
  const { requester, target, level } = request
  answer(request, 'accepted', at)
  for (const [one, other] of [
    [requester, target],
    [target, requester],
  ] as const) {
    const friendship = one.friends.get(other)
    if (friendship === undefined) one.friends.set(other, { since: at, level })
    else friendship.level = level
    one.requests.delete(other)
    one.declines.delete(other)
  }
}

/** Declining is silent: the request stays open to its requester (rule 6.4). */
export function decline(request: FriendRequest, at: number): void {
  answer(request, 'rejected', at)
  const { requester, target } = request
  const before = target.declines.get(requester)
  target.declines.set(requester, { times: (before?.times ?? 0) + 1, at })
  target.dismissals.set(requester, at)
}

export function cancel(request: FriendRequest): void {
  request.status = 'canceled'
  forget(request)
}

function answer(request: FriendRequest, status: 'accepted' | 'rejected', at: number): void {
  request.status = status
  request.respondedAt = at
}

function forget({ requester, target }: FriendRequest): void {
  requester.requests.delete(target)
  target.requests.delete(requester)
}

/** Ends the friendship and an open close request (rule 7.3). */
export function unfriend(one: Member, other: Member, at: number): void {
  one.friends.delete(other)
  other.friends.delete(one)
  withdraw(one, other, at)
  one.dismissals.set(other, at)
}

export function follow(one: Member, other: Member, at: number): void {
  if (!mayMeet(one, other) || one.follows.has(other)) return
  if (other.traits.privacy?.allow_follows !== 'nobody') one.follows.set(other, at)
}

export function keepContact(owner: Member, other: Member, at: number, imported = false): void {
  if (mayMeet(owner, other) && !owner.contacts.has(other))
    owner.contacts.set(other, { at, imported })
}

/** What a block ends, it ends at once (rule 8.1). */
export function block(
  world: World,
  blocker: Member,
  blocked: Member,
  at: number,
  expiresAt: number | null,
): void {
  if (!mayMeet(blocker, blocked)) return
  for (const [one, other] of [
    [blocker, blocked],
    [blocked, blocker],
  ] as const) {
    one.friends.delete(other)
    one.follows.delete(other)
  }
  withdraw(blocker, blocked, at)
  blocker.contacts.delete(blocked)
  for (const { maker, users } of world.links) {
    if (maker === blocker) users.delete(blocked)
    if (maker === blocked) users.delete(blocker)
  }
  blocker.blocks.set(blocked, { at, expiresAt })
  blocker.dismissals.set(blocked, at)
}

function withdraw(one: Member, other: Member, at: number): void {
  const request = one.requests.get(other)
  if (request === undefined) return
  if (request.at + requestDays * dayMs > at) request.status = 'gone'
  forget(request)
}
