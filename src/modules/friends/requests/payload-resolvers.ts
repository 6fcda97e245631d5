import type { Resolvers } from '../../../generated/graphql.ts'
import type { Reader } from '../../../graphql/loaders.ts'
import type { PairSummaryLoader } from '../../../pairs/pair-summary.ts'
import { allFriends, type FriendEdge, toFriendEdge } from '../connection.ts'
import type { FriendLoaders } from '../loaders.ts'
import { type FriendRequestEdge, toOwnRequestEdge } from './connection.ts'
import { loadRequest } from './entity.ts'
import type { RequestLoaders } from './loaders.ts'
import type { RequestDirection } from './pages-sql.ts'
import type { RequestPayload } from './payload.ts'

type PayloadReader = Reader<{
  readonly friends: FriendLoaders
  readonly requests: RequestLoaders
  readonly pairSummary: PairSummaryLoader
}>

function requestOf({ requestId }: RequestPayload, _arguments: object, reader: PayloadReader) {
  return requestId == null ? null : loadRequest(reader, requestId)
}

/**
 * The request in the viewer's list of this direction; null for one that is not in it, such as one
 * that crossed.
 */
function edgeIn(direction: RequestDirection) {
  return async (
    payload: RequestPayload,
    noArguments: object,
    reader: PayloadReader,
  ): Promise<FriendRequestEdge | null> => {
    const request = await requestOf(payload, noArguments, reader)
    if (request === null || reader.identity.kind !== 'viewer') return null
    return toOwnRequestEdge(request, reader.identity.userId, direction)
  }
}

/** The other person in the viewer's list of friends; null when the two are not friends. */
async function friendOf(
  { user }: RequestPayload,
  _arguments: object,
  { identity, loaders }: PayloadReader,
): Promise<FriendEdge | null> {
  if (user === undefined || identity.kind !== 'viewer') return null
  const { friendshipLevel: level = null, friendsSince: since = null } =
    (await loaders.pairSummary.load(user.id)) ?? {}
  if (level === null || since === null) return null
  return toFriendEdge(allFriends, { owner: identity.userId, friend: user.id, level, since })
}

/** The objects that the verbs touched, read when they are asked for, after the change. */
export const requestPayloadResolvers = {
  RequestFriendPayload: {
    request: requestOf,
    requestEdge: edgeIn('OUTGOING'),
    friend: friendOf,
  },
  UpgradeFriendshipPayload: {
    request: requestOf,
    requestEdge: edgeIn('OUTGOING'),
    friend: friendOf,
  },
  CancelFriendRequestPayload: { request: requestOf, requestEdge: edgeIn('OUTGOING') },
  RespondFriendRequestPayload: {
    request: requestOf,
    requestEdge: edgeIn('INCOMING'),
    friend: friendOf,
  },
} satisfies Resolvers
