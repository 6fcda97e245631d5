import { asViewer } from '../../graphql/authorize.ts'
import { parseId, parseUserId, type UserId } from '../../graphql/ids.ts'
import {
  decodeIdCursor,
  decodeTimeCursor,
  pageSize,
  unreadPage,
} from '../../graphql/connections.ts'
import { settle } from '../../graphql/payloads.ts'
import { refuse, type Refused } from '../../graphql/refusals.ts'
import { parseText } from '../../graphql/texts.ts'
import type { Resolvers } from '../../generated/graphql.ts'
import { limits } from '../../limits.ts'
import { isUnread, mayReadOwn } from '../../pairs/visibility.ts'
import {
  acceptFriendRequest,
  cancelFriendRequest,
  rejectFriendRequest,
  type Answered,
} from './requests/answers.ts'
import { friendsOf, parseExcluded, parseFriendSearch } from './friend-list.ts'
import { allFriends, toFriendEdge } from './connection.ts'
import { toMutualConnection } from './mutual/connection.ts'
import { requestList, toRequestConnection } from './requests/connection.ts'
import { countSharedFriends, readMessage, seenRequest } from './requests/entity.ts'
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
      const list = requestList(person, which)
      const query = { ...which, first: pageSize(first), after: decodeTimeCursor(list, after) }
      const page = isUnread(context, person, info)
        ? unreadPage
        : await loaders.friends.requestPage(query).load(person)
      const counted = loaders.friends.requestCount(which)
      const reader = identity.kind === 'viewer' ? identity.userId : null
      const count = async () => (await counted.load(person)) ?? 0
      return page && toRequestConnection(list, reader, page, after, count)
    },
    mutualFriends: async ({ id: other }, { first, after }, { identity, loaders }) => {
      if (identity.kind !== 'viewer') return null
      const list = `mutualFriends:${identity.userId}:${other}`
      const start = decodeIdCursor(list, after)
      const request = { first: pageSize(first), after: start }
      const page = await loaders.friends.mutualPage(request).load(other)
      const count = async () => (await loaders.friends.mutualCount.load(other)) ?? 0
      return page && toMutualConnection(list, request, page, count)
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
    requestFriend: async (_root, { userId, message }, { session: anyone }) => {
      const session = asViewer(anyone)
      const other = parseUserId(userId)
      if (other === null) return settle(invalid('userId'), () => ({}))
      const words = parseText(message ?? '', limits.requestMessageLength)
      const result =
        words === undefined ? invalid('message') : await requestFriend(session, other, words)
      return settle(result, (requested) => asPayload(other, requested))
    },
    upgradeFriendship: async (_root, { userId, level }, { session: anyone }) => {
      const session = asViewer(anyone)
      const other = parseUserId(userId)
      if (other === null) return settle(invalid('userId'), () => ({}))
      const result = await (level === 'CLOSE' ? upgradeToClose : stepDownToFriend)(session, other)
      return settle(result, (requested) => asPayload(other, requested))
    },
    removeFriend: async (_root, { userId }, { session: anyone }) => {
      const session = asViewer(anyone)
      const other = parseUserId(userId)
      if (other === null) return settle(invalid('userId'), () => ({}))
      return settle(await removeFriend(session, other), ({ friend }) => ({
        friend: friend && toFriendEdge(allFriends, friend),
        user: { id: other },
      }))
    },
    cancelFriendRequest: async (_root, { requestId }, { session: anyone }) => {
      const id = parseId(requestId)
      const session = asViewer(anyone)
      return settleAnswer(
        id === null ? invalid('requestId') : await cancelFriendRequest(session, id),
      )
    },
    respondFriendRequest: async (_root, { requestId, decision }, { session: anyone }) => {
      const id = parseId(requestId)
      const session = asViewer(anyone)
      const answer = decision === 'ACCEPT' ? acceptFriendRequest : rejectFriendRequest
      return settleAnswer(id === null ? invalid('requestId') : await answer(session, id))
    },
  },
} satisfies Resolvers

function settleAnswer(result: Answered | Refused) {
  return settle(result, (answered) => asPayload(answered.other, answered))
}

function asPayload(other: UserId, { request }: Requested) {
  return { user: { id: other }, requestId: request }
}

function invalid(field: string): Refused {
  return refuse('INVALID_INPUT', { field: [field] })
}
