import { describe, expect, it } from 'vitest'
import { openFederation } from './federation.ts'
const federation = await openFederation()
const { world } = federation
describe.each(federation.gateways)('%s', (_n, send) => {
  it('x', async () => {
    const [alice, bob] = await world.people('alice','bob')
    const a = await federation.ask(send, alice, 'mutation { createGame(title: "x") { changed game { id title visibility visibleToViewer creator { id email } } errors { code } } }')
    console.log(JSON.stringify(a, null, 1))
    const b = await federation.ask(send, bob, '{ viewer { id email notifications { edges { node { id } } } } games { edges { node { id title visibleToViewer creator { id relationship { friendshipLevel isBlocking } } } } } }')
    console.log(JSON.stringify(b, null, 1))
  })
})
