import type DataLoader from 'dataloader'
import type { UserId } from '../graphql/ids.ts'
import { lookup } from '../graphql/loaders.ts'
import { asksForStanding } from '../graphql/selections.ts'
import { sql, type Queryable } from '../database/sql.ts'
import {
  tieColumns,
  tieFacts,
  toTie,
  type FriendshipLevel,
  type Tie,
  type TieLoader,
  type TieRow,
} from './pair-summary.ts'

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
export interface Standing extends Tie {
  /** Not expired; declined ones are among them, for their requester must not notice (rule 6.4). */
  readonly outgoing: OpenRequests<string>
  readonly incoming: OpenRequests<IncomingRequest>
  /** What the other's privacy lets this person do. */
  readonly allowsFollow: boolean
  /** Also, whatever the privacy, to whoever has used a link of the other's that was not revoked since (rule 4.6). */
  readonly allowsRequest: boolean
  readonly allowsMessage: boolean
}

/** The viewer's standing with each other person, present or not; null for the anonymous and for services. */
export type StandingLoader = DataLoader<UserId, Standing | null>

export function standingLoader(from: Queryable): StandingLoader {
  return lookup(from, 'ties.standings', (others) => selectStandings(from, others))
}

/** Both ways to read how the viewer stands to others. */
export interface TieLoaders {
  readonly tie: TieLoader
  readonly standing: StandingLoader
}

/** The smaller of the two that answers what the relationship of a field is asked. */
export function tiesFor(
  info: Parameters<typeof asksForStanding>[0],
  { tie, standing }: TieLoaders,
): TieLoader {
  return asksForStanding(info) ? standing : tie
}

/** The viewer's standing with each of the others, in one statement. Nobody for the anonymous. */
export async function selectStandings(
  from: Queryable,
  others: readonly UserId[],
): Promise<Map<UserId, Standing>> {
  const rows = await from.rows<StandingRow>(
    'ties.standings',
    sql`select ${columns} from my_standings(${others}::uuid[])`,
  )
  return new Map(rows.map((row) => [row.other, toStanding(row)]))
}

/** One person's standing, to decide on: take the pair's lock first, so that it stays as it is. */
export async function standingWith(from: Queryable, other: UserId): Promise<Standing> {
  const standing = (await selectStandings(from, [other])).get(other)
  if (standing === undefined) throw new Error('A standing was asked for by somebody who has none.')
  return standing
}

/**
 * For services: the standing of each actor with the other person of the same place, in order.
 * @param within the pairs are those of one group, in which friends in common are looked for at once
 */
export async function selectStandingsOf(
  from: Queryable,
  pairs: readonly { readonly actor: UserId; readonly other: UserId }[],
  { within = false } = {},
): Promise<Standing[]> {
  const rows = await from.rows<StandingRow>(
    'ties.standingsOf',
    sql`
      select ${columns}
        from standings(${pairs.map(({ actor }) => actor)}::uuid[], ${pairs.map(({ other }) => other)}::uuid[], ${within})
       order by place`,
  )
  return rows.map(toStanding)
}

interface StandingRow extends TieRow {
  readonly outgoing_friend: string | null
  readonly outgoing_close: string | null
  readonly incoming_friend: string | null
  readonly incoming_close: string | null
}

const columns = sql`
  ${tieFacts} ||
  case when incoming_friend_declined then 'd' else '' end || case when incoming_close_declined then 'D' else '' end ||
  case when allow_follows = 'everyone' then 'a' else '' end ||
  case when allow_friend_requests = 'everyone' or holds_link
         or allow_friend_requests = 'friends_of_friends' and shares_friend then 'r' else '' end ||
  case when allow_messages = 'everyone' or allow_messages = 'friends' and friendship_level is not null
       then 'm' else '' end as facts,
  ${tieColumns}, outgoing_friend, outgoing_close, incoming_friend, incoming_close`

function toStanding(row: StandingRow): Standing {
  const tie = toTie(row)
  const is = (letter: string) => row.facts.includes(letter)
  const between = !tie.isAbsent && !tie.isBlocking
  return {
    ...tie,
    outgoing: {
      FRIEND: between ? row.outgoing_friend : null,
      CLOSE: between ? row.outgoing_close : null,
    },
    incoming: {
      FRIEND: between ? incoming(row.incoming_friend, is('d')) : null,
      CLOSE: between ? incoming(row.incoming_close, is('D')) : null,
    },
    allowsFollow: is('a'),
    allowsRequest: is('r'),
    allowsMessage: is('m'),
  }
}

function incoming(id: string | null, declined: boolean): IncomingRequest | null {
  return id === null ? null : { id, declined }
}
