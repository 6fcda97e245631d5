import type { GraphQLError } from 'graphql'
import type { Session } from '../../database/session.ts'
import type { InteractionPair, RelationshipAction, Resolvers } from '../../generated/graphql.ts'
import { asService, asViewer } from '../../graphql/authorize.ts'
import { cursorScope, decodeIdCursor } from '../../graphql/connections.ts'
import { answerEach, eachForItself } from '../../graphql/entries.ts'
import { invalidId, requireAtMost } from '../../graphql/errors.ts'
import { parseUserId } from '../../graphql/ids.ts'
import { pageSize } from '../../graphql/pages.ts'
import { limits } from '../../limits.ts'
import { pairLoaderFor, type PairLoaders, type PairState } from '../../pairs/pair-state.ts'
import type { PairSummary } from '../../pairs/pair-summary.ts'
import { loadRequest } from '../friends/requests/entity.ts'
import type { Live } from './change.ts'
import { selectHiddenConnection } from './hidden.ts'
import { type ActorAndOther, selectInteractions, toPairsWithin } from './interactions.ts'
import { toPossibility } from './possibilities.ts'
import { toRelationshipId } from './relationship-id.ts'

/** What a change is executed with. */
interface Told {
  readonly session: Session
  readonly live: Live
}

export const relationshipResolvers = {
  User: {
    relationship: ({ id }, _arguments, { identity, loaders }, info) =>
      identity.kind === 'viewer' && identity.userId !== id
        ? pairLoaderFor(info, loaders).load(id)
        : null,
  },
  Relationship: {
    id: ({ other }, _arguments, { identity }) => {
      if (identity.kind !== 'viewer') throw new Error('A relationship without a viewer.')
      return toRelationshipId(identity.userId, other)
    },
    user: ({ other }) => ({ id: other }),
    outgoingRequest: (summary, _arguments, context) =>
      withPairState(summary, context.loaders, ({ outgoing }) => {
        const open = outgoing.FRIEND ?? outgoing.CLOSE
        return open === null ? null : loadRequest(context, open)
      }),
    incomingRequest: (summary, _arguments, context) =>
      withPairState(summary, context.loaders, ({ incoming }) => {
        const open = incoming.FRIEND ?? incoming.CLOSE
        return open === null || open.declined ? null : loadRequest(context, open.id)
      }),
    mutualFriendCount: ({ other }, _arguments, { loaders }) =>
      loaders.friends.mutualCount.load(other),
    can: (summary, { action }, { loaders }) =>
      withPairState(summary, loaders, (pair) => toPossibility(action, pair)),
    canMessage: may('MESSAGE'),
    canInvite: may('INVITE'),
    canFollow: may('FOLLOW'),
    canAddContact: may('ADD_CONTACT'),
    canRequestFriend: may('REQUEST_FRIEND'),
    canUpgrade: may('UPGRADE'),
  },
  Subscription: {
    relationshipChanged: {
      subscribe: () => {
        throw new Error('Streams are opened by server/live, not by graphql-js.')
      },
      // Executed once for each change, in a context that was opened for it.
      resolve: (_root: unknown, _arguments: object, { session, live }: Told) => {
        asViewer(session)
        if (live === null || live === 'opening') throw new Error('There is no change to tell.')
        return live
      },
    },
  },
  Query: {
    relationships: async (_root, { userIds }, { session, loaders }, info) => {
      const viewer = asViewer(session).identity.userId
      requireAtMost(limits.relationshipsAtOnce, 'userIds', userIds)
      const pairs = pairLoaderFor(info, loaders)
      const entries = userIds.map(async (userId, place) => {
        const other = parseUserId(userId)
        if (other === null) return invalidId(`userIds[${place}]`)
        return other === viewer ? null : pairs.load(other)
      })
      return eachForItself(await Promise.all(entries))
    },
    interactions: async (_root, { pairs }, { session }) => {
      const from = asService(session).read
      requireAtMost(limits.interactionsAtOnce, 'pairs', pairs)
      return answerEach(pairs.map(parsePair), (good) => selectInteractions(from, good))
    },
    interactionsWithin: async (_root, { userIds }, { session }) => {
      const from = asService(session).read
      requireAtMost(limits.peopleWithin, 'userIds', userIds)
      const people = userIds.map(
        (userId, place) => parseUserId(userId) ?? invalidId(`userIds[${place}]`),
      )
      return answerEach(toPairsWithin(people), (good) =>
        selectInteractions(from, good, { within: true }),
      )
    },
    hiddenFrom: async (_root, { userId, first, after }, { session }) => {
      const person = parseUserId(userId)
      if (person === null) throw invalidId('userId')
      const scope = cursorScope('hidden', person)
      const position = decodeIdCursor(scope, after)
      const from = asService(session).read
      return selectHiddenConnection(from, person, scope, pageSize(first), position)
    },
  },
} satisfies Resolvers

/**
 * `can(action)` as a plain field: another subgraph can ask for it with `@requires` without an enum
 * of ours.
 */
function may(action: RelationshipAction) {
  return (
    summary: PairSummary | PairState,
    _arguments: object,
    { loaders }: { loaders: PairLoaders },
  ) => withPairState(summary, loaders, (pair) => toPossibility(action, pair).allowed)
}

/**
 * Reads from the whole state of a pair. Mostly it is loaded already: then nothing is waited for,
 * which counts for a hundred people.
 */
function withPairState<T>(
  summary: PairSummary | PairState,
  { pairState }: PairLoaders,
  read: (whole: PairState) => T | Promise<T>,
): T | Promise<T> {
  if ('outgoing' in summary) return read(summary)
  return pairState.load(summary.other).then((whole) => {
    if (whole === null) throw new Error('A viewer has no pair state.')
    return read(whole)
  })
}

/**
 * The two people of a pair; an error for one that names something else, which costs this pair its
 * answer and no other.
 */
function parsePair(
  { actorId, otherId }: InteractionPair,
  place: number,
): ActorAndOther | GraphQLError {
  const [actor, other] = [parseUserId(actorId), parseUserId(otherId)]
  if (actor === null) return invalidId(`pairs[${place}].actorId`)
  if (other === null) return invalidId(`pairs[${place}].otherId`)
  return { actor, other }
}
