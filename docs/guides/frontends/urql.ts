import { gql } from '@urql/core'
import type { Cache, CacheExchangeOpts, Entity } from '@urql/exchange-graphcache'
import { changes, fate, type List, type Row, withoutRow, withRow } from './changes.ts'

/** Objects without an id. They are cached as part of their parent. */
const parts = [
  'PageInfo',
  'UserProfile',
  'SocialPrivacySettings',
  'ActionQuota',
  'Possibility',
  'ConnectionsError',
  'UsernameAvailability',
  'ContactLinkPreview',
  ...[
    'Contact',
    'ContactLink',
    'Follow',
    'Friend',
    'FriendRequest',
    'Block',
    'MutualFriend',
    'UserSearch',
  ].map((name) => `${name}Connection`),
]
/**
 * The key of an edge is its cursor, so select `cursor` in every list. A cursor belongs to one kind
 * of list, its filters and one row.
 */
const edges = [
  'Contact',
  'ContactLink',
  'Follow',
  'Friend',
  'FriendRequest',
  'Block',
  'MutualFriend',
  'UserSearch',
]

type Answer = Record<string, any>

/** How Graphcache keeps this graph: `cacheExchange(graph)`. */
export const graph: CacheExchangeOpts = {
  keys: Object.fromEntries([
    ...parts.map((name) => [name, () => null]),
    ...edges.map((name) => [`${name}Edge`, ({ cursor }: Answer) => cursor ?? null]),
  ]),
  updates: {
    Mutation: Object.fromEntries(
      Object.keys(changes).map((verb) => [
        verb,
        (data: Answer, _args: unknown, cache: Cache) => update(cache, verb, data[verb]),
      ]),
    ),
  },
}

function update(cache: Cache, verb: string, answer: Answer | null): void {
  const change = changes[verb]
  if (change === undefined || answer === null || answer['userErrors']?.length > 0) return
  if (change.drops === 'everything') {
    for (const key of everything(cache))
      for (const { fieldName, arguments: args } of cache.inspectFields(key))
        cache.invalidate(key, fieldName, args)
    return
  }
  for (const [field, list] of Object.entries(change.puts ?? {}))
    changeList(cache, answer['viewer'], list, answer[field], (rows, row, hasMore) =>
      withRow(list, rows, row, hasMore),
    )
  for (const [field, list] of Object.entries(change.takes ?? {}))
    changeList(cache, answer['viewer'], list, answer[field], withoutRow)
  if (change.theirs !== undefined && answer['user'] != null)
    dropRows(cache, answer['user'], change.theirs)
  if (change.drops === undefined || answer['friend'] === null) return
  const told = new Set(
    [answer['relationship'], answer['user']].map((each) => each && cache.keyOfEntity(each)),
  )
  for (const key of everything(cache))
    if (!told.has(key)) for (const field of change.drops) dropField(cache, key, field)
}

/** The keys of all cached objects, found by starting at the queries. */
function everything(cache: Cache): Set<string> {
  const found = new Set<string>()
  const visit = (key: string): void => {
    if (found.has(key)) return
    const fields = cache.inspectFields(key)
    if (fields.length === 0) return
    found.add(key)
    for (const { fieldKey } of fields)
      for (const value of [cache.resolve(key, fieldKey)].flat(2))
        if (typeof value === 'string') visit(value)
  }
  visit('Query')
  return found
}

function dropField(cache: Cache, entity: Entity, field: string): void {
  for (const { fieldName, arguments: args } of cache.inspectFields(entity))
    if (fieldName === field) cache.invalidate(entity, fieldName, args)
}

/** Drops the rows of a list, not its count. */
function dropRows(cache: Cache, entity: Entity, field: string): void {
  for (const { fieldName, fieldKey, arguments: args } of cache.inspectFields(entity)) {
    if (fieldName !== field) continue
    const connection = cache.resolve(entity, fieldKey)
    if (args !== null) cache.invalidate(entity, fieldName, args)
    else if (typeof connection === 'string') cache.invalidate(connection, 'edges')
  }
}

type ChangeRows = (rows: Row<string>[], row: Row<string>, hasMore: boolean) => Row<string>[]

function changeList(cache: Cache, viewer: any, list: List, edge: any, changed: ChangeRows): void {
  const key = edge == null ? null : cache.keyOfEntity(edge)
  if (key === null || viewer == null) return
  const rowOf = (each: string): Row<string> => ({
    edge: each,
    cursor: cache.resolve(each, 'cursor'),
    node: String(cache.resolve(each, 'node')),
  })
  for (const { fieldName, fieldKey, arguments: args } of cache.inspectFields(viewer)) {
    if (fieldName !== list.field) continue
    const what = fate(list, args ?? {})
    if (what === 'drop') cache.invalidate(viewer, fieldName, args)
    const connection = cache.resolve(viewer, fieldKey) as string | null
    if (what !== 'change' || connection === null) continue
    const rows = cache.resolve(connection, 'edges') as string[] | undefined
    if (rows === undefined) continue
    const hasMore =
      cache.resolve(cache.resolve(connection, 'pageInfo') as string, 'hasNextPage') === true
    const now = changed(rows.map(rowOf), rowOf(key), hasMore)
    cache.link(
      connection,
      'edges',
      now.map((each) => each.edge),
    )
    const pageInfo = {
      __typename: 'PageInfo',
      startCursor: now[0]?.cursor ?? null,
      endCursor: now.at(-1)?.cursor ?? null,
    }
    const direction = list.args?.['direction']
    const call =
      direction === undefined ? fieldName : `${fieldName}(direction: ${String(direction)})`
    cache.writeFragment(
      gql`fragment Ends on User { id ${call} { pageInfo { startCursor endCursor } } }`,
      {
        __typename: 'User',
        id: viewer.id,
        [fieldName]: { __typename: connectionOf(list), pageInfo },
      },
    )
  }
}

function connectionOf({ field }: List): string {
  return (
    {
      contacts: 'ContactConnection',
      friends: 'FriendConnection',
      requests: 'FriendRequestConnection',
    }[field] ?? 'FollowConnection'
  )
}
