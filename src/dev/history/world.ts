import { Agenda } from './agenda.ts'
import {
  type FriendRequest,
  type Game,
  type Invite,
  type Link,
  Member,
  type Report,
} from './member.ts'
import type { Traits } from './people.ts'
import type { Sport } from './places.ts'
import { Random } from './random.ts'
import type { Span } from './span.ts'

/** The people of one place who play the same. */
export interface Club {
  readonly sport: Sport
  /** Those who have arrived, the first ones first. */
  readonly members: Member[]
  /** The latest games that anybody may join. */
  openGames: Game[]
}

/** Everything there is, and what happens next. */
export interface World {
  readonly random: Random
  readonly agenda: Agenda
  readonly span: Span
  readonly members: readonly Member[]
  /** Those who have arrived. */
  readonly present: Member[]
  /** Those of them whom everybody follows, the most known first. */
  readonly hubs: Member[]
  readonly clubs: ReadonlyMap<Member, readonly Club[]>
  readonly requests: FriendRequest[]
  readonly games: Game[]
  readonly invites: Invite[]
  readonly reports: Report[]
  readonly links: Link[]
}

/** A world in which nobody has arrived yet. */
export function openWorld(seed: string, people: readonly Traits[], span: Span): World {
  const members = people.map((traits) => new Member(traits))
  const all = new Map<string, Club>()
  const clubs = new Map(
    members.map((member) => [
      member,
      member.traits.sports.map((sport) => {
        const name = `${member.traits.place} ${sport}`
        const club = all.get(name) ?? { sport, members: [], openGames: [] }
        all.set(name, club)
        return club
      }),
    ]),
  )
  return {
    random: new Random(`${seed} life`),
    agenda: new Agenda(),
    span,
    members,
    present: [],
    hubs: [],
    clubs,
    requests: [],
    games: [],
    invites: [],
    reports: [],
    links: [],
  }
}

/** One of a list who fulfils the condition; undefined if a few tries find none. */
export function tryPick<T>(
  random: Random,
  list: readonly T[],
  fits: (one: T) => boolean,
): T | undefined {
  for (let tries = 0; tries < 6; tries++) {
    const one = random.pick(list)
    if (one !== undefined && fits(one)) return one
  }
  return undefined
}
