import type { Member } from './member.ts'
import { dayMs, hourMs } from './span.ts'
import { accept, ask, decline, follow, keepContact, mayMeet } from './ties.ts'
import type { World } from './world.ts'

/** The words of those who ask alice at the end, each in a language of their own. */
const words = ['You dropped a carabiner on Tuesday.', 'Croquet, Saturday, ten?', null, '又見面了！']

/**
 * What the last days must have for alice, whatever chance has brought her: requests in both
 * directions, a quiet one of somebody whom she has declined before, a request to become close, and
 * suggestions that she has seen often.
 */
export function weaveAlice(world: World): void {
  const [alice] = world.members
  if (alice === undefined) return
  const { end } = world.span
  const near = nearby(world, alice)
  const take = (fits: (one: Member) => boolean = () => true) => {
    const place = near.findIndex((one) => fits(one))
    return place < 0 ? undefined : near.splice(place, 1)[0]
  }
  for (const [place, message] of words.entries()) {
    const requester = take()
    if (requester !== undefined)
      ask(world, requester, alice, end - (place + 1) * 9 * hourMs, 'friend', message)
  }
  for (const hours of [5, 30]) {
    const target = take(({ traits }) => traits.privacy === null)
    if (target !== undefined) ask(world, alice, target, end - hours * hourMs, 'friend', null)
  }
  const pest = world.members.find(
    (one) =>
      one.traits.character === 'troublemaker' &&
      isUntouched(alice, one) &&
      one.traits.arrivesAt < end - 41 * dayMs,
  )
  if (pest !== undefined) {
    const first = ask(world, pest, alice, end - 40 * dayMs, 'friend', 'add me')
    if (first !== null) decline(first, end - 39 * dayMs)
    ask(world, pest, alice, end - 2 * dayMs, 'friend', 'why do you not answer')
  }
  for (const hours of [30, 60, 90]) {
    const host = take(({ traits }) => traits.privacy === null)
    if (host === undefined) continue
    follow(alice, host, end - hours * hourMs)
    keepContact(host, alice, end - hours * hourMs)
  }
  becomeClose(world, alice, end)
  for (const [days, other] of [6, 4, 2, 1].map((count) => [count, take()] as const))
    if (other !== undefined) alice.shown.set(other, { days, last: world.span.days - 1 })
}

/** Three close friends at least, and one friend who asks to become close. */
function becomeClose(world: World, alice: Member, end: number): void {
  const friends = [...alice.friends].filter(
    ([other, { level, since }]) =>
      level === 'friend' && since < end - 20 * dayMs && !alice.requests.has(other),
  )
  for (const [place, [friend]] of friends.slice(0, 4).entries()) {
    const at = end - (12 - place) * dayMs
    const request = ask(
      world,
      place === 3 ? friend : alice,
      place === 3 ? alice : friend,
      at,
      'close',
      null,
    )
    if (request !== null && place < 3) accept(request, at + 7 * hourMs)
  }
}

/** Friends of her friends who have nothing to do with her yet, the likeliest first. */
function nearby({ span }: World, alice: Member): Member[] {
  const bridges = new Map<Member, number>()
  for (const friend of alice.friends.keys())
    for (const other of friend.friends.keys())
      if (
        other.isAround(span.end) &&
        other.traits.arrivesAt < span.end - 5 * dayMs &&
        isUntouched(alice, other)
      )
        bridges.set(other, (bridges.get(other) ?? 0) + 1)
  // Every third only: the others are to be suggested.
  return [...bridges.entries()]
    .sort(([, one], [, other]) => other - one)
    .filter((_entry, place) => place % 3 === 2)
    .map(([other]) => other)
}

function isUntouched(alice: Member, other: Member): boolean {
  return (
    mayMeet(alice, other) &&
    !alice.friends.has(other) &&
    !alice.requests.has(other) &&
    !alice.follows.has(other) &&
    !alice.contacts.has(other) &&
    !alice.dismissals.has(other)
  )
}
