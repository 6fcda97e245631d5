import type { Viewer } from '../../../database/identity.ts'
import type { Session } from '../../../database/session.ts'
import type { Resolvers } from '../../../generated/graphql.ts'
import { asViewer } from '../../../graphql/authorize.ts'
import {
  countBeside,
  decodeTimeCursor,
  encodeTimeStop,
  toConnection,
} from '../../../graphql/connections.ts'
import { notUuid, parseRequestId, type RequestId } from '../../../graphql/ids.ts'
import { pageSize, unreadPage } from '../../../graphql/pages.ts'
import { toPayload } from '../../../graphql/payloads.ts'
import { isRefused, type Refused, refuseInput } from '../../../graphql/refusals.ts'
import { mutatePair } from '../../../pairs/mutate-pair.ts'
import { isUnread, mayReadOwn } from '../../../pairs/visibility.ts'
import {
  acceptFriendRequest,
  type Answered,
  cancelFriendRequest,
  rejectFriendRequest,
} from './answers.ts'
import { requestCursorScope, toRequestEdge } from './connection.ts'
import { countSharedFriends, loadMessage, loadRequest } from './entity.ts'
import { type FriendRequest, toRequestPayload, toSeenRequest } from './request.ts'
import { parseRequestMessage } from './rules.ts'
import { requestFriend } from './service.ts'

export const requestResolvers = {
  User: {
    requests: async ({ id: person }, { direction, status, quiet, first, after }, context, info) => {
      const { identity, loaders } = context
      if (!(await mayReadOwn(identity, loaders.visible, person))) return null
      const filter = { direction: direction ?? null, status: status ?? null, quiet: quiet ?? false }
      const scope = requestCursorScope(person, filter)
      const query = { ...filter, first: pageSize(first), after: decodeTimeCursor(scope, after) }
      const count = countBeside(info, () => loaders.requests.count(filter).load(person))
      const page = isUnread(context, person, info)
        ? unreadPage
        : await loaders.requests.page(query).load(person)
      if (page === null) return null
      // Null: a service, which sees what was answered.
      const reader = identity.kind === 'viewer' ? identity.userId : null
      const edgeOf = (request: FriendRequest) =>
        toRequestEdge(scope, toSeenRequest(request, reader))
      return toConnection(page, edgeOf, after, count, encodeTimeStop(scope, page.stop))
    },
  },
  FriendRequest: {
    __resolveReference: ({ id }, context) => {
      const request = typeof id === 'string' ? parseRequestId(id) : null
      return request === null ? null : loadRequest(context, request)
    },
    requester: ({ requester }) => ({ id: requester }),
    target: ({ target }) => ({ id: target }),
    message: (request, { reveal }, context) => loadMessage(context, request, reveal ?? false),
    hasMessage: ({ message }) => message !== null,
    mutualFriendCount: (request, _arguments, context) => countSharedFriends(context, request),
  },
  Mutation: {
    requestFriend: (_root, { userId, message }, context) =>
      mutatePair(
        context,
        userId,
        async (session, other) => {
          const words = parseRequestMessage(message)
          return isRefused(words) ? words : requestFriend(session, other, words)
        },
        toRequestPayload,
      ),
    cancelFriendRequest: (_root, { requestId }, { session }) =>
      answerById(session, requestId, cancelFriendRequest),
    respondFriendRequest: (_root, { requestId, decision }, { session }) =>
      answerById(
        session,
        requestId,
        decision === 'ACCEPT' ? acceptFriendRequest : rejectFriendRequest,
      ),
  },
} satisfies Resolvers

async function answerById(
  session: Session,
  requestId: string,
  answer: (session: Session<Viewer>, id: RequestId) => Promise<Answered | Refused>,
) {
  const viewers = asViewer(session)
  const id = parseRequestId(requestId)
  const result = id === null ? refuseInput(['requestId'], notUuid) : await answer(viewers, id)
  return toPayload(result, (answered) => toRequestPayload(answered, answered.other))
}
