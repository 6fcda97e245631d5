import type DataLoader from 'dataloader'
import { type Queryable, sql } from '../database/sql.ts'
import type { RequestId, UserId } from '../graphql/ids.ts'
import { lookup } from '../graphql/loaders.ts'
import { type Asked, asksForAny } from '../graphql/selections.ts'
import {
  type FriendshipLevel,
  pairColumns,
  type PairSummary,
  type PairSummaryLoader,
  type PairSummaryRow,
  toPairSummary,
} from './pair-summary.ts'

/** An id for each level of friendship: of the open request of that level. */
type OpenRequests<Request> = Readonly<Record<FriendshipLevel, Request | null>>

/** A request that its target may answer; a declined one may still be accepted. */
interface IncomingRequest {
  readonly id: RequestId
  readonly declined: boolean
}

/**
 * Everything that one person (the viewer, or the actor whom a service asks about) and another are
 * to each other. A rule is a function of this and nothing else.
 */
export interface PairState extends PairSummary {
  /** Not expired. Declined ones count, because their requester must not notice (rule 6.4). */
  readonly outgoing: OpenRequests<RequestId>
  readonly incoming: OpenRequests<IncomingRequest>
  /** What the other's privacy lets this person do. */
  readonly allowsFollow: boolean
  /**
   * True whatever the privacy settings say if this person has used a link of the other's that is
   * not revoked (rule 4.6).
   */
  readonly allowsRequest: boolean
  readonly allowsMessage: boolean
}

/** The viewer and each other person, present or not; null for the anonymous and for services. */
type PairStateLoader = DataLoader<UserId, PairState | null>

export function pairStateLoader(from: Queryable): PairStateLoader {
  return lookup(from, 'pairs.states', selectPairStates)
}

/** Both ways to read how the viewer stands to others. */
export interface PairLoaders {
  readonly pairSummary: PairSummaryLoader
  readonly pairState: PairStateLoader
}

/**
 * Whether a relationship is asked what either may ask of the other, which takes a larger statement.
 */
const asksForPairState = asksForAny(
  [],
  [
    'outgoingRequest',
    'incomingRequest',
    'can',
    'canMessage',
    'canInvite',
    'canFollow',
    'canAddContact',
    'canRequestFriend',
    'canUpgrade',
  ],
)

/** The smaller of the two that answers what the relationship of a field is asked. */
export function pairLoaderFor(
  info: Asked,
  { pairSummary, pairState }: PairLoaders,
): PairSummaryLoader {
  return asksForPairState(info) ? pairState : pairSummary
}

/** The state of the viewer and each of the others, in one statement. Nobody for the anonymous. */
async function selectPairStates(
  from: Queryable,
  others: readonly UserId[],
): Promise<Map<UserId, PairState>> {
  const rows = await from.rows<PairStateRow>(
    'pairs.states',
    sql`select ${columns} from my_pair_states(${others}::uuid[])`,
  )
  return new Map(rows.map((row) => [row.other, toPairState(row)]))
}

/** The state of one pair, to decide on: take the pair's lock first, so that it stays as it is. */
export async function selectPairState(from: Queryable, other: UserId): Promise<PairState> {
  const pair = (await selectPairStates(from, [other])).get(other)
  if (pair === undefined) throw new Error('Only a viewer has a state with somebody else.')
  return pair
}

/**
 * For services: the state of each actor with the other person at the same index, in order.
 * @param within the pairs are those of one group, in which friends in common are looked for at once
 */
export async function selectPairStatesOf(
  from: Queryable,
  pairs: readonly { readonly actor: UserId; readonly other: UserId }[],
  { within = false } = {},
): Promise<PairState[]> {
  const rows = await from.rows<PairStateRow>(
    'pairs.statesOf',
    sql`
      select ${columns}
        from pair_states(${pairs.map(({ actor }) => actor)}::uuid[], ${pairs.map(({ other }) => other)}::uuid[], ${within})
       order by place`,
  )
  return rows.map(toPairState)
}

interface PairStateRow extends PairSummaryRow {
  readonly outgoing_friend: RequestId | null
  readonly outgoing_close: RequestId | null
  readonly incoming_friend: RequestId | null
  readonly incoming_friend_declined: boolean
  readonly incoming_close: RequestId | null
  readonly incoming_close_declined: boolean
  readonly allows_follow: boolean
  readonly allows_request: boolean
  readonly allows_message: boolean
}

const columns = sql`
  ${pairColumns}, outgoing_friend, outgoing_close,
  incoming_friend, incoming_friend_declined, incoming_close, incoming_close_declined,
  allow_follows = 'everyone' as allows_follow,
  allow_friend_requests = 'everyone' or holds_link
    or allow_friend_requests = 'friends_of_friends' and shares_friend as allows_request,
  allow_messages = 'everyone' or allow_messages = 'friends' and friendship_level is not null as allows_message`

function toPairState(row: PairStateRow): PairState {
  const summary = toPairSummary(row)
  const between = !summary.isAbsent && !summary.isBlocking
  return {
    ...summary,
    outgoing: {
      FRIEND: between ? row.outgoing_friend : null,
      CLOSE: between ? row.outgoing_close : null,
    },
    incoming: {
      FRIEND: between ? incoming(row.incoming_friend, row.incoming_friend_declined) : null,
      CLOSE: between ? incoming(row.incoming_close, row.incoming_close_declined) : null,
    },
    allowsFollow: row.allows_follow,
    allowsRequest: row.allows_request,
    allowsMessage: row.allows_message,
  }
}

function incoming(id: RequestId | null, declined: boolean): IncomingRequest | null {
  return id === null ? null : { id, declined }
}
