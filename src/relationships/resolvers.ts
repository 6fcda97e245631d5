import { asService, asViewer } from '../base/authorize.ts'
import { badUserInput } from '../base/errors.ts'
import { parseUserId, type UserId } from '../base/ids.ts'
import { decodeIdCursor, pageSize } from '../base/pages.ts'
import { seenRequest } from '../friends/request-entity.ts'
import type { Resolvers } from '../generated/graphql.ts'
import { limits } from '../limits.ts'
import { toHiddenConnection } from './hidden.ts'
import { selectInteractions } from './interactions.ts'
import { possibility } from './possibilities.ts'

export const relationshipResolvers = {
  User: {
    relationship: ({ id }, _arguments, { identity, loaders }) =>
      identity.kind === 'viewer' && identity.userId !== id ? loaders.standing.load(id) : null,
  },
  Relationship: {
    user: ({ other }) => ({ id: other }),
    outgoingRequest: ({ outgoing }, _arguments, context) => {
      const open = outgoing.FRIEND ?? outgoing.CLOSE
      return open === null ? null : seenRequest(context, open)
    },
    incomingRequest: ({ incoming }, _arguments, context) => {
      const open = incoming.FRIEND ?? incoming.CLOSE
      return open === null || open.declined ? null : seenRequest(context, open.id)
    },
    mutualFriendCount: async ({ other }, _arguments, { loaders }) =>
      (await loaders.friends.mutualCount.load(other)) ?? 0,
    can: (standing, { action }) => possibility(action, standing),
  },
  Query: {
    relationships: async (_root, { userIds }, { door, loaders }) => {
      const viewer = asViewer(door).identity.userId
      const others = parseIds(userIds, limits.relationshipsAtOnce)
      if (others.includes(viewer)) throw badUserInput('Nobody has a relationship with themselves.')
      return (await loaders.standing.loadMany(others)).map((standing) => {
        if (standing instanceof Error) throw standing
        if (standing === null) throw new Error('A viewer has no standing.')
        return standing
      })
    },
    interactions: (_root, { pairs }, { door }) => {
      if (pairs.length > limits.interactionsAtOnce) throw tooMany(limits.interactionsAtOnce)
      const parsed = pairs.map(({ actorId, otherId }) => ({
        actor: parseOne(actorId),
        other: parseOne(otherId),
      }))
      return selectInteractions(asService(door).sql, parsed)
    },
    hiddenFrom: async (_root, { userId, first, after }, { door }) => {
      const person = parseOne(userId)
      const list = `hidden:${person}`
      const start = decodeIdCursor(list, after)
      return toHiddenConnection(asService(door).sql, person, list, {
        first: pageSize(first),
        after: start,
      })
    },
  },
} satisfies Resolvers

function parseIds(ids: readonly string[], most: number): UserId[] {
  if (ids.length > most) throw tooMany(most)
  return ids.map(parseOne)
}

function parseOne(id: string): UserId {
  const userId = parseUserId(id)
  if (userId === null) throw badUserInput('An id is not a UUID.')
  return userId
}

function tooMany(most: number) {
  return badUserInput(`At most ${most} at once.`)
}
