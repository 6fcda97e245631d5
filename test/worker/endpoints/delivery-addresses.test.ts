import type { LookupFunction } from 'node:net'
import { describe, expect, it } from 'vitest'
import { agentFor } from '../../../src/worker/endpoints/addresses.ts'
import { checkEndpointUrl } from '../../../src/worker/endpoints/endpoint-url.ts'
import { allowedAddresses } from '../../../src/worker/endpoints/networks.ts'
import { openTestService } from '../../support/test-service.ts'
import { startTestWorker } from '../../support/test-worker.ts'
import { addEndpoint, startConsumer } from '../../support/webhook-consumer.ts'

// What a whole worker does at an address that is not allowed. All of them are this machine.

const app = await openTestService()

const FollowUser = 'mutation ($userId: ID!) { followUser(userId: $userId) { changed } }'

/** Names lead to 127.0.0.1 until `moves`; then to 127.0.0.2, which is not allowed. */
function movingName() {
  let address = '127.0.0.1'
  const lookup: LookupFunction = (_name, _options, callback) => {
    callback(null, [{ address, family: 4 }])
  }
  const moves = () => (address = '127.0.0.2')
  return { moves, allowed: { ...allowedAddresses(['127.0.0.1'], true, lookup), httpsOnly: false } }
}

async function lastError(endpoint: string): Promise<string | null> {
  const { rows } = await app.admin.query(
    'select last_error as error from webhook_deliveries where endpoint_id = $1 order by version desc limit 1',
    [endpoint],
  )
  return rows[0]?.error ?? null
}

describe('a worker', () => {
  it('delivers to a name until it leads to an address that is not allowed', async () => {
    const { moves, allowed } = movingName()
    const consumer = await startConsumer()
    consumer.answer = (response) => {
      response.writeHead(204, { connection: 'close' }).end()
    }
    const url = consumer.url.replace('127.0.0.1', 'hooks.example.com')
    expect(await checkEndpointUrl(url, allowed)).toBe(url)
    const endpoint = await addEndpoint(app.admin, { ...consumer, url })
    startTestWorker(app, { agentFor: (to) => agentFor(to, allowed) })
    const [alice, bob] = await app.people('alice', 'bob')
    await alice.ask(FollowUser, { userId: bob.id })
    await expect.poll(() => consumer.events().length).toBe(1)
    moves()
    await bob.ask(FollowUser, { userId: alice.id })
    await expect
      .poll(() => lastError(endpoint))
      .toBe('hooks.example.com: 127.0.0.2 is not a public address')
    expect(consumer.received).toHaveLength(1)
  })

  it('follows no redirect, wherever it leads', async () => {
    const [consumer, elsewhere] = [await startConsumer(), await startConsumer()]
    consumer.answer = (response) => {
      response.writeHead(307, { location: elsewhere.url }).end()
    }
    const endpoint = await addEndpoint(app.admin, consumer)
    const allowed = allowedAddresses([], false)
    startTestWorker(app, { agentFor: (to) => agentFor(to, allowed) })
    const [alice, bob] = await app.people('alice', 'bob')
    await alice.ask(FollowUser, { userId: bob.id })
    await expect.poll(() => lastError(endpoint)).toBe('answered 307')
    expect(elsewhere.received).toEqual([])
  })
})
