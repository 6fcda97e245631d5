import type { UserId } from '../../../graphql/ids.ts'
import {
  encodeTimeCursor,
  encodeTimeStop,
  toConnection,
  toEdge,
  type Connection,
  type TimePosition,
} from '../../../graphql/connections.ts'
import type { VisiblePage } from '../../../pairs/visible-pages.ts'
import { asSeenBy, type FriendRequest } from './request.ts'
import type { RequestDirection, RequestQuery } from './pages-sql.ts'

export interface FriendRequestEdge {
  readonly cursor: string
  readonly node: FriendRequest
}

export type FriendRequestConnection = Connection<FriendRequestEdge>

/** What a cursor of these requests is a place in. */
export function requestList(
  person: UserId,
  { direction, status, quiet }: Pick<RequestQuery, 'direction' | 'status' | 'quiet'>,
): string {
  return `requests:${person}:${direction ?? 'BOTH'}:${status ?? 'ALL'}:${quiet ? 'quiet' : 'heard'}`
}

/**
 * A request in the list of one of its two sides, without a status.
 * @param direction the list; null comes back for a request that is not in it
 */
export function toRequestEdge(
  request: FriendRequest,
  person: UserId,
  direction: RequestDirection,
): FriendRequestEdge | null {
  const isIncoming = direction === 'INCOMING'
  if ((isIncoming ? request.target : request.requester) !== person) return null
  // A requester reads one list, and must not hear that the request came quietly.
  const list = requestList(person, { direction, status: null, quiet: isIncoming && request.quiet })
  return edgeIn(list, request)
}

/** @param reader the person themselves; null for a service, which sees what was answered */
export function toRequestConnection(
  list: string,
  reader: UserId | null,
  page: VisiblePage<FriendRequest, TimePosition>,
  after: string | null | undefined,
  totalCount: () => Promise<number>,
): FriendRequestConnection {
  const edges = page.rows.map((request) => edgeIn(list, asSeenBy(request, reader)))
  return toConnection(
    edges,
    { first: edges.length, after: after ?? null },
    page.hasNextPage,
    totalCount,
    encodeTimeStop(list, page.stop),
  )
}

function edgeIn(list: string, request: FriendRequest): FriendRequestEdge {
  return toEdge({ node: request }, () => encodeTimeCursor(list, request.createdAt, request.id))
}
