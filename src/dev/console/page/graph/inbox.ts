import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query'
import {
  type ConnectionsClient,
  type Document,
  type FriendshipLevel,
  getRelationship,
  type Page,
  type Person,
  queryOptions as kitQueryOptions,
  retryPolicy,
} from '../../../../kit/client/client.ts'
import { personFields } from './fields.ts'
import { isInboxLive, tellOtherWindows } from './inbox-news.ts'
import { type NotifiedGame, withGames } from './notified-games.ts'

/** What the inbox asks of the sample notifications subgraph. */
export interface Notification {
  readonly id: string
  readonly kind: string
  readonly actor: Person
  readonly game: NotifiedGame | null
  readonly createdAt: string
  readonly readAt: string | null
}

/** The same as the subgraph itself knows it. */
type Told = Omit<Notification, 'game'> & { readonly gameId: string | null }

interface Edge {
  readonly node: Told
}

const listNotifications = `query ListNotifications($after: String) {
  viewer { id notifications(first: 30, after: $after) {
    edges { node { id kind createdAt readAt gameId actor { ${personFields} } } }
    pageInfo { hasNextPage endCursor }
  } }
}` as Document<
  { viewer: { notifications: Page<Edge> | null } | null },
  { readonly after: string | null }
>

const countUnread = `query CountUnread {
  viewer { id notifications(first: 1) { unreadCount } }
}` as Document<
  { viewer: { notifications: { unreadCount: number } | null } | null },
  Record<string, never>
>

const markRead = `mutation MarkNotificationsRead($ids: [ID!]) {
  markNotificationsRead(ids: $ids) { changed }
}` as Document<unknown, { readonly ids: readonly string[] | null }>

/** The first word of the keys of the inbox. */
export const inbox = 'console inbox'
/** While no window of this person has a stream. */
const everyMs = 15_000
/** Of a list that is read again by itself: all of them are. */
const mostPages = 5
const noPage: Page<Edge> = { edges: [], pageInfo: { hasNextPage: false, endCursor: null } }

/** The viewer's notifications, newest first. */
export function inboxOptions(client: ConnectionsClient) {
  return infiniteQueryOptions({
    queryKey: [inbox, 'list', client.viewer],
    queryFn: async ({ pageParam, signal, client: queryClient }) => {
      const page = await pageOfInbox(client, pageParam, signal)
      const notifications = page.edges.map(({ node }) => node)
      const [nodes] = await Promise.all([
        withGames(client, notifications, signal),
        readRelationships(client, queryClient, notifications),
      ])
      return { ...page, edges: nodes.map((node) => ({ node })) }
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? pageInfo.endCursor : null),
    refetchInterval: ({ state: { data } }) =>
      isInboxLive(client) || (data !== undefined && data.pages.length > mostPages)
        ? false
        : everyMs,
    ...retryPolicy,
  })
}

async function pageOfInbox(
  client: ConnectionsClient,
  after: string | null,
  signal: AbortSignal,
): Promise<Page<Edge>> {
  const { viewer } = await client.request(listNotifications, { after }, { signal })
  return viewer?.notifications ?? noPage
}

/**
 * What is to be done about a request depends on what the two are now. It is read before the rows
 * show, so that they do not grow afterwards.
 */
async function readRelationships(
  client: ConnectionsClient,
  queryClient: QueryClient,
  notifications: readonly Told[],
): Promise<void> {
  const asking = notifications.filter(({ kind }) => levelAsked(kind) !== null)
  const people = new Set(asking.map(({ actor }) => actor.id))
  await Promise.allSettled(
    Array.from(people, (userId) =>
      queryClient.query({
        ...kitQueryOptions(client, getRelationship, { userId }),
        retry: false,
      }),
    ),
  )
}

/** What a notification of a friend request asks for; null for other notifications. */
export function levelAsked(kind: string): FriendshipLevel | null {
  if (kind === 'FRIEND_REQUESTED') return 'FRIEND'
  return kind === 'CLOSE_FRIEND_REQUESTED' ? 'CLOSE' : null
}

/** How many notifications the viewer has not read. */
export function unreadOptions(client: ConnectionsClient) {
  return queryOptions({
    queryKey: [inbox, 'unread', client.viewer],
    queryFn: async ({ signal }) =>
      (await client.request(countUnread, {}, { signal })).viewer?.notifications?.unreadCount ?? 0,
    refetchInterval: () => (isInboxLive(client) ? false : everyMs),
    ...retryPolicy,
  })
}

/** Marks notifications as read; all of them, if none are named. */
export function markReadOptions(client: ConnectionsClient) {
  return {
    mutationFn: (ids: readonly string[] | null) => client.request(markRead, { ids }),
    onSuccess: (
      _data: unknown,
      _ids: unknown,
      _result: unknown,
      context: { client: QueryClient },
    ) => {
      tellOtherWindows(client)
      return reloadInbox(context.client)
    },
  }
}

/** Forgets what was read of the inbox, because somebody is not to be seen any more. */
export function forgetInbox(queryClient: QueryClient): Promise<void> {
  return queryClient.resetQueries({ queryKey: [inbox] })
}

/** Looks into the inbox again, because there is something new. */
export function reloadInbox(queryClient: QueryClient): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: [inbox] })
}
