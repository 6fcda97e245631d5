import { type ApolloCache, type FieldPolicy, InMemoryCache, type Reference } from '@apollo/client'
import { relayStylePagination } from '@apollo/client/utilities'
import { changes, fate, type List, type Row, withoutRow, withRow } from './changes.ts'

/**
 * A list whose pages are merged. An answer with only the count, as mutations return it, is not
 * treated as an empty list.
 */
export function pages(filters: string[] | false = false): FieldPolicy {
  const relay = relayStylePagination(filters)
  const { read, merge } = relay
  if (typeof read !== 'function' || typeof merge !== 'function') return relay
  return {
    keyArgs: filters,
    read: (list, options) => (list?.edges === undefined ? list : read(list, options)),
    merge: (list, incoming, options) =>
      incoming === null || (list?.edges ?? incoming.edges) === undefined
        ? incoming && { ...list, ...incoming }
        : merge(list?.edges === undefined ? undefined : list, incoming, options),
  }
}

/**
 * The cache: `new ApolloClient({ cache: newCache(), defaultOptions: { mutate: { update } }, … })`.
 */
export const newCache = () =>
  new InMemoryCache({
    typePolicies: {
      User: {
        fields: {
          contacts: pages(),
          contactLinks: pages(),
          following: pages(),
          followers: pages(),
          blocks: pages(),
          mutualFriends: pages(),
          friends: pages(['level', 'orderBy', 'search']),
          requests: pages(['direction', 'status', 'quiet']),
          inviteCandidates: pages(['level', 'exclude']),
        },
      },
      UserProfile: { merge: true },
      SocialPrivacySettings: { merge: true },
    },
  })

interface Connection {
  readonly edges?: readonly Edge[]
  readonly pageInfo?: { readonly hasNextPage?: boolean }
}
type Edge = { readonly cursor: string; readonly node: Reference }
type Answer = Record<string, any> & { viewer?: object; user?: object; relationship?: object }

/**
 * Updates the cached lists after a mutation. Pass it to each mutation, or once as a default option.
 */
export function update(cache: ApolloCache, { data }: { data?: unknown }): void {
  for (const [verb, answer] of Object.entries((data ?? {}) as Record<string, Answer | null>)) {
    const change = changes[verb]
    if (change === undefined || answer === null || answer['userErrors']?.length > 0) continue
    if (change.drops === 'everything') {
      for (const id of Object.keys(cache.extract() as object)) cache.evict({ id })
      continue
    }
    const viewer = identify(cache, answer.viewer)
    for (const [field, list] of Object.entries(change.puts ?? {}))
      changeList(cache, viewer, list, answer[field], (rows, row, hasMore) =>
        withRow(list, rows, row, hasMore),
      )
    for (const [field, list] of Object.entries(change.takes ?? {}))
      changeList(cache, viewer, list, answer[field], withoutRow)
    const other = identify(cache, answer.user)
    if (change.theirs !== undefined && other !== undefined) {
      const dropRows = ({ edges: _edges, pageInfo: _pageInfo, ...count }: any) => count
      const fields = { [change.theirs]: dropRows }
      cache.modify({ id: other, fields })
    }
    if (answer['friend'] === null) continue
    const told = new Set([identify(cache, answer.relationship), other])
    const drops = Object.fromEntries((change.drops ?? []).map((field) => [field, drop]))
    for (const id of Object.keys(cache.extract() as object))
      if (!told.has(id)) cache.modify({ id, fields: drops })
  }
}

const drop = (_value: unknown, { DELETE }: { DELETE: any }) => DELETE

function identify(cache: ApolloCache, object: object | undefined): string | undefined {
  return object == null ? undefined : cache.identify(object as Reference)
}

type ChangeRows = (rows: Row<Edge>[], row: Row<Edge>, hasMore: boolean) => Row<Edge>[]

function changeList(
  cache: ApolloCache,
  viewer: string | undefined,
  list: List,
  edge: any,
  changed: ChangeRows,
): void {
  const node = identify(cache, edge?.node)
  if (viewer === undefined || node === undefined) return
  const row = { edge: { ...edge, node: { __ref: node } }, cursor: edge.cursor, node }
  cache.modify({
    id: viewer,
    fields: {
      [list.field]: (connection: Connection, { storeFieldName, DELETE }: any) => {
        const what = fate(list, JSON.parse(storeFieldName.slice(list.field.length + 1) || '{}'))
        if (what !== 'change') return what === 'drop' ? DELETE : connection
        if (connection?.edges === undefined) return connection
        const rows = connection.edges.map((each) => ({
          edge: each,
          cursor: each.cursor,
          node: each.node.__ref,
        }))
        const edges = changed(rows, row, connection.pageInfo?.hasNextPage === true).map(
          (each) => each.edge,
        )
        const ends = {
          startCursor: edges[0]?.cursor ?? null,
          endCursor: edges.at(-1)?.cursor ?? null,
        }
        return { ...connection, edges, pageInfo: { ...connection.pageInfo, ...ends } }
      },
    },
  })
}
