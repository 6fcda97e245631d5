import type DataLoader from 'dataloader'
import type { UserId } from '../base/ids.ts'
import { lookup } from '../base/loaders.ts'
import { sql, type Sql } from '../base/sql.ts'

export type FriendshipLevel = 'FRIEND' | 'CLOSE'

/** An id for each level of friendship: of the open request of that level. */
export type OpenRequests<Request> = Readonly<Record<FriendshipLevel, Request | null>>

/** A request that its target may answer; a declined one may still be accepted. */
export interface IncomingRequest {
  readonly id: string
  readonly declined: boolean
}

/**
 * Everything that one person (the viewer, or the actor whom a service asks about) and another are to each other. A
 * rule is a function of this and nothing else.
 */
export interface Standing {
  readonly other: UserId
  /** Does not exist, was erased, or blocks the one who asks. Nothing here or after tells these apart (RULES 0.4). */
  readonly isAbsent: boolean
  readonly isBlocking: boolean
  readonly isContact: boolean
  readonly isFollowing: boolean
  readonly isFollowedBy: boolean
  /** Null: not friends. */
  readonly friendshipLevel: FriendshipLevel | null
  readonly friendsSince: Date | null
  /** Not expired; declined ones are among them, for their requester must not notice (RULES 6.4). */
  readonly outgoing: OpenRequests<string>
  readonly incoming: OpenRequests<IncomingRequest>
  /** What the other's privacy lets this person do. */
  readonly allowsFollow: boolean
  /** Also, whatever the privacy, to whoever has used a link of the other's that was not revoked since (RULES 4.6). */
  readonly allowsRequest: boolean
}

/** The viewer's standing with each other person, present or not; null for the anonymous and for services. */
export type StandingLoader = DataLoader<UserId, Standing | null>

export function standingLoader(from: Sql): StandingLoader {
  return lookup(from, 'ties.standings', (others) => selectStandings(from, others))
}

/** The viewer's standing with each of the others, in one statement. Nobody for the anonymous. */
export async function selectStandings(
  from: Sql,
  others: readonly UserId[],
): Promise<Map<UserId, Standing>> {
  const rows = await from.rows<StandingRow>(
    'ties.standings',
    sql`select ${columns} from my_standings(${others}::uuid[])`,
  )
  return new Map(rows.map((row) => [row.other, toStanding(row)]))
}

/** One person's standing, to decide on: take the pair's lock first, so that it stays as it is. */
export async function standingWith(from: Sql, other: UserId): Promise<Standing> {
  const standing = (await selectStandings(from, [other])).get(other)
  if (standing === undefined) throw new Error('A standing was asked for by somebody who has none.')
  return standing
}

/** For services: the standing of each actor with the other person of the same place, in order. */
export async function selectStandingsOf(
  from: Sql,
  pairs: readonly { readonly actor: UserId; readonly other: UserId }[],
): Promise<Standing[]> {
  const rows = await from.rows<StandingRow>(
    'ties.standingsOf',
    sql`
      select ${columns}
        from standings(${pairs.map(({ actor }) => actor)}::uuid[], ${pairs.map(({ other }) => other)}::uuid[])
       order by place`,
  )
  return rows.map(toStanding)
}

interface StandingRow {
  other: UserId
  present: boolean
  blocks: boolean
  blocked_by: boolean
  is_contact: boolean
  follows: boolean
  followed_by: boolean
  friendship_level: FriendshipLevel | null
  friends_since: Date | null
  outgoing_friend: string | null
  outgoing_close: string | null
  incoming_friend: string | null
  incoming_close: string | null
  incoming_friend_declined: boolean
  incoming_close_declined: boolean
  allow_follows: string
  allow_friend_requests: string
  shares_friend: boolean
  holds_link: boolean
}

const columns = sql`
  other, present, blocks, blocked_by, is_contact, follows, followed_by, upper(friendship_level) as friendship_level,
  friends_since, outgoing_friend, outgoing_close, incoming_friend, incoming_close, incoming_friend_declined,
  incoming_close_declined, allow_follows, allow_friend_requests, shares_friend,
  holds_link`

/** With an absent person nobody has any tie: one's own rows about them (a hidden contact) count for nothing meanwhile. */
function toStanding(row: StandingRow): Standing {
  const isAbsent = !row.present || row.blocked_by
  const between = !isAbsent && !row.blocks
  return {
    other: row.other,
    isAbsent,
    isBlocking: row.blocks,
    isContact: between && row.is_contact,
    isFollowing: between && row.follows,
    isFollowedBy: between && row.followed_by,
    friendshipLevel: between ? row.friendship_level : null,
    friendsSince: between ? row.friends_since : null,
    outgoing: {
      FRIEND: between ? row.outgoing_friend : null,
      CLOSE: between ? row.outgoing_close : null,
    },
    incoming: {
      FRIEND: between ? incoming(row.incoming_friend, row.incoming_friend_declined) : null,
      CLOSE: between ? incoming(row.incoming_close, row.incoming_close_declined) : null,
    },
    allowsFollow: row.allow_follows === 'everyone',
    allowsRequest:
      row.allow_friend_requests === 'everyone' ||
      row.holds_link ||
      (row.allow_friend_requests === 'friends_of_friends' && row.shares_friend),
  }
}

function incoming(id: string | null, declined: boolean): IncomingRequest | null {
  return id === null ? null : { id, declined }
}
