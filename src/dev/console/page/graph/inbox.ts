import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query'
import {
  type ConnectionsClient,
  type Document,
  type Page,
  type Person,
  retryPolicy,
} from '../../../../kit/client/client.ts'
import { personFields } from './fields.ts'
import { isInboxLive } from './inbox-news.ts'

/** What the inbox asks of the sample notifications subgraph. */
export interface Notification {
  readonly id: string
  readonly kind: string
  readonly actor: Person
  /** Without a title, if games could not be asked. */
  readonly game: { readonly id: string; readonly title?: string } | null
  readonly createdAt: string
  readonly readAt: string | null
}

interface Edge {
  readonly cursor: string
  readonly node: Notification
}

/** @param ofGame what is asked of the game */
const listNotifications = (ofGame: string) =>
  `query ListNotifications($after: String) {
  viewer { id notifications(first: 30, after: $after) {
    edges { cursor node { id kind createdAt readAt actor { ${personFields} } game { ${ofGame} } } }
    pageInfo { hasNextPage endCursor }
  } }
}` as Document<
    { viewer: { notifications: Page<Edge> | null } | null },
    { readonly after: string | null }
  >

/** The title is of the games subgraph; the rest is not. */
const withTitles = listNotifications('id title')
const withoutTitles = listNotifications('id')

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
const inbox = 'console inbox'
/** While no window of this person has a stream. */
const everyMs = 15_000
/** Of a list that is read again by itself: all of them are. */
const mostPages = 5
const noPage: Page<Edge> = { edges: [], pageInfo: { hasNextPage: false, endCursor: null } }

/** The viewer's notifications, newest first. */
export function inboxOptions(client: ConnectionsClient) {
  return infiniteQueryOptions({
    queryKey: [inbox, 'list', client.viewer],
    queryFn: ({ pageParam, signal }) => pageOfInbox(client, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? pageInfo.endCursor : null),
    refetchInterval: ({ state: { data } }) =>
      isInboxLive(client) || (data !== undefined && data.pages.length > mostPages)
        ? false
        : everyMs,
    ...retryPolicy,
  })
}

/** Where games cannot be asked, everything but the titles. */
async function pageOfInbox(
  client: ConnectionsClient,
  after: string | null,
  signal: AbortSignal,
): Promise<Page<Edge>> {
  const read = async (document: typeof withTitles) =>
    (await client.request(document, { after }, { signal })).viewer?.notifications ?? noPage
  try {
    return await read(withTitles)
  } catch {
    return read(withoutTitles)
  }
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
    ) => context.client.invalidateQueries({ queryKey: [inbox] }),
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
