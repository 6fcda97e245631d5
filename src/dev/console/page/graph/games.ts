import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query'
import type {
  ConnectionsClient,
  Document,
  Page,
  Person,
  Presence,
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

interface Refusable {
  readonly errors: readonly { readonly code: string; readonly message: string }[]
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

const createGame = `mutation CreateGame($title: String!, $visibility: GameVisibility) {
  createGame(title: $title, visibility: $visibility) { changed game { id } errors { code message } }
}` as Document<
  { createGame: Refusable & { game: { id: string } | null } },
  { readonly title: string; readonly visibility: GameVisibility | null }
>

const joinGame = `mutation JoinGame($gameId: ID!) {
  joinGame(gameId: $gameId) { changed errors { code message } }
}` as Document<{ joinGame: Refusable }, { readonly gameId: string }>

const invite = `mutation InviteToGame($gameId: ID!, $userId: ID) {
  inviteToGame(gameId: $gameId, userId: $userId) { changed invite { id } errors { code message } }
}` as Document<
  { inviteToGame: Refusable },
  { readonly gameId: string; readonly userId: string | null }
>

const leaveGame = `mutation LeaveGame($gameId: ID!) {
  leaveGame(gameId: $gameId) { changed errors { code message } }
}` as Document<{ leaveGame: Refusable }, { readonly gameId: string }>

const deleteGame = `mutation DeleteGame($gameId: ID!) {
  deleteGame(gameId: $gameId) { changed errors { code message } }
}` as Document<{ deleteGame: Refusable }, { readonly gameId: string }>

const declineInvite = `mutation DeclineInvite($inviteId: ID!) {
  declineInvite(inviteId: $inviteId) { changed errors { code message } }
}` as Document<{ declineInvite: Refusable }, { readonly inviteId: string }>

/** The first word of the keys of games. */
const games = 'console games'

/** A verb that the games subgraph has refused. */
export class GameRefused extends Error {
  override readonly name = 'GameRefused'
  readonly code: string

  constructor({ code, message }: { readonly code: string; readonly message: string }) {
    super(message)
    this.code = code
  }
}

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

/** A game; null if the viewer may not see it. */
export function gameOptions(client: ConnectionsClient, id: string) {
  return queryOptions({
    queryKey: [games, 'game', client.viewer, id],
    queryFn: async ({ signal }) => (await client.request(getGame, { id }, { signal })).game,
    refetchInterval: 15_000,
  })
}

const reload = (_answer: unknown, _given: unknown, _result: unknown, at: { client: QueryClient }) =>
  at.client.invalidateQueries({ queryKey: [games] })

/** Makes a game. @throws GameRefused */
export function createGameOptions(client: ConnectionsClient) {
  return {
    mutationFn: async (given: { title: string; visibility: GameVisibility | null }) =>
      taken((await client.request(createGame, given)).createGame).game?.id ?? null,
    onSuccess: reload,
  }
}

/** Joins a game; an invitation of the viewer is accepted with it. @throws GameRefused */
export function joinGameOptions(client: ConnectionsClient) {
  return {
    mutationFn: async (gameId: string) =>
      taken((await client.request(joinGame, { gameId })).joinGame),
    onSuccess: reload,
  }
}

/** Invites a person to a game. @throws GameRefused */
export function inviteOptions(client: ConnectionsClient, gameId: string) {
  return {
    mutationFn: async (userId: string) =>
      taken((await client.request(invite, { gameId, userId })).inviteToGame),
    onSuccess: reload,
  }
}

/** Declines an invitation. The person who invited is not told. @throws GameRefused */
export function declineInviteOptions(client: ConnectionsClient) {
  return {
    mutationFn: async (inviteId: string) =>
      taken((await client.request(declineInvite, { inviteId })).declineInvite),
    onSuccess: reload,
  }
}

/** Takes the viewer out of a game. @throws GameRefused */
export function leaveGameOptions(client: ConnectionsClient) {
  return {
    mutationFn: async (gameId: string) =>
      taken((await client.request(leaveGame, { gameId })).leaveGame),
    onSuccess: reload,
  }
}

/** Deletes a game of the viewer, with its invitations. @throws GameRefused */
export function deleteGameOptions(client: ConnectionsClient) {
  return {
    mutationFn: async (gameId: string) =>
      taken((await client.request(deleteGame, { gameId })).deleteGame),
    onSuccess: reload,
  }
}

/** Forgets the games that were read, because somebody is not to be seen any more. */
export function forgetGames(queryClient: QueryClient): Promise<void> {
  return queryClient.resetQueries({ queryKey: [games] })
}

/** Looks at the games again, because somebody has done something. */
export function reloadGames(queryClient: QueryClient): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: [games] })
}

function taken<Answer extends Refusable>(answer: Answer): Answer {
  const [refusal] = answer.errors
  if (refusal !== undefined) throw new GameRefused(refusal)
  return answer
}
