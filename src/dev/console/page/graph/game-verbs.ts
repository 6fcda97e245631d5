import type { QueryClient } from '@tanstack/react-query'
import type { ConnectionsClient, Document } from '../../../../kit/client/client.ts'
import { type GameVisibility, reloadGames } from './games.ts'
import { reloadInbox } from './inbox.ts'

interface Refusable {
  readonly errors: readonly { readonly code: string; readonly message: string }[]
}

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

/** A verb that the games subgraph has refused. */
export class GameRefused extends Error {
  override readonly name = 'GameRefused'
  readonly code: string

  constructor({ code, message }: { readonly code: string; readonly message: string }) {
    super(message)
    this.code = code
  }
}

const reload = (_answer: unknown, _given: unknown, _result: unknown, at: { client: QueryClient }) =>
  reloadGames(at.client)

/** The second word of the keys of mutations that can answer an invitation. */
export const answersInvite = 'answer invite'

const mutationKey = ['console games', answersInvite] as const

/** An invitation was answered, which shows in the inbox, too. */
const reloadAnswered = async (
  _answer: unknown,
  _given: unknown,
  _result: unknown,
  { client }: { client: QueryClient },
) => {
  await Promise.all([reloadGames(client), reloadInbox(client)])
}

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
    mutationKey,
    mutationFn: async (gameId: string) =>
      taken((await client.request(joinGame, { gameId })).joinGame),
    onSuccess: reloadAnswered,
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

/**
 * Declines an invitation, also as the page is being left. The person who invited is not told.
 * @throws GameRefused
 */
export function declineInviteOptions(client: ConnectionsClient) {
  return {
    mutationKey,
    mutationFn: async (inviteId: string) => {
      const keepalive = client.closed.aborted || document.visibilityState === 'hidden'
      const answer = await client.request(declineInvite, { inviteId }, { keepalive })
      return taken(answer.declineInvite)
    },
    onSuccess: reloadAnswered,
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

function taken<Answer extends Refusable>(answer: Answer): Answer {
  const [refusal] = answer.errors
  if (refusal !== undefined) throw new GameRefused(refusal)
  return answer
}
