import { sendRequest } from './asking.ts'
import type { Member } from './member.ts'
import { linkLabels } from './places.ts'
import { enter } from './playing.ts'
import { dayMs, hourMs } from './span.ts'
import { follow, keepContact, mayMeet } from './ties.ts'
import { tryPick, type World } from './world.ts'

/** How many friends somebody needs by their seventh day, to have many. */
const manyFriends = 5

/**
 * What is true of those who have been here for a week: how many of them stay. Friends keep people,
 * and nothing else does.
 */
export const stayTruth = { manyFriends: 0.68, fewFriends: 0.5 } as const

/**
 * The first day: somebody often knows one of the others, and meets those whom everybody follows.
 */
export function arrive(world: World, member: Member, at: number): void {
  const { random, agenda, present } = world
  present.push(member)
  if (member.traits.character === 'hub') world.hubs.push(member)
  const clubs = world.clubs.get(member) ?? []
  for (const club of clubs) enter(club, member)
  member.isActive(at)
  followTheKnown(world, member, at)
  const host = tryPick(
    random,
    clubs[0]?.members ?? [],
    (one) => one.isAround(at) && mayMeet(member, one),
  )
  if (host !== undefined && random.chance(0.5)) {
    keepContact(member, host, at, random.chance(0.3) && at < 0)
    if (random.chance(0.6)) useLink(member, host, at + 60_000, world)
    agenda.plan(at + random.longTailed(hourMs, 1), (then) => {
      if (host.isAround(then)) sendRequest(world, host, member, then, 'known')
    })
  }
  if (random.chance(0.12))
    agenda.plan(at + random.between(1, 20) * dayMs, (then) => {
      makeLink(world, member, then)
    })
  agenda.plan(at + 7 * dayMs, () => {
    settle(world, member)
  })
}

/** After a week somebody stays, or comes a few times more at the most. */
function settle({ random }: World, member: Member): void {
  const { arrivesAt, character, isDemo } = member.traits
  const share = member.friends.size >= manyFriends ? stayTruth.manyFriends : stayTruth.fewFriends
  const stays = random.chance(share)
  const longer = 45 * dayMs - Math.log(1 - random.next()) * 200 * dayMs
  const shorter = random.between(8, 27) * dayMs
  if (!isDemo && character !== 'hub') member.leavesAt = arrivesAt + (stays ? longer : shorter)
}

function followTheKnown(world: World, member: Member, at: number): void {
  const { random, hubs } = world
  const weights = hubs.map((_one, place) => 1 / (place + 1) ** 0.6)
  for (let left = random.count(4); left > 0; left--) {
    const hub = hubs[random.pickWeighted(weights)]
    if (hub !== undefined) follow(member, hub, at + left * 15_000)
  }
}

function makeLink({ random, links }: World, maker: Member, at: number): void {
  if (!maker.isAround(at)) return
  links.push({
    maker,
    at,
    label: random.chance(0.7) ? (random.pick(linkLabels) ?? null) : null,
    expiresAt: random.chance(0.4) ? Math.round(at + 30 * dayMs) : null,
    maxUses: random.chance(0.4) ? 5 + random.below(20) : null,
    revokedAt: random.chance(0.1) ? Math.round(at + random.between(1, 10) * dayMs) : null,
    users: new Map(),
    uses: 0,
    lastUsedAt: null,
  })
}

/** Uses the newest link of somebody, if one can be used (rule 4.3). */
function useLink(member: Member, host: Member, at: number, { links }: World): void {
  const link = links.findLast(
    ({ maker, at: madeAt, expiresAt, revokedAt, uses, maxUses }) =>
      maker === host &&
      madeAt < at &&
      (expiresAt === null || at < expiresAt) &&
      (revokedAt === null || at < revokedAt) &&
      (maxUses === null || uses < maxUses),
  )
  if (link === undefined) return
  link.users.set(member, at)
  link.uses++
  link.lastUsedAt = at
}
