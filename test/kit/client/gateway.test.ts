import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import * as kit from '../../../src/kit/client/client.ts'
import { failureOf } from '../../support/kit-client.ts'
import { dispatch } from '../../support/streams.ts'
import { startTestGateway } from '../../support/test-gateway.ts'
import { openTestService, type Person } from '../../support/test-service.ts'

// The client as a browser has it: through a gateway, which answers in its own ways.

const app = await openTestService({ NODE_ENV: 'production' })
const gateway = await startTestGateway({
  subgraphs: [{ name: 'connections', url: app.server.url }],
})
afterAll(gateway.close)

const clientOf = (person: Person, options: Partial<kit.ConnectionsClientOptions> = {}) =>
  kit.createConnectionsClient({
    url: gateway.url,
    viewer: person.id,
    getToken: () => person.token(),
    ...options,
  })

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(10)
}

async function openStreams(): Promise<number> {
  const { values } = await app.server.metrics.liveStreams.get()
  return values.reduce((sum, { value }) => sum + value, 0)
}

describe('through the gateway', () => {
  it('bob hears of the request of alice, and she that he accepts', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const [ofAlice, ofBob] = [clientOf(alice), clientOf(bob)]
    const heard: Record<string, kit.RelationshipChange[]> = { alice: [], bob: [] }
    let opened = 0
    for (const [name, client] of Object.entries({ alice: ofAlice, bob: ofBob }))
      kit.subscribeRelationshipChanges(client, (change) => heard[name]?.push(change), {
        onOpen: () => opened++,
      })
    await until(async () => opened === 2 && (await openStreams()) === 2)
    await kit.requestFriend(ofAlice, { userId: bob.id, message: 'Hello' })
    await dispatch(app)
    await until(() => heard['bob']?.length === 1)
    const asked = heard['bob']?.[0]
    expect(asked).toMatchObject({ kind: 'FRIEND_REQUESTED', user: { id: alice.id } })

    const requestId = asked?.relationship?.incomingRequest?.id ?? ''
    await kit.respondFriendRequest(ofBob, { requestId, decision: 'ACCEPT' })
    await dispatch(app)
    await until(() => heard['alice']?.length === 1)
    expect(heard['alice']?.[0]).toMatchObject({
      kind: 'FRIEND_REQUEST_ACCEPTED',
      relationship: { user: { id: bob.id }, friendshipLevel: 'FRIEND' },
    })
    ofAlice.close()
    ofBob.close()
    await until(async () => (await openStreams()) === 0)
  })

  it('an expired token is refreshed, for requests and for streams', async () => {
    const [alice] = await app.people('alice')
    const exp = Math.floor(Date.now() / 1_000) - 60
    let refreshed = 0
    const expiring = () => {
      let token = app.issuer.token({ sub: alice.id, exp })
      return ({ refresh }: { refresh: boolean }) => {
        if (refresh) {
          refreshed++
          token = app.issuer.token({ sub: alice.id })
        }
        return token
      }
    }
    const client = clientOf(alice, { getToken: expiring() })
    expect((await kit.listFriends(client)).edges).toEqual([])
    expect(refreshed).toBe(1)

    const streaming = clientOf(alice, { getToken: expiring() })
    kit.subscribeRelationshipChanges(streaming, () => undefined)
    await until(async () => (await openStreams()) === 1)
    expect(refreshed).toBe(2)
    streaming.close()
  })

  it('a wrong variable and a refusal have their codes', async () => {
    const [alice] = await app.people('alice')
    const client = clientOf(alice)
    const wrong = { first: 'ten' as unknown as number }
    expect(await failureOf(kit.listFriends(client, wrong))).toMatchObject({
      code: 'BAD_USER_INPUT',
      refused: false,
    })
    expect(await failureOf(kit.blockUser(client, { userId: alice.id }))).toMatchObject({
      code: 'SELF',
      refused: true,
    })
  })

  it('two people of a page are asked for in one request', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const client = clientOf(alice)
    await kit.followUser(client, { userId: carol.id })
    const relationships = await Promise.all(
      [bob, carol].map(({ id: userId }) => kit.getRelationship(client, { userId })),
    )
    expect(relationships.map((each) => each?.isFollowing)).toEqual([false, true])
  })
})
