import type { Game, Invite, Member } from './member.ts'
import { sports } from './places.ts'
import { dayMs, hourMs } from './span.ts'
import { mayMeet } from './ties.ts'
import { type Club, tryPick, type World } from './world.ts'

/**
 * What is true of invitations: how many are accepted, and how many of the others are declined, not
 * forgotten. Friends accept a third more often.
 */
export const inviteTruth = {
  friends: { accepted: 0.48, declined: 0.32 },
  others: { accepted: 0.36, declined: 0.44 },
} as const

/** Makes a game in one of their clubs, and invites friends and other people of the club. */
export function organise(world: World, host: Member, at: number): void {
  const { random } = world
  const club = random.pick(world.clubs.get(host) ?? [])
  if (club === undefined) return
  const { sport } = club
  const game: Game = { creator: host, at, sport, size: sports[sport], players: new Map() }
  world.games.push(game)
  join(game, host, at)
  club.openGames = [game, ...club.openGames].slice(0, 8)
  const invited = new Set<Member>([host])
  for (let left = Math.min(game.size, 8) + random.count(1); left > 0; left--) {
    const wantsFriend = random.chance(0.6)
    const among = wantsFriend ? [...host.friends.keys()] : club.members
    const invitee = tryPick(
      random,
      among,
      (one) =>
        !invited.has(one) &&
        one.isAround(at) &&
        mayMeet(host, one) &&
        host.friends.has(one) === wantsFriend,
    )
    if (invitee === undefined) continue
    invited.add(invitee)
    invite(world, game, invitee, at + left * 20_000)
  }
}

function invite(world: World, game: Game, invitee: Member, at: number): void {
  const { random, agenda } = world
  const inviter = game.creator
  const betweenFriends = inviter.friends.has(invitee)
  const sent: Invite = {
    inviter,
    invitee,
    game,
    at,
    betweenFriends,
    outcome: null,
    answeredAt: null,
  }
  world.invites.push(sent)
  const truth = betweenFriends ? inviteTruth.friends : inviteTruth.others
  const chance = random.next()
  if (chance >= truth.accepted + truth.declined) return
  agenda.plan(at + random.longTailed(2 * hourMs, 1), (then) => {
    sent.outcome = chance < truth.accepted ? 'accepted' : 'declined'
    sent.answeredAt = then
    invitee.isActive(then)
    if (sent.outcome === 'accepted' && mayMeet(inviter, invitee)) join(game, invitee, then)
  })
}

/** Joins a game of their club that has room, without an invitation. */
export function joinOpenGame(world: World, member: Member, at: number): void {
  const club = world.random.pick(world.clubs.get(member) ?? [])
  const game = club && tryPick(world.random, club.openGames, (one) => isOpenTo(one, member, at))
  if (game !== undefined) join(game, member, at)
}

function isOpenTo(
  { creator, at: madeAt, size, players }: Game,
  member: Member,
  at: number,
): boolean {
  return (
    at - madeAt < 6 * dayMs &&
    players.size < size &&
    !players.has(member) &&
    mayMeet(creator, member)
  )
}

function join(game: Game, member: Member, at: number): void {
  if (game.players.has(member)) return
  game.players.set(member, at)
  member.games.push(game)
}

/** Lets a person be of a club from now on. */
export function enter(club: Club, member: Member): void {
  club.members.push(member)
}
