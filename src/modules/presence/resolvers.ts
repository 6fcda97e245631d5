import type { Resolvers } from '../../generated/graphql.ts'
import { asViewer } from '../../graphql/authorize.ts'
import { toPayload } from '../../graphql/payloads.ts'
import { refuse } from '../../graphql/refusals.ts'
import { presenceOf } from './rules.ts'

export const presenceResolvers = {
  User: {
    presence: async ({ id }, _arguments, { identity, loaders, activity }) => {
      if (identity.kind !== 'viewer' && identity.kind !== 'service') return null
      const isService = identity.kind === 'service'
      const seen = await loaders.presence[isService ? 'forService' : 'forViewer'].load(id)
      if (seen === null) return null
      // Asked for behind the loader, because a heartbeat of the same document is no new snapshot.
      const own = isService || identity.userId !== id ? null : activity.lastHeartbeat(id)
      return presenceOf(latest(seen.lastSeenAt, own), seen.now)
    },
  },
  Mutation: {
    heartbeat: (_root, _arguments, { session, activity }) => {
      const heard = activity.heartbeat(asViewer(session).identity.userId)
      return toPayload(heard ?? refuse('UNAVAILABLE'), ({ at }) => ({
        presence: presenceOf(at, at),
      }))
    },
  },
} satisfies Resolvers

function latest(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other
  return one > other ? one : other
}
