import type { Traits } from './people.ts'
import type { Sport } from './places.ts'
import { dayMs } from './span.ts'

export type Level = 'friend' | 'close'

export interface Friendship {
  readonly since: number
  level: Level
}

/** A request to be friends, or close friends. */
export interface FriendRequest {
  readonly requester: Member
  readonly target: Member
  readonly level: Level
  readonly message: string | null
  readonly quiet: boolean
  readonly at: number
  /** `gone`: a block or the end of the friendship has deleted it. */
  status: 'pending' | 'accepted' | 'rejected' | 'canceled' | 'gone'
  respondedAt: number | null
}

/** Somebody in the middle of their life: what they are to others, by now. */
export class Member {
  readonly traits: Traits
  readonly friends = new Map<Member, Friendship>()
  /** Requests that are open, or were until they ran out, in either direction: one a pair. */
  readonly requests = new Map<Member, FriendRequest>()
  /** Since when they follow whom. */
  readonly follows = new Map<Member, number>()
  readonly contacts = new Map<Member, { readonly at: number; readonly imported: boolean }>()
  readonly blocks = new Map<Member, { readonly at: number; readonly expiresAt: number | null }>()
  /** Whom they have declined, how often and when last. */
  readonly declines = new Map<Member, { times: number; at: number }>()
  readonly dismissals = new Map<Member, number>()
  /** Who was suggested to them: on how many days, and on which one last. */
  readonly shown = new Map<Member, { days: number; last: number }>()
  readonly activeDays = new Set<number>()
  readonly games: Game[] = []
  leavesAt = Infinity

  constructor(traits: Traits) {
    this.traits = traits
  }

  isAround(at: number): boolean {
    return this.traits.arrivesAt <= at && at < this.leavesAt
  }

  /** Counts the day as one on which they were active. */
  isActive(at: number): void {
    this.activeDays.add(Math.floor(at / dayMs))
  }
}

export interface Game {
  readonly creator: Member
  readonly at: number
  readonly sport: Sport
  readonly size: number
  /** Who takes part, and since when. */
  readonly players: Map<Member, number>
}

export interface Invite {
  readonly inviter: Member
  readonly invitee: Member
  readonly game: Game
  readonly at: number
  readonly betweenFriends: boolean
  outcome: 'accepted' | 'declined' | null
  answeredAt: number | null
}

export interface Report {
  readonly reporter: Member
  readonly reported: Member
  readonly at: number
}

/** A contact link (rule 4). */
export interface Link {
  readonly maker: Member
  readonly at: number
  readonly label: string | null
  readonly expiresAt: number | null
  readonly maxUses: number | null
  readonly revokedAt: number | null
  /** Those who are remembered; a block forgets them, and what was counted stays counted. */
  readonly users: Map<Member, number>
  uses: number
  lastUsedAt: number | null
}
