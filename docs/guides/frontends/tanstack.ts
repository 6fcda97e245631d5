import type { Query, QueryClient } from '@tanstack/query-core' // or '@tanstack/react-query', which has the same types
import { changes } from './changes.ts'

/** Sends a document to the gateway as the signed-in person. Returns `data`; throws on top-level errors. */
export type Send = (document: string, variables: object, signal?: AbortSignal) => Promise<any>

const root = 'connections'

/**
 * The key and the function of a query. Create the keys of this graph only here. The viewer is in the
 * key because two people on one device must not see each other's answers.
 */
export function query(send: Send, viewerId: string, document: string, variables: object = {}) {
  return {
    queryKey: [root, viewerId, document, variables] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) => send(document, variables, signal),
  }
}

/** The options of a mutation: `useMutation(mutation(send, client, AddContact))`. */
export function mutation(send: Send, client: QueryClient, document: string) {
  return {
    mutationFn: (variables: object) => send(document, variables),
    onSuccess: (data: object) => refresh(client, data),
  }
}

/** Fields that a mutation of the viewer's own account changes. All others change a relationship. */
const ofTheViewer: Readonly<Record<string, readonly string[]>> = {
  claimUsername: ['username'],
  updateProfile: ['profile'],
  updatePrivacySettings: ['privacySettings'],
}
const ofRelationships = ['relationship', 'relationships', 'quotas']

/**
 * Fetches stale queries again after a mutation: immediately if a screen shows them, otherwise the
 * next time a screen shows them.
 */
export async function refresh(client: QueryClient, data: object): Promise<void> {
  for (const [name, payload] of Object.entries(data as Record<string, any>)) {
    const change = changes[name]
    if (change === undefined || payload == null || payload.userErrors?.length > 0) continue
    if (change.drops === 'everything') {
      await client.resetQueries({ queryKey: [root] })
      continue
    }
    const lists = [...Object.values(change.puts ?? {}), ...Object.values(change.takes ?? {})]
    const stale = [
      ...lists.map(({ field }) => field),
      ...(change.theirs === undefined ? [] : [change.theirs]),
      ...(change.drops ?? []),
      ...(ofTheViewer[name] ?? ofRelationships),
    ]
    const asksForOne = ({ queryKey }: Query) => {
      const words = new Set(String(queryKey[2]).match(/\w+/g))
      return stale.some((field) => words.has(field))
    }
    await client.invalidateQueries({ queryKey: [root], predicate: asksForOne })
  }
}
