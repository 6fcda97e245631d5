import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query'
import {
  type ConnectionsClient,
  type Document,
  type Page,
  type Person,
  type Presence,
  retryPolicy,
} from '../../../../kit/client/client.ts'
import { personFields } from './fields.ts'

/** A person, and whether they are here. */
export type Player = Person & { readonly presence: Presence | null }

export type GameVisibility = 'PUBLIC' | 'FRIENDS' | 'CLOSE'

/** What the console asks of the sample games subgraph. */
export interface Game {
  readonly id: string
  readonly title: string
  readonly creator: Player
  readonly visibility: GameVisibility
  readonly createdAt: string
  readonly participants: readonly Player[]
  readonly viewerTakesPart: boolean
  /** The viewer's newest invitation, answered or not. */
  readonly viewerInvite: GameInvite | null
  readonly invites: readonly { readonly recipient: { readonly id: string } | null }[]
}

/** An invitation, as far as the viewer may see it. */
export interface GameInvite {
  readonly id: string
  readonly inviter: Player
  readonly answer: 'ACCEPTED' | 'DECLINED' | null
}

interface GameEdge {
  readonly cursor: string
  readonly node: Game
}

interface InviteEdge {
  readonly cursor: string
  readonly node: { readonly id: string; readonly game: Game }
}

const gameFields = `id title visibility createdAt creator { ${personFields} }
  participants { ${personFields} }
  viewerTakesPart viewerInvite { id answer inviter { ${personFields} } }
  invites { recipient { id } }`

const listGames = `query ListGames($after: String) {
  games(first: 20, after: $after) {
    edges { cursor node { ${gameFields} } }
    pageInfo { hasNextPage endCursor }
  }
}` as Document<{ games: Page<GameEdge> }, { readonly after: string | null }>

const listMyGames = `query ListMyGames($after: String) {
  viewer { id games(first: 20, after: $after) {
    edges { cursor node { ${gameFields} } }
    pageInfo { hasNextPage endCursor }
  } }
}` as Document<
  { viewer: { games: Page<GameEdge> | null } | null },
  { readonly after: string | null }
>

const listInvites = `query ListGameInvites($after: String) {
  viewer { id gameInvites(first: 20, after: $after) {
    edges { cursor node { id game { ${gameFields} } } }
    pageInfo { hasNextPage endCursor }
  } }
}` as Document<
  { viewer: { gameInvites: Page<InviteEdge> | null } | null },
  { readonly after: string | null }
>

const getGame = `query GetGame($id: ID!) { game(id: $id) { ${gameFields} } }` as Document<
  { game: Game | null },
  { readonly id: string }
>

/** The first word of the keys of games. */
const games = 'console games'

const noGames: Page<GameEdge> = { edges: [], pageInfo: { hasNextPage: false, endCursor: null } }

/** Those that are open to the viewer, those they take part in, or those they are invited to. */
export type WhichGames = 'all' | 'mine' | 'invites'

/** Games, newest first. */
export function gamesOptions(client: ConnectionsClient, which: WhichGames) {
  return infiniteQueryOptions({
    queryKey: [games, 'list', which, client.viewer],
    queryFn: ({ pageParam, signal }) => pageOfGames(client, which, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? pageInfo.endCursor : null),
    ...retryPolicy,
  })
}

async function pageOfGames(
  client: ConnectionsClient,
  which: WhichGames,
  after: string | null,
  signal: AbortSignal,
): Promise<Page<GameEdge>> {
  switch (which) {
    case 'all':
      return (await client.request(listGames, { after }, { signal })).games
    case 'mine':
      return (await client.request(listMyGames, { after }, { signal })).viewer?.games ?? noGames
    case 'invites': {
      const { viewer } = await client.request(listInvites, { after }, { signal })
      const page = viewer?.gameInvites
      return page == null
        ? noGames
        : { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: node.game })) }
    }
  }
}

/** Without a stream. */
const everyMs = 15_000
/** With one: it says nothing of who is online, and whom a block or a friendship lets see what. */
const everyMsLive = 60_000

/**
 * A game; null if the viewer may not see it.
 * @param isLive whether it is read again when something changes in it
 */
export function gameOptions(client: ConnectionsClient, id: string, isLive: boolean) {
  return queryOptions({
    queryKey: [games, 'game', client.viewer, id],
    queryFn: async ({ signal }) => (await client.request(getGame, { id }, { signal })).game,
    refetchInterval: isLive ? everyMsLive : everyMs,
    ...retryPolicy,
  })
}

/** Forgets the games that were read, because somebody is not to be seen any more. */
export function forgetGames(queryClient: QueryClient): Promise<void> {
  return queryClient.resetQueries({ queryKey: [games] })
}

/** Looks at the games again, because somebody has done something. */
export function reloadGames(queryClient: QueryClient): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: [games] })
}
