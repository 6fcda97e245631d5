import { sendRequest } from './asking.ts'
import type { Member } from './member.ts'
import { dayMs, hourMs } from './span.ts'
import { block, mayMeet, unfriend } from './ties.ts'
import { tryPick, type World } from './world.ts'

/** What a troublemaker does with a day: asks strangers, again and again, and pesters somebody. */
export function makeTrouble(world: World, offender: Member, at: number): void {
  const { random, present } = world
  const stranger = () =>
    tryPick(random, present, (one) => one.isAround(at) && mayMeet(offender, one))
  for (let times = random.count(1.6); times > 0; times--) {
    const target = stranger()
    if (target !== undefined) sendRequest(world, offender, target, at, 'pestered')
  }
  if (!random.chance(0.5)) return
  const known = [
    ...offender.requests.keys(),
    ...offender.games.flatMap(({ players }) => [...players.keys()]),
  ]
  const victim =
    tryPick(random, known, (one) => one.isAround(at) && mayMeet(offender, one)) ?? stranger()
  if (victim !== undefined) pester(world, offender, victim, at)
}

/**
 * Somebody is pestered: most report it, then most block. After that there is hardly anything left
 * to report.
 */
function pester(world: World, offender: Member, victim: Member, at: number): void {
  const { random, agenda, span } = world
  const reports = random.chance(0.8) ? 1 + random.count(0.5) : 0
  let last = at
  for (let left = reports; left > 0; left--) {
    last += random.longTailed(9 * hourMs, 0.9)
    planReport(world, victim, offender, last)
  }
  if (!random.chance(0.7)) return
  agenda.plan(last + random.longTailed(2 * hourMs, 1), (then) => {
    if (!mayMeet(victim, offender)) return
    victim.isActive(then)
    const expiresAt = random.chance(0.1) ? Math.round(then + random.between(20, 60) * dayMs) : null
    block(world, victim, offender, then, expiresAt)
    if (expiresAt !== null && expiresAt < span.end) {
      agenda.plan(expiresAt, () => victim.blocks.delete(offender))
    }
    // They can still meet in a game of somebody else.
    if (random.chance(0.18)) {
      planReport(world, victim, offender, then + random.longTailed(4 * dayMs, 0.8))
    }
  })
}

function planReport(world: World, reporter: Member, reported: Member, at: number): void {
  world.agenda.plan(at, (then) => {
    if (!reporter.isAround(then)) return
    reporter.isActive(then)
    world.reports.push({ reporter, reported, at: then })
  })
}

/** An ordinary quarrel: now and then a friendship ends, or somebody blocks a person they know. */
export function quarrel(world: World, member: Member, at: number): void {
  const { random } = world
  const other = tryPick(random, [...member.friends.keys()], (one) => mayMeet(member, one))
  if (other === undefined) return
  if (random.chance(0.75)) unfriend(member, other, at)
  else block(world, member, other, at, null)
}
