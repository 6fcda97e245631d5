import { expect, it } from 'vitest'
import { inboxOptions } from '../../src/dev/console/page/graph/inbox.ts'
import { createConnectionsClient } from '../../src/kit/client/client.ts'
import { openFederation } from '../support/federation.ts'
import { gameVerbs } from '../support/game-verbs.ts'
import { verbs } from '../support/verbs.ts'

// The inbox of the console, while the service that owns the games is down.

const federation = await openFederation()
const { app, urls } = federation
const { make, send } = gameVerbs(federation)

it('shows everything but the titles of games when games does not answer', async () => {
  const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
  const game = await make(alice, 'CLOSE', 'Chess')
  await send(alice, game, bob)
  await federation.tellFacts()
  await federation.sendToInbox(bob.id, carol.id)
  await verbs.addContact(bob, carol)
  const inboxOf = async (url: string) => {
    const client = createConnectionsClient({ url, viewer: bob.id, getToken: () => bob.token() })
    const { queryFn } = inboxOptions(client)
    if (typeof queryFn !== 'function') throw new Error('There is no query.')
    const { signal } = new AbortController()
    const page = await queryFn({ pageParam: null, signal } as never)
    client.close()
    return page.edges.map(({ node: { kind, actor, game: about } }) => [kind, actor.id, about])
  }
  const rows = (about: object) => [
    ['FOLLOWED', carol.id, null],
    ['GAME_INVITED', alice.id, about],
  ]
  for (const url of Object.values(urls))
    expect(await inboxOf(url)).toEqual(rows({ id: game, title: 'Chess' }))
  await federation.stopGames()
  for (const url of Object.values(urls)) expect(await inboxOf(url)).toEqual(rows({ id: game }))
})
