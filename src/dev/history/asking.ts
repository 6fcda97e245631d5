import type { FriendRequest, Member } from './member.ts'
import { greetings, pesterings } from './places.ts'
import { dayMs, hourMs } from './span.ts'
import { accept, ask, cancel, decline, follow, keepContact, mayMeet, requestDays } from './ties.ts'
import { tryPick, type World } from './world.ts'

/** How two people have come across each other, and how often a request is accepted then. */
const acceptance = {
  known: 0.92,
  friendOfFriend: 0.78,
  clubMate: 0.62,
  player: 0.68,
  stranger: 0.3,
  pestered: 0.08,
} as const

export type Acquaintance = keyof typeof acceptance

/** Requests that are not answered, whoever sent them. */
const unanswered = 0.14

/** Half of the answers come sooner. */
const medianAnswerMs = 5 * hourMs

/** Sends somebody whom they have come across a friend request. */
export function askSomebody(world: World, member: Member, at: number): void {
  const found = comeAcross(world, member, at)
  if (found !== undefined) sendRequest(world, member, found[0], at, found[1])
}

/** Sends a request, and plans what becomes of it. */
export function sendRequest(
  world: World,
  requester: Member,
  target: Member,
  at: number,
  acquaintance: Acquaintance,
): void {
  const { random } = world
  const isPest = acquaintance === 'pestered'
  const words = random.chance(isPest ? 0.8 : 0.25)
    ? random.pick(isPest ? pesterings : greetings)
    : null
  const message = words?.replaceAll('{sport}', requester.traits.sports[0] ?? 'the club') ?? null
  const request = ask(world, requester, target, at, 'friend', message)
  if (request !== null) planAnswer(world, request, acceptance[acquaintance])
}

/** Asks a friend of some time to become close. */
export function askToBeClose(world: World, member: Member, at: number): void {
  const friend = tryPick(world.random, [...member.friends.keys()], (one) => {
    const friendship = member.friends.get(one)
    return friendship?.level === 'friend' && at - friendship.since > 10 * dayMs
  })
  const request = friend && ask(world, member, friend, at, 'close', null)
  if (request) planAnswer(world, request, 0.75)
}

function planAnswer(world: World, request: FriendRequest, acceptedShare: number): void {
  const { random, agenda } = world
  const { requester, target } = request
  if (random.chance(0.02)) {
    agenda.plan(request.at + random.longTailed(2 * dayMs, 1), () => {
      if (request.status === 'pending') cancel(request)
    })
  }
  if (random.chance(unanswered)) return
  const wait = random.longTailed(medianAnswerMs, 1.5)
  if (wait >= requestDays * dayMs) return
  agenda.plan(request.at + wait, (at) => {
    if (request.status !== 'pending' || !target.isAround(at)) return
    target.isActive(at)
    if (!random.chance(acceptedShare)) {
      decline(request, at)
      return
    }
    accept(request, at)
    if (random.chance(0.3)) keepContact(requester, target, at)
    if (random.chance(0.3)) keepContact(target, requester, at)
    if (random.chance(0.2)) follow(requester, target, at)
  })
}

/** Somebody who is neither a friend nor hidden: most often a friend of a friend. */
function comeAcross(
  world: World,
  member: Member,
  at: number,
): readonly [Member, Acquaintance] | undefined {
  const { random, present } = world
  const fits = (other: Member) =>
    mayMeet(member, other) && !member.friends.has(other) && other.isAround(at)
  const way = random.next()
  if (way < 0.55) {
    const bridge = random.pick([...member.friends.keys()])
    const found = bridge && tryPick(random, [...bridge.friends.keys()], fits)
    if (found !== undefined) return [found, 'friendOfFriend']
  }
  if (way < 0.65) {
    const game = random.pick(member.games)
    const found = game && tryPick(random, [...game.players.keys()], fits)
    if (found !== undefined) return [found, 'player']
  }
  if (way < 0.92) {
    const club = random.pick(world.clubs.get(member) ?? [])
    const found = club && tryPick(random, club.members, fits)
    if (found !== undefined) return [found, 'clubMate']
  }
  const found = tryPick(random, present, fits)
  return found && [found, 'stranger']
}
