import { QueryClient } from '@tanstack/query-core'
import { expect, it } from 'vitest'
import { answeredOptions } from '../../src/dev/console/page/graph/answered.ts'
import { inboxOptions, type Notification } from '../../src/dev/console/page/graph/inbox.ts'
import { type ConnectionsClient, createConnectionsClient } from '../../src/kit/client/client.ts'
import { openFederation } from '../support/federation.ts'
import { gameDocuments, gameVerbs } from '../support/game-verbs.ts'
import { makeEvent, sendEvent } from '../support/signed-events.ts'
import type { Person } from '../support/test-service.ts'
import { verbs } from '../support/verbs.ts'

// What the console reads of an inbox: what was answered, games that are gone, and all of it while
// the service that owns the games is down.

const federation = await openFederation()
const { app, urls, eventsUrl } = federation
const { ask, done, inviteIdOf, make, send } = gameVerbs(federation)

/** Asks as the console does, with the options of a query. */
async function read(
  url: string,
  person: Person,
  optionsFor: (client: ConnectionsClient) => { readonly queryFn?: unknown },
): Promise<unknown> {
  const client = createConnectionsClient({ url, viewer: person.id, getToken: () => person.token() })
  const { queryFn } = optionsFor(client)
  if (typeof queryFn !== 'function') throw new Error('There is no query.')
  const { signal } = new AbortController()
  const context = { pageParam: null, signal, client: new QueryClient() }
  const answer = await (queryFn as (asked: object) => Promise<unknown>)(context)
  client.close()
  return answer
}

/** The kind of each notification, who did it, and what is known of its game. */
async function inboxOf(url: string, person: Person) {
  const { edges } = (await read(url, person, inboxOptions)) as {
    edges: readonly { node: Notification }[]
  }
  return edges.map(({ node: { kind, actor, game } }) => [kind, actor.id, game])
}

/** Tells a person of a request, as connections does. */
async function tellRequest(requester: Person, target: Person): Promise<{ readonly id: string }> {
  const { request } = await verbs.requestFriend(requester, target)
  const ids = { requestId: request.id, requesterId: requester.id, targetId: target.id }
  await sendEvent(eventsUrl, makeEvent('friend_request.created', { ...ids, level: 'FRIEND' }))
  return request
}

it('knows which requests and invitations do not wait for an answer any more', async () => {
  const [alice, bob, carol, dave, erin, frank] = await app.people(
    'alice',
    'bob',
    'carol',
    'dave',
    'erin',
    'frank',
  )
  const [accepted, ignored, canceled] = [
    await tellRequest(bob, alice),
    await tellRequest(carol, alice),
    await tellRequest(dave, alice),
  ]
  await tellRequest(erin, alice)
  const games = [await make(frank), await make(frank), await make(frank)] as const
  await send(frank, games[0], alice)
  const declined = await inviteIdOf(frank, games[1], alice)
  await send(frank, games[2], alice)
  await federation.tellFacts()
  await federation.sendToInbox(alice.id, bob.id)
  for (const url of Object.values(urls)) expect(await read(url, alice, answeredOptions)).toEqual([])

  await verbs.accept(alice, accepted)
  await verbs.reject(alice, ignored)
  await verbs.cancel(dave, canceled)
  await done(alice, gameDocuments.join, games[0])
  await done(alice, gameDocuments.answer('declineInvite'), declined)
  const { viewer } = await ask(
    alice,
    '{ viewer { notifications { edges { node { id actor { id } game { id } kind } } } } }',
  )
  const rows: Row[] = viewer.notifications.edges.map(({ node }: { node: Row }) => node)
  const isAnswered = ({ kind, actor, game }: Row) =>
    game === null ? kind === 'FRIEND_REQUESTED' && actor.id !== erin.id : game.id !== games[2]
  for (const url of Object.values(urls))
    expect(await read(url, alice, answeredOptions)).toEqual(
      rows.filter(isAnswered).map(({ id }) => id),
    )
})

interface Row {
  readonly id: string
  readonly kind: string
  readonly actor: { readonly id: string }
  readonly game: { readonly id: string } | null
}

it('shows a game that is not to be seen any more as gone, and others with their titles', async () => {
  const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
  const [chess, darts] = [await make(alice, 'CLOSE', 'Chess'), await make(alice, 'CLOSE', 'Darts')]
  await send(alice, darts, carol)
  await done(carol, gameDocuments.join, darts)
  await send(carol, darts, bob)
  await federation.tellFacts()
  await send(alice, chess, bob)
  await federation.tellFacts()
  // What somebody has sent ends when they leave.
  await done(carol, gameDocuments.leave, darts)
  const open = { id: chess, title: 'Chess', viewerInvite: { answer: null } }
  for (const url of Object.values(urls))
    expect(await inboxOf(url, bob)).toMatchObject([
      ['GAME_INVITED', alice.id, open],
      ['GAME_INVITED', carol.id, null],
    ])
  // Whoever asks for it all at once is told of no error either.
  const query = '{ viewer { notifications { edges { node { gameId game { title } } } } } }'
  for (const gateway of Object.values(federation.gateways)) {
    const { data, errors } = await federation.ask(gateway, bob, query)
    expect(errors).toEqual([])
    expect(data.viewer.notifications.edges).toEqual([
      { node: { gameId: chess, game: { title: 'Chess' } } },
      { node: { gameId: darts, game: null } },
    ])
  }
})

it('shows everything but the titles of games when games does not answer', async () => {
  const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
  const game = await make(alice, 'CLOSE', 'Chess')
  await send(alice, game, bob)
  await federation.tellFacts()
  await federation.sendToInbox(bob.id, carol.id)
  await verbs.addContact(bob, carol)
  const rows = (about: object) => [
    ['FOLLOWED', carol.id, null],
    ['GAME_INVITED', alice.id, about],
  ]
  for (const url of Object.values(urls))
    expect(await inboxOf(url, bob)).toMatchObject(rows({ id: game, title: 'Chess' }))
  await federation.stopGames()
  for (const url of Object.values(urls)) expect(await inboxOf(url, bob)).toEqual(rows({ id: game }))
})
