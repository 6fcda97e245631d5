import {
  type Connection,
  cursorScope,
  encodeTimeCursor,
  toEdge,
} from '../../../graphql/connections.ts'
import type { UserId } from '../../../graphql/ids.ts'
import type { RequestDirection, RequestFilter } from './pages-sql.ts'
import type { FriendRequest } from './request.ts'

export interface FriendRequestEdge {
  readonly cursor: string
  readonly node: FriendRequest
}

export type FriendRequestConnection = Connection<FriendRequestEdge>

export function requestCursorScope(
  person: UserId,
  { direction, status, quiet }: RequestFilter,
): string {
  const filters = [direction ?? 'BOTH', status ?? 'ALL', quiet ? 'quiet' : 'heard']
  return cursorScope('requests', person, ...filters)
}

/**
 * A request in the list of one of its two sides, without a status.
 * @param direction the list; null comes back for a request that is not in it
 */
export function toOwnRequestEdge(
  request: FriendRequest,
  person: UserId,
  direction: RequestDirection,
): FriendRequestEdge | null {
  const isIncoming = direction === 'INCOMING'
  if ((isIncoming ? request.target : request.requester) !== person) return null
  // A requester reads one list, and must not hear that the request came quietly.
  const quiet = isIncoming && request.quiet
  return toRequestEdge(requestCursorScope(person, { direction, status: null, quiet }), request)
}

export function toRequestEdge(scope: string, request: FriendRequest): FriendRequestEdge {
  return toEdge({ node: request }, () => encodeTimeCursor(scope, request.createdAt, request.id))
}
