import { randomBytes } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../../src/dev/ports.ts'
import { limits } from '../../src/limits.ts'
import { openTestService, type Person } from '../support/test-service.ts'
import { startTestWorker } from '../support/test-worker.ts'
import { befriend, verbs } from '../support/verbs.ts'
import { addEndpoint, startConsumer } from '../support/webhook-consumer.ts'

// What another service hears, from a worker on a real database to a consumer on this machine.

const app = await openTestService()

beforeEach(async () => {
  await app.admin.query('delete from webhook_endpoints')
})

const soon = { interval: 20 }

interface Delivery {
  readonly state: string
  readonly attempts: number
  readonly status: number | null
  readonly error: string | null
  /** When it is tried again, and in how many seconds. */
  readonly nextAt: Date
  readonly wait: number
}

/** The deliveries of one endpoint, in the order of their events. */
async function deliveriesOf(endpointId: string): Promise<Delivery[]> {
  const { rows } = await app.admin.query<Delivery>(
    `select state, attempts, last_status as status, last_error as error,
            next_at as "nextAt", extract(epoch from next_at - now())::float8 as wait
       from webhook_deliveries where endpoint_id = $1 order by version`,
    [endpointId],
  )
  return rows
}

async function endpointOf(id: string) {
  const { rows } = await app.admin.query<{
    state: string
    because: string | null
    isFailing: boolean
    pause: number | null
  }>(
    `select state, disabled_because as because, failing_since is not null as "isFailing",
            extract(epoch from paused_until - now())::float8 as pause
       from webhook_endpoints where id = $1`,
    [id],
  )
  return rows[0]
}

/** Lets what has failed wait until the test says so, however long the test takes until then. */
const rest = () =>
  app.admin.query(
    `update webhook_deliveries set next_at = now() + interval '1 hour' where state = 'pending' and attempts > 0`,
  )

/** Lets what waits for its next attempt be tried now. */
const hurry = () => app.admin.query('update webhook_deliveries set next_at = now()')

const idOf = async (person: Person, kind: string) => {
  const { rows } = await app.admin.query<{ id: string }>(
    'select id from outbox where kind = $1 and actor_user_id = $2',
    [kind, person.id],
  )
  return rows[0]?.id
}

describe('an event', () => {
  it('reaches the endpoints that want its kind, signed, once', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const [all, follows] = [await startConsumer(), await startConsumer()]
    await addEndpoint(app.admin, all)
    await addEndpoint(app.admin, follows, ['follow.created'])
    startTestWorker(app)
    await verbs.requestFriend(alice, bob)
    await verbs.followUser(alice, bob)
    await expect.poll(() => all.received.length, soon).toBe(2)
    await expect.poll(() => follows.received.length, soon).toBe(1)
    const [event] = follows.events()
    expect(event).toEqual({
      specversion: '1.0',
      id: await idOf(alice, 'follow.created'),
      source: '/connections',
      type: 'follow.created',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      datacontenttype: 'application/json',
      pairversion: expect.stringMatching(/^\d+$/),
      data: { followerId: alice.id, targetId: bob.id },
    })
    const [received] = follows.received
    expect(received?.headers).toMatchObject({
      'content-type': 'application/cloudevents+json',
      'webhook-id': event?.id,
    })
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect([all.received.length, follows.received.length]).toEqual([2, 1])
  })

  it('has a signature that the reference library accepts, and no other', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const consumer = await startConsumer()
    await addEndpoint(app.admin, consumer)
    startTestWorker(app)
    await verbs.followUser(alice, bob)
    await expect.poll(() => consumer.received.length, soon).toBe(1)
    const { body = '', headers = {} } = consumer.received[0] ?? {}
    const ours = new Webhook(consumer.secret)
    const foreign = new Webhook(`whsec_${randomBytes(32).toString('base64')}`)
    expect(ours.verify(body, headers)).toMatchObject({ type: 'follow.created' })
    expect(() => foreign.verify(body, headers)).toThrow()
    expect(() => ours.verify(body.replace(alice.id, bob.id), headers)).toThrow()
    expect(() => ours.verify(body, { ...headers, 'webhook-id': bob.id })).toThrow()
    const old = String(Math.floor(Date.now() / 1_000) - 360)
    expect(() => ours.verify(body, { ...headers, 'webhook-timestamp': old })).toThrow()
    const late = ours.sign(headers['webhook-id'] ?? '', new Date(Number(old) * 1_000), body)
    const stamped = { ...headers, 'webhook-timestamp': old, 'webhook-signature': late }
    expect(() => ours.verify(body, stamped)).toThrow(/too old/)
  })

  it('is signed with the old secret too while that holds, and not for longer', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const consumer = await startConsumer()
    const endpoint = await addEndpoint(app.admin, consumer)
    const previous = randomBytes(32)
    await app.admin.query(
      `update webhook_endpoints set previous_secret = $2, previous_secret_until = now() + interval '1 hour' where id = $1`,
      [endpoint, previous],
    )
    startTestWorker(app)
    await verbs.followUser(alice, bob)
    await expect.poll(() => consumer.received.length, soon).toBe(1)
    await app.admin.query('update webhook_endpoints set previous_secret_until = now()')
    await verbs.followUser(alice, carol)
    await expect.poll(() => consumer.received.length, soon).toBe(2)
    const older = new Webhook(`whsec_${previous.toString('base64')}`)
    const [first, second] = consumer.received
    expect(consumer.events()).toHaveLength(2)
    expect(older.verify(first?.body ?? '', first?.headers ?? {})).toMatchObject({})
    expect(() => older.verify(second?.body ?? '', second?.headers ?? {})).toThrow()
  })

  it('carries on the trace of the request that caused it', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const consumer = await startConsumer()
    await addEndpoint(app.admin, consumer)
    startTestWorker(app)
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await app.admin.query(
      `insert into outbox (kind, audience, actor_user_id, other_user_id, traceparent)
       values ('follow.created', 'people', $1, $2, $3)`,
      [alice.id, bob.id, traceparent],
    )
    await expect.poll(() => consumer.received.length, soon).toBe(1)
    expect(consumer.received[0]?.headers['traceparent']).toBe(traceparent)
    expect(consumer.events()[0]?.traceparent).toBe(traceparent)
  })

  it('waits until it is due', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const consumer = await startConsumer()
    await addEndpoint(app.admin, consumer)
    startTestWorker(app)
    const { rows } = await app.admin.query<{ due: Date }>(
      `insert into outbox (kind, audience, actor_user_id, other_user_id, due_at)
       values ('block.changed', 'services', $1, $2, now() + interval '1 second') returning due_at as due`,
      [alice.id, bob.id],
    )
    await expect.poll(() => consumer.received.length, soon).toBe(1)
    expect(consumer.received[0]?.at).toBeGreaterThanOrEqual(Number(rows[0]?.due))
  })

  it('of a kind that tells a state tells the one that stands when it is dispatched', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const consumer = await startConsumer()
    await addEndpoint(app.admin, consumer)
    await verbs.blockUser(alice, bob)
    await verbs.blockUser(bob, alice)
    await verbs.unblockUser(alice, bob)
    startTestWorker(app)
    await expect.poll(() => consumer.received.length, soon).toBeGreaterThan(0)
    expect(consumer.events()[0]?.data).toEqual({
      userIds: [alice.id, bob.id].sort(),
      blockers: [bob.id],
    })
  })

  it('that is for people is dropped when one of them blocks the other before it is delivered', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const consumer = await startConsumer()
    consumer.answer = (response) => response.writeHead(500).end()
    const endpoint = await addEndpoint(app.admin, consumer, ['follow.created'])
    startTestWorker(app)
    await verbs.followUser(alice, bob)
    await verbs.followUser(carol, bob)
    await expect
      .poll(async () => (await deliveriesOf(endpoint)).map(({ attempts }) => attempts), soon)
      .toEqual([1, 1])
    await rest()
    await verbs.blockUser(bob, alice)
    consumer.answer = (response) => response.writeHead(200).end()
    await hurry()
    await expect
      .poll(async () => (await deliveriesOf(endpoint)).map(({ state }) => state), soon)
      .toEqual(['dropped', 'delivered'])
    const followers = consumer.events().map(({ data }) => data['followerId'])
    expect(followers.toSorted()).toEqual([alice.id, carol.id, carol.id].toSorted())
  })

  it('does not wait for thousands before it that are dropped', async () => {
    const [bob, carol, dave] = await app.people('bob', 'carol', 'dave')
    const consumer = await startConsumer()
    await addEndpoint(app.admin, consumer, ['follow.created'])
    await app.admin.query(
      `with blocked as (
         insert into user_blocks (blocker_user_id, blocked_user_id)
         select $1, gen_random_uuid() from generate_series(1, 3000)
         returning blocked_user_id as id)
       insert into outbox (kind, audience, actor_user_id, other_user_id)
       select 'follow.created', 'people', id, $1 from blocked`,
      [bob.id],
    )
    await verbs.followUser(carol, dave)
    startTestWorker(app)
    await expect.poll(() => consumer.received.length).toBe(1)
  })

  it('that is for services is delivered although a block stands', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const consumer = await startConsumer()
    await addEndpoint(app.admin, consumer)
    startTestWorker(app)
    await verbs.blockUser(alice, bob)
    await expect
      .poll(() => consumer.events().map(({ type }) => type), soon)
      .toEqual(['block.changed'])
  })

  it('is not kept for an endpoint that is disabled when it is dispatched', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const consumer = await startConsumer()
    const endpoint = await addEndpoint(app.admin, consumer)
    const set = (state: string) =>
      app.admin.query(
        `update webhook_endpoints set state = $1, disabled_at = case when $1 = 'disabled' then now() end`,
        [state],
      )
    await set('disabled')
    startTestWorker(app)
    await verbs.followUser(alice, bob)
    await expect
      .poll(async () => {
        const waiting = await app.admin.query('select from outbox where dispatch_number is null')
        return waiting.rowCount
      }, soon)
      .toBe(0)
    await set('enabled')
    await verbs.followUser(alice, carol)
    await expect.poll(() => consumer.received.length, soon).toBe(1)
    expect(consumer.events()[0]?.data['targetId']).toBe(carol.id)
    expect(await deliveriesOf(endpoint)).toHaveLength(1)
  })
})

describe('an endpoint that does not take an event', () => {
  it.each([
    ['an error', 500, 'answered 500'],
    ['a redirect, which is not followed', 302, 'answered 302'],
    ['not found', 404, 'answered 404'],
  ])('gets it again after 5 s when it answered %s', async (_what, status, error) => {
    const [alice, bob] = await app.people('alice', 'bob')
    const elsewhere = await startConsumer()
    const consumer = await startConsumer()
    consumer.answer = (response) => response.writeHead(status, { location: elsewhere.url }).end()
    const endpoint = await addEndpoint(app.admin, consumer)
    startTestWorker(app)
    await verbs.followUser(alice, bob)
    await expect
      .poll(() => deliveriesOf(endpoint), soon)
      .toMatchObject([{ state: 'pending', attempts: 1, status, error }])
    const [delivery] = await deliveriesOf(endpoint)
    await rest()
    // A tenth earlier or later. It is counted from when the answer has come.
    expect(Number(delivery?.nextAt) - (consumer.received[0]?.at ?? 0)).toBeGreaterThan(4_490)
    expect(delivery?.wait).toBeLessThan(5.5)
    expect(await endpointOf(endpoint)).toMatchObject({ state: 'enabled', isFailing: true })
    consumer.answer = (response) => response.writeHead(202).end()
    await hurry()
    await expect
      .poll(() => deliveriesOf(endpoint), soon)
      .toMatchObject([{ state: 'delivered', attempts: 2, status: 202, error: null }])
    expect(await endpointOf(endpoint)).toMatchObject({ isFailing: false })
    const [first, second] = consumer.received
    expect(second?.body).toBe(first?.body)
    expect(elsewhere.received).toEqual([])
  })

  it('gets each attempt with a new time and a new signature', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const consumer = await startConsumer()
    consumer.answer = (response) => response.writeHead(500).end()
    await addEndpoint(app.admin, consumer)
    startTestWorker(app)
    await verbs.followUser(alice, bob)
    await expect.poll(() => consumer.received.length, soon).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    await hurry()
    await expect.poll(() => consumer.received.length, soon).toBe(2)
    const [first, second] = consumer.received.map(({ headers }) => headers)
    expect(second?.['webhook-id']).toBe(first?.['webhook-id'])
    expect(second?.['webhook-timestamp']).not.toBe(first?.['webhook-timestamp'])
    expect(second?.['webhook-signature']).not.toBe(first?.['webhook-signature'])
    expect(consumer.events()).toHaveLength(2)
  })

  it('is given up after the last attempt, and the log says so without what was sent', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const consumer = await startConsumer()
    consumer.answer = (response) => response.writeHead(500).end('our secret thoughts')
    const endpoint = await addEndpoint(app.admin, consumer)
    const { lines } = startTestWorker(app)
    await verbs.followUser(alice, bob)
    await expect.poll(() => consumer.received.length, soon).toBe(1)
    await expect.poll(() => deliveriesOf(endpoint), soon).toMatchObject([{ attempts: 1 }])
    await app.admin.query('update webhook_deliveries set attempts = $1, next_at = now()', [
      limits.webhooks.schedule.length - 1,
    ])
    await expect
      .poll(() => deliveriesOf(endpoint), soon)
      .toMatchObject([{ state: 'dead', attempts: 10, status: 500 }])
    // The log is written behind the commit that the test has seen.
    await expect
      .poll(() => lines.filter(({ level }) => level === 'warn'), soon)
      .toEqual([
        {
          level: 'warn',
          message: 'a webhook delivery failed for the last time',
          eventId: await idOf(alice, 'follow.created'),
          kind: 'follow.created',
          endpointId: endpoint,
          status: 500,
          reason: 'answered 500',
        },
      ])
  })

  it('is disabled by 410, and gets nothing more', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const consumer = await startConsumer()
    consumer.answer = (response) => response.writeHead(410).end()
    const endpoint = await addEndpoint(app.admin, consumer)
    const { lines } = startTestWorker(app)
    await verbs.followUser(alice, bob)
    await expect
      .poll(() => endpointOf(endpoint), soon)
      .toMatchObject({ state: 'disabled', because: 'it answered 410' })
    await verbs.followUser(alice, carol)
    await hurry()
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(consumer.received).toHaveLength(1)
    expect(lines.filter(({ level }) => level === 'warn')).toEqual([
      {
        level: 'warn',
        message: 'a webhook endpoint was disabled',
        endpointId: endpoint,
        reason: 'it answered 410',
      },
    ])
  })

  it('is disabled after 5 days of nothing but failures, and not before', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const consumer = await startConsumer()
    consumer.answer = (response) => response.writeHead(500).end()
    const endpoint = await addEndpoint(app.admin, consumer)
    const failingFor = (time: string) =>
      app.admin.query('update webhook_endpoints set failing_since = now() - $1::interval', [time])
    startTestWorker(app)
    await failingFor('4 days 23 hours')
    await verbs.followUser(alice, bob)
    await expect.poll(() => deliveriesOf(endpoint), soon).toMatchObject([{ attempts: 1 }])
    expect(await endpointOf(endpoint)).toMatchObject({ state: 'enabled' })
    await failingFor('5 days')
    await verbs.followUser(alice, carol)
    await expect
      .poll(() => endpointOf(endpoint), soon)
      .toMatchObject({ state: 'disabled', because: 'every delivery failed for 5 days' })
  })

  it('that is overloaded is left alone for as long as it asks', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const consumer = await startConsumer()
    consumer.answer = (response) => response.writeHead(429, { 'retry-after': '120' }).end()
    const endpoint = await addEndpoint(app.admin, consumer)
    startTestWorker(app)
    await verbs.followUser(alice, bob)
    await expect.poll(() => deliveriesOf(endpoint), soon).toMatchObject([{ attempts: 1 }])
    await verbs.followUser(alice, carol)
    await expect.poll(async () => (await deliveriesOf(endpoint)).length, soon).toBe(2)
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(consumer.received).toHaveLength(1)
    const [{ wait } = { wait: 0 }] = await deliveriesOf(endpoint)
    expect(wait).toBeGreaterThan(110)
    expect((await endpointOf(endpoint))?.pause).toBeGreaterThan(110)
  })

  it('and does not listen at all gets it again', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { secret } = await startConsumer()
    const url = `http://127.0.0.1:${String(await freePort())}/`
    const endpoint = await addEndpoint(app.admin, { url, secret })
    startTestWorker(app)
    await verbs.followUser(alice, bob)
    await expect
      .poll(() => deliveriesOf(endpoint), soon)
      .toMatchObject([{ state: 'pending', attempts: 1, status: null, error: /ECONNREFUSED/ }])
  })

  it('but answers 200 with a body without end has taken it', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const consumer = await startConsumer()
    consumer.answer = (response) => {
      response.writeHead(200)
      const more = () => {
        if (!response.destroyed) response.write('x'.repeat(65_536), more)
      }
      more()
    }
    const endpoint = await addEndpoint(app.admin, consumer)
    const worker = startTestWorker(app)
    await verbs.followUser(alice, bob)
    await expect.poll(() => deliveriesOf(endpoint), soon).toMatchObject([{ state: 'delivered' }])
    await worker.stop()
  })
})

describe('a slow endpoint', () => {
  it('holds up no other', async () => {
    const people = await app.people(...Array.from({ length: 40 }, (_, n) => `person ${n}`))
    const [alice, ...others] = people
    const [slow, quick] = [await startConsumer(), await startConsumer()]
    slow.answer = () => undefined
    await addEndpoint(app.admin, slow, ['follow.created'])
    await addEndpoint(app.admin, quick, ['follow.created'])
    if (alice === undefined) return
    for (const other of others) await verbs.followUser(alice, other)
    startTestWorker(app)
    await expect.poll(() => quick.received.length, soon).toBe(others.length)
    expect(slow.received.length).toBeLessThanOrEqual(limits.webhooks.endpointAtFirst)
    slow.close()
  })
})

describe('the order', () => {
  it('of what happens between two people is kept, also while an endpoint fails', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const consumer = await startConsumer()
    consumer.answer = (response) => response.writeHead(500).end()
    const endpoint = await addEndpoint(app.admin, consumer)
    startTestWorker(app)
    await verbs.followUser(alice, bob)
    await expect.poll(() => deliveriesOf(endpoint), soon).toMatchObject([{ attempts: 1 }])
    await rest()
    await befriend(bob, alice)
    await verbs.followUser(alice, carol)
    // Only what is between alice and carol is sent.
    await expect.poll(() => consumer.received.length, soon).toBe(2)
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(consumer.events().map(({ data }) => data['targetId'])).toEqual([bob.id, carol.id])
    consumer.answer = (response) => response.writeHead(200).end()
    await hurry()
    await expect.poll(() => consumer.received.length, soon).toBe(6)
    const ofPair = consumer.events().filter(({ data }) => !JSON.stringify(data).includes(carol.id))
    expect(ofPair.map(({ type }) => type)).toEqual([
      'follow.created',
      'follow.created',
      'friend_request.created',
      'friend_request.accepted',
    ])
    const versions = ofPair.map(({ pairversion }) => Number(pairversion))
    expect(versions).toEqual(versions.toSorted((one, other) => one - other))
  })

  it('is not waited for longer than ten minutes', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const consumer = await startConsumer()
    consumer.answer = (response) => response.writeHead(500).end()
    const endpoint = await addEndpoint(app.admin, consumer)
    startTestWorker(app)
    await verbs.followUser(alice, bob)
    await expect.poll(() => deliveriesOf(endpoint), soon).toMatchObject([{ attempts: 1 }])
    await rest()
    await verbs.requestFriend(bob, alice)
    await expect.poll(async () => (await deliveriesOf(endpoint)).length, soon).toBe(2)
    await app.admin.query(
      `update webhook_deliveries set next_at = now() - interval '10 minutes' where attempts = 0`,
    )
    await expect.poll(() => consumer.received.length, soon).toBe(2)
    expect(consumer.events().map(({ type }) => type)).toEqual([
      'follow.created',
      'friend_request.created',
    ])
  })
})
