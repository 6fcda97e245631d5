import { expect } from 'vitest'
import type { openRustFederation } from './federation.ts'
import type { Asker, Person } from './test-service.ts'

// What people do with games and read of them, through the gateway.

const gameFields = `changed game { id viewerTakesPart participants { id } viewerInvite { answer } }
  errors { code }`

const towardsGame = (verb: string, fields = 'changed errors { code }') =>
  `mutation ($id: ID!) { done: ${verb}(gameId: $id) { ${fields} } }`

/** The mutations of games, each with its payload as `done`, and the inbox. */
export const gameDocuments = {
  create: `mutation ($title: String!, $visibility: GameVisibility) {
    done: createGame(title: $title, visibility: $visibility) { ${gameFields} }
  }`,
  invite: `mutation ($gameId: ID!, $userId: ID) {
    done: inviteToGame(gameId: $gameId, userId: $userId) { changed invite { id } errors { code } }
  }`,
  join: towardsGame('joinGame', gameFields),
  leave: towardsGame('leaveGame'),
  remove: towardsGame('deleteGame'),
  answer: (verb: 'claimInvite' | 'declineInvite') =>
    `mutation ($id: ID!) { done: ${verb}(inviteId: $id) { ${gameFields} } }`,
  inbox: `{ viewer { notifications { unreadCount edges { node {
    kind actor { id } game { id title viewerInvite { answer } }
  } } } } }`,
}

/** What a verb without a payload of its own answers. */
export const changed = { changed: true, errors: [] }
export const unchanged = { changed: false, errors: [] }

/** What `inviteToGame` answers. */
export interface Sent {
  readonly changed: boolean
  readonly invite: { readonly id: string } | null
  readonly errors: readonly { readonly code: string }[]
}

type Federation = Pick<Awaited<ReturnType<typeof openRustFederation>>, 'ask' | 'gateways'>

/** The verbs and lists of games, sent through a gateway. */
export function gameVerbs(federation: Federation) {
  const ask = async (asker: Asker, query: string, variables: object = {}) => {
    const { data, errors } = await federation.ask(federation.gateways.rust, asker, query, variables)
    expect(errors).toEqual([])
    return data
  }
  const send = async (inviter: Person, gameId: string, person: { id: string } | null) =>
    (await ask(inviter, gameDocuments.invite, { gameId, userId: person?.id })).done as Sent

  return {
    ask,
    /** Makes a game, and gives its id. */
    make: async (creator: Person, visibility = 'FRIENDS', title = visibility) =>
      (await ask(creator, gameDocuments.create, { title, visibility })).done.game.id as string,
    /** Invites somebody; everybody who has the id, if that is null. */
    send,
    inviteIdOf: async (inviter: Person, gameId: string, person: { id: string } | null) =>
      (await send(inviter, gameId, person)).invite?.id ?? '',
    /** What a mutation of a game or an invitation answers. */
    done: async (person: Person, mutation: string, id: string) =>
      (await ask(person, mutation, { id })).done,
    /** The titles of the games that somebody takes part in, as another person sees them. */
    titlesOf: async (asker: Asker, of: { readonly id: string }) => {
      const query = `query ($id: ID!) { user(id: $id) { games { edges { node { title } } } } }`
      const { user } = await ask(asker, query, { id: of.id })
      return user.games?.edges.map(({ node }: { node: { title: string } }) => node.title) ?? null
    },
    /** Who invites a person to which game. */
    invitesOf: async (person: Person) => {
      const { viewer } = await ask(
        person,
        '{ viewer { gameInvites { edges { node { inviter { id } game { id } answer } } } } }',
      )
      return viewer.gameInvites.edges.map(
        ({ node }: { node: { inviter: Person; game: { id: string } } }) => [
          node.inviter.id,
          node.game.id,
        ],
      )
    },
    sees: async (asker: Asker, id: string) =>
      (await ask(asker, 'query ($id: ID!) { game(id: $id) { id } }', { id })).game !== null,
    inboxOf: async (person: Person) => {
      const { unreadCount, edges } = (await ask(person, gameDocuments.inbox)).viewer.notifications
      return { unreadCount, rows: edges.map(({ node }: { node: object }) => node) }
    },
  }
}
