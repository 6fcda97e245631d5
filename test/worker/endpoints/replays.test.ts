import { describe, expect, it } from 'vitest'
import { runHere } from '../../support/command-line.ts'
import { openTestService } from '../../support/test-service.ts'
import { startTestWorker } from '../../support/test-worker.ts'
import { addEndpoint, startConsumer } from '../../support/webhook-consumer.ts'

// What operators say of endpoints and events, and what a worker makes of it.

const app = await openTestService()

const FollowUser = 'mutation ($userId: ID!) { followUser(userId: $userId) { changed } }'

/** Runs a command that succeeds, and gives what it prints as JSON. */
async function run(...words: string[]) {
  const env = { DATABASE_DIRECT_URL: app.database.workerUrl }
  const { code, output, errors } = await runHere([...words, '--json'], env)
  expect({ code, errors }).toEqual({ code: 0, errors: '' })
  return JSON.parse(output)
}

/** Whether every event is dispatched and every delivery is over. */
async function isQuiet(): Promise<boolean> {
  const { rows } = await app.admin.query(
    `select not exists (select from outbox where dispatch_number is null)
        and not exists (select from webhook_deliveries where state = 'pending') as quiet`,
  )
  return rows[0]?.quiet === true
}

describe('an endpoint that was disabled', () => {
  it('hears of what happened meanwhile when it is replayed, and not by itself', async () => {
    const consumer = await startConsumer()
    const endpoint = await addEndpoint(app.admin, consumer)
    startTestWorker(app)
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const follow = (who: typeof alice, whom: typeof alice) =>
      who.ask(FollowUser, { userId: whom.id })
    const told = () => consumer.events().map(({ data }) => [data['followerId'], data['targetId']])

    await run('webhooks', 'disable', endpoint)
    await follow(alice, bob)
    await expect.poll(isQuiet).toBe(true)
    await run('webhooks', 'enable', endpoint)
    await follow(bob, carol)
    await expect.poll(told).toEqual([[bob.id, carol.id]])

    const range = ['events', 'replay', '--endpoint', endpoint, '--since', '1h', '--undelivered']
    expect(await run(...range)).toEqual({ deliveries: 1 })
    await expect.poll(told).toHaveLength(2)
    expect(told()[1]).toEqual([alice.id, bob.id])
    await run('webhooks', 'remove', endpoint)
  })
})

describe('an event that is replayed', () => {
  it('comes with the same id and body, signed anew', async () => {
    const consumer = await startConsumer()
    const endpoint = await addEndpoint(app.admin, consumer)
    startTestWorker(app)
    const [alice, bob] = await app.people('alice', 'bob')
    await alice.ask(FollowUser, { userId: bob.id })
    await expect.poll(() => consumer.received.length).toBe(1)
    await expect.poll(isQuiet).toBe(true)
    const [first] = consumer.events()
    // The signature has whole seconds in it.
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    expect(await run('events', 'replay', first?.id ?? '')).toEqual({ deliveries: 1 })
    await expect.poll(() => consumer.received.length).toBe(2)
    const [one, other] = consumer.received
    expect(other?.body).toBe(one?.body)
    expect(other?.headers['webhook-id']).toBe(first?.id)
    expect(other?.headers['webhook-signature']).not.toBe(one?.headers['webhook-signature'])
    expect(consumer.events()).toHaveLength(2)
    await run('webhooks', 'remove', endpoint)
  })

  it('is dropped when one of the two blocks the other by then', async () => {
    const consumer = await startConsumer()
    const endpoint = await addEndpoint(app.admin, consumer, ['follow.created'])
    startTestWorker(app)
    const [alice, bob] = await app.people('alice', 'bob')
    await alice.ask(FollowUser, { userId: bob.id })
    await expect.poll(() => consumer.received.length).toBe(1)
    await expect.poll(isQuiet).toBe(true)
    await bob.ask('mutation ($userId: ID!) { blockUser(userId: $userId) { changed } }', {
      userId: alice.id,
    })
    const id = consumer.events()[0]?.id ?? ''
    await run('events', 'replay', id)
    await expect.poll(isQuiet).toBe(true)
    const { deliveries } = await run('events', 'show', id)
    expect(deliveries).toMatchObject([{ endpointId: endpoint, state: 'dropped' }])
    expect(consumer.received).toHaveLength(1)
    await run('webhooks', 'remove', endpoint)
  })
})
