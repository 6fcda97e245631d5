import { arrive } from './arriving.ts'
import { askSomebody, askToBeClose } from './asking.ts'
import type { Member } from './member.ts'
import { joinOpenGame, organise } from './playing.ts'
import { dayMs, hourMs } from './span.ts'
import { follow, keepContact, mayMeet } from './ties.ts'
import { makeTrouble, quarrel } from './trouble.ts'
import { tryPick, type World } from './world.ts'

/** Lets all days pass, from the arrival of the first person to the end, a day a step. */
export function* live(world: World): Generator<undefined, void> {
  const { agenda, span, members, random } = world
  for (const member of members) {
    agenda.plan(member.traits.arrivesAt, (at) => {
      arrive(world, member, at)
      visit(world, member, at + 600_000, true)
    })
  }
  for (let day = -span.before; day < span.days; day++) {
    const weekend = day % 7 === 5 || day % 7 === 6 ? 1.15 : 1
    for (const member of world.present) {
      const at = day * dayMs + random.between(6, 23) * hourMs
      const isNew = at - member.traits.arrivesAt < 7 * dayMs
      const share = isNew ? Math.max(member.traits.activeShare, 0.6) : member.traits.activeShare
      if (member.isAround(at) && random.chance(share * weekend))
        agenda.plan(at, (then) => {
          visit(world, member, then, isNew)
        })
    }
    agenda.runUntil((day + 1) * dayMs)
    yield
  }
}

/** What somebody does when they are here. */
function visit(world: World, member: Member, at: number, isNew: boolean): void {
  const { random, agenda } = world
  const { sociability, character } = member.traits
  member.isActive(at)
  let minutes = 0
  const often = (mean: number, act: (world: World, member: Member, at: number) => void) => {
    for (let left = random.count(mean); left > 0; left--)
      agenda.plan(at + ++minutes * 45_000, (then) => {
        act(world, member, then)
      })
  }
  if (character === 'troublemaker') often(0.7, makeTrouble)
  else often((isNew ? 1.4 : 0.35) * sociability, askSomebody)
  often(0.2 * sociability, followSomebody)
  often(0.03 * sociability, askToBeClose)
  often(0.045 * sociability, organise)
  often(0.25 * Math.min(sociability, 1.5), joinOpenGame)
  often(0.05, lookAtSuggestions)
  often(0.02 * sociability, rememberSomebody)
  often(0.003, quarrel)
}

/** Follows somebody whom a friend or somebody followed follows, or a friend. */
function followSomebody({ random }: World, member: Member, at: number): void {
  const bridge = random.pick([...member.friends.keys(), ...member.follows.keys()])
  if (bridge === undefined) return
  const further = random.pick([...bridge.follows.keys()])
  follow(member, random.chance(0.7) && further !== undefined ? further : bridge, at)
}

/** Is shown some people, and now and then dismisses one. */
function lookAtSuggestions(world: World, member: Member, at: number): void {
  const { random, clubs } = world
  const day = Math.floor(at / dayMs)
  const club = random.pick(clubs.get(member) ?? [])?.members ?? []
  for (let left = 5; left > 0; left--) {
    const bridge = random.pick([...member.friends.keys()])
    const other = tryPick(
      random,
      bridge ? [...bridge.friends.keys()] : club,
      (one) => mayMeet(member, one) && !member.friends.has(one),
    )
    const before = other && member.shown.get(other)
    if (other === undefined || before?.last === day) continue
    member.shown.set(other, { days: (before?.days ?? 0) + 1, last: day })
    if (random.chance(0.05)) member.dismissals.set(other, at)
  }
}

/** Keeps somebody as a contact with whom they have played, or a friend. */
function rememberSomebody({ random }: World, member: Member, at: number): void {
  const players = random.pick(member.games)?.players.keys() ?? []
  const other = random.pick([...players, ...member.friends.keys()])
  if (other !== undefined) keepContact(member, other, at)
}
