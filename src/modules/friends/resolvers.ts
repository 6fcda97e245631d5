import { asViewer } from '../../graphql/authorize.ts'
import type { Session } from '../../database/session.ts'
import type { Viewer } from '../../database/identity.ts'
import { notUuid, parseId, type UserId } from '../../graphql/ids.ts'
import {
  cursorScope,
  decodeIdCursor,
  decodeTimeCursor,
  encodeCursor,
  encodeTimeStop,
  toConnection,
  toEdge,
} from '../../graphql/connections.ts'
import { pageSize, unreadPage } from '../../graphql/pages.ts'
import { toPayload } from '../../graphql/payloads.ts'
import { isRefused, refuseInput, type Refused } from '../../graphql/refusals.ts'
import type { Resolvers } from '../../generated/graphql.ts'
import { mutatePair } from '../../pairs/mutate-pair.ts'
import { isUnread, mayReadOwn } from '../../pairs/visibility.ts'
import {
  acceptFriendRequest,
  cancelFriendRequest,
  rejectFriendRequest,
  type Answered,
} from './requests/answers.ts'
import { friendsOf, parseExcluded, parseFriendSearch } from './friend-list.ts'
import { allFriends, toFriendEdge } from './connection.ts'
import { requestCursorScope, toRequestEdge } from './requests/connection.ts'
import { countSharedFriends, readMessage, seenRequest } from './requests/entity.ts'
import type { MutualFriend } from './mutual/sql.ts'
import { asSeenBy, type FriendRequest } from './requests/request.ts'
import { readRequestMessage } from './rules.ts'
import {
  removeFriend,
  requestFriend,
  stepDownToFriend,
  upgradeToClose,
  type Requested,
} from './service.ts'

export const friendResolvers = {
  User: {
    friends: (person, { first, after, level, orderBy, search }, context, info) => {
      const list = {
        name: 'friends',
        level: level ?? null,
        order: orderBy ?? 'RECENT',
        search: parseFriendSearch(search),
      } as const
      return friendsOf(context, person.id, list, [], first, after, info)
    },
    inviteCandidates: (person, { level, exclude, first, after }, context, info) => {
      const list = {
        name: 'inviteCandidates',
        level: level ?? null,
        order: 'CLOSE_FIRST',
        search: null,
      } as const
      return friendsOf(context, person.id, list, parseExcluded(exclude ?? []), first, after, info)
    },
    requests: async ({ id: person }, { direction, status, quiet, first, after }, context, info) => {
      const { identity, loaders } = context
      if (!(await mayReadOwn(identity, loaders.visible, person))) return null
      const which = { direction: direction ?? null, status: status ?? null, quiet: quiet ?? false }
      const scope = requestCursorScope(person, which)
      const query = { ...which, first: pageSize(first), after: decodeTimeCursor(scope, after) }
      const page = isUnread(context, person, info)
        ? unreadPage
        : await loaders.friends.requestPage(query).load(person)
      if (page === null) return null
      const counted = loaders.friends.requestCount(which)
      // Null: a service, which sees what was answered.
      const reader = identity.kind === 'viewer' ? identity.userId : null
      const edgeOf = (request: FriendRequest) => toRequestEdge(scope, asSeenBy(request, reader))
      const count = () => counted.load(person)
      return toConnection(page, edgeOf, after, count, encodeTimeStop(scope, page.stop))
    },
    mutualFriends: async ({ id: other }, { first, after }, { identity, loaders }) => {
      if (identity.kind !== 'viewer') return null
      const scope = cursorScope('mutualFriends', identity.userId, other)
      const request = { after: decodeIdCursor(scope, after), first: pageSize(first) }
      const page = await loaders.friends.mutualPage(request).load(other)
      const edgeOf = ({ friend }: MutualFriend) =>
        toEdge({ node: { id: friend } }, () => encodeCursor(scope, friend))
      return (
        page && toConnection(page, edgeOf, after, () => loaders.friends.mutualCount.load(other))
      )
    },
  },
  FriendRequest: {
    __resolveReference: ({ id }, context) => {
      const requestId = typeof id === 'string' ? parseId(id) : null
      return requestId === null ? null : seenRequest(context, requestId)
    },
    requester: ({ requester }) => ({ id: requester }),
    target: ({ target }) => ({ id: target }),
    message: (request, { reveal }, context) => readMessage(context, request, reveal ?? false),
    hasMessage: ({ message }) => message !== null,
    mutualFriendCount: (request, _arguments, context) => countSharedFriends(context, request),
  },
  Mutation: {
    requestFriend: (_root, { userId, message }, context) =>
      mutatePair(
        context,
        userId,
        async (session, other) => {
          const words = readRequestMessage(message)
          return isRefused(words) ? words : requestFriend(session, other, words)
        },
        asPayload,
      ),
    upgradeFriendship: (_root, { userId, level }, context) =>
      mutatePair(context, userId, level === 'CLOSE' ? upgradeToClose : stepDownToFriend, asPayload),
    removeFriend: (_root, { userId }, context) =>
      mutatePair(context, userId, removeFriend, ({ friend }, other) => ({
        friend: friend && toFriendEdge(allFriends, friend),
        user: { id: other },
      })),
    cancelFriendRequest: async (_root, { requestId }, { session }) =>
      settleAnswer(await answerById(asViewer(session), requestId, cancelFriendRequest)),
    respondFriendRequest: async (_root, { requestId, decision }, { session }) => {
      const answer = decision === 'ACCEPT' ? acceptFriendRequest : rejectFriendRequest
      return settleAnswer(await answerById(asViewer(session), requestId, answer))
    },
  },
} satisfies Resolvers

async function answerById(
  session: Session<Viewer>,
  requestId: string,
  answer: (session: Session<Viewer>, id: string) => Promise<Answered | Refused>,
): Promise<Answered | Refused> {
  const id = parseId(requestId)
  return id === null ? refuseInput(['requestId'], notUuid) : answer(session, id)
}

function settleAnswer(result: Answered | Refused) {
  return toPayload(result, (answered) => asPayload(answered, answered.other))
}

function asPayload({ request }: Requested, other: UserId) {
  return { user: { id: other }, requestId: request }
}
