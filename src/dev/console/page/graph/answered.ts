import { queryOptions } from '@tanstack/react-query'
import {
  type ConnectionsClient,
  type Document,
  type FriendshipLevel,
  type Page,
  retryPolicy,
} from '../../../../kit/client/client.ts'
import { inbox, levelAsked } from './inbox.ts'
import { type NotifiedGame, withGames } from './notified-games.ts'

/** What is asked of a notification, to know whether it waits for an answer of the viewer. */
interface Asking {
  readonly id: string
  readonly kind: string
  readonly readAt: string | null
  readonly actor: {
    readonly relationship: {
      readonly incomingRequest: { readonly level: FriendshipLevel } | null
    } | null
  }
  readonly gameId: string | null
}

interface AskingPage extends Page<{ readonly node: Asking }> {
  readonly unreadCount: number
}

const listAsking = `query ListAsking($after: String) {
  viewer { id notifications(first: 50, after: $after) {
    unreadCount
    edges { node {
      id kind readAt gameId
      actor { id relationship { id incomingRequest { id level } } }
    } }
    pageInfo { hasNextPage endCursor }
  } }
}` as Document<
  { viewer: { notifications: AskingPage | null } | null },
  { readonly after: string | null }
>

/** Older ones wait until there is less that is unread. */
const mostPages = 5

/**
 * The ids of unread notifications that do not wait for an answer of the viewer any more: the
 * request or the invitation was answered, wherever that was, or it was taken back.
 */
export function answeredOptions(client: ConnectionsClient) {
  return queryOptions({
    queryKey: [inbox, 'answered', client.viewer],
    queryFn: ({ signal }) => findAnswered(client, signal),
    ...retryPolicy,
  })
}

async function findAnswered(
  client: ConnectionsClient,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const unread: Asking[] = []
  let after: string | null = null
  for (let pages = 0; pages < mostPages; pages++) {
    const answer: { viewer: { notifications: AskingPage | null } | null } = await client.request(
      listAsking,
      { after },
      { signal },
    )
    const page = answer.viewer?.notifications
    if (page == null) break
    unread.push(...page.edges.map(({ node }) => node).filter(({ readAt }) => readAt === null))
    if (!page.pageInfo.hasNextPage || unread.length >= page.unreadCount) break
    after = page.pageInfo.endCursor
  }
  const asking = unread.filter(({ kind }) => kind === invited || levelAsked(kind) !== null)
  return (await withGames(client, asking, signal)).filter(isAnswered).map(({ id }) => id)
}

const invited = 'GAME_INVITED'

function isAnswered({
  kind,
  actor: { relationship },
  game,
}: Asking & { readonly game: NotifiedGame | null }): boolean {
  if (kind === invited)
    return game?.viewerTakesPart === true || game?.viewerInvite?.answer === 'DECLINED'
  return relationship !== null && relationship.incomingRequest?.level !== levelAsked(kind)
}
