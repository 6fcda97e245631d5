import { beforeEach, describe, expect, it } from 'vitest'
import { runHere } from '../../support/command-line.ts'
import { openTestService, type Person } from '../../support/test-service.ts'

// What operators see of events, and how they have them delivered again.

const app = await openTestService()
const env = { DATABASE_DIRECT_URL: app.database.workerUrl }
const unknown = '0d5f5b0e-8a3c-4a51-9a54-0f6d0a3f1a01'

const run = (...words: string[]) => runHere(words, env)

/** Runs a command that succeeds, and gives what it prints as JSON. */
async function done(...words: string[]) {
  const { code, output, errors } = await run(...words, '--json')
  expect({ code, errors }).toEqual({ code: 0, errors: '' })
  return JSON.parse(output)
}

const add = async (...words: string[]): Promise<string> =>
  (await done('webhooks', 'add', 'http://127.0.0.1:1/', ...words)).id

const follow = async (follower: Person, target: Person) => {
  await follower.ask('mutation ($userId: ID!) { followUser(userId: $userId) { changed } }', {
    userId: target.id,
  })
  return eventOf(follower, target)
}
const block = async (blocker: Person, blocked: Person) => {
  await blocker.ask('mutation ($userId: ID!) { blockUser(userId: $userId) { changed } }', {
    userId: blocked.id,
  })
  return eventOf(blocker, blocked)
}

/** The newest event of two people. */
async function eventOf(one: Person, other: Person): Promise<string> {
  const [event] = await done('events', 'list', '--pair', one.id, other.id)
  return event.id
}

/** Dispatches all events as the worker does, but to nobody. */
async function dispatchAll(): Promise<void> {
  await app.admin.query(
    `update outbox
        set dispatch_number = nextval('outbox_dispatch_numbers'), dispatched_at = now(),
            data = case kind when 'follow.created'
                   then jsonb_build_object('followerId', actor_user_id, 'targetId', other_user_id)
                   else jsonb_build_object('userIds', array[actor_user_id, other_user_id], 'blockers', array[actor_user_id]) end
      where dispatch_number is null`,
  )
}

async function deliveriesOf(event: string) {
  const { deliveries } = await done('events', 'show', event)
  return deliveries as { endpointId: string; state: string; attempts: number }[]
}

/** As if the worker had tried it and came to this. */
const becomes = (event: string, state: string, attempts = 10) =>
  app.admin.query(
    `update webhook_deliveries
        set state = $2, attempts = $3, finished_at = now(), last_status = 500, last_error = 'answered 500'
      where event_id = $1`,
    [event, state, attempts],
  )

beforeEach(async () => {
  await app.admin.query('delete from webhook_endpoints')
})

describe('connections events list', () => {
  it('lists the newest first, by kind, by pair in either order, and by time', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const follows = await follow(alice, bob)
    const blocks = await block(carol, bob)
    const ids = async (...words: string[]) =>
      ((await done('events', 'list', ...words)) as { id: string }[]).map(({ id }) => id)
    expect((await ids()).slice(0, 2)).toEqual([blocks, follows])
    expect(await ids('--limit', '1')).toEqual([blocks])
    expect((await ids('--kind', 'follow.created'))[0]).toBe(follows)
    for (const pair of [
      [alice.id, bob.id],
      [bob.id, alice.id],
    ])
      expect(await ids('--pair', ...pair)).toEqual([follows])
    expect(await ids('--pair', alice.id, carol.id)).toEqual([])
    expect(await ids('--since', '1h')).toEqual(expect.arrayContaining([blocks, follows]))
    expect(await ids('--since', '2999-01-01T00:00:00Z')).toEqual([])
  })

  it('prints ids and no names', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const event = await follow(alice, bob)
    const { output } = await run('events', 'list', '--pair', alice.id, bob.id)
    expect(output).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ {2}follow\.created /)
    expect(output).toContain(`${event}  ${alice.id} -> ${bob.id}  waits`)
    expect(await run('events', 'list', '--pair', alice.id, alice.id)).toMatchObject({
      output: 'No events.',
    })
  })

  it.each([
    [2, ['--pair', unknown]],
    [2, ['--pair', unknown, 'bob']],
    [2, ['--since', 'yesterday']],
    [2, ['--since', '2026-11-28T09:30:00']],
    [2, ['--limit', '1001']],
    [1, ['--kind', 'follow.deleted']],
  ])('answers %i to %j', async (code, words) => {
    expect(await run('events', 'list', ...words)).toMatchObject({ code, output: '' })
  })
})

describe('connections events show', () => {
  it('shows the row, what is sent, and the deliveries', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const event = await follow(alice, bob)
    expect(await done('events', 'show', event)).toMatchObject({
      event: { id: event, kind: 'follow.created', actorId: alice.id, dispatchedAt: null },
      envelope: null,
      deliveries: [],
    })
    await dispatchAll()
    const endpoint = await add()
    await done('events', 'replay', event)
    const shown = await done('events', 'show', event)
    expect(shown.envelope).toMatchObject({
      specversion: '1.0',
      id: event,
      type: 'follow.created',
      pairversion: shown.event.dispatchNumber,
      data: { followerId: alice.id, targetId: bob.id },
    })
    expect(shown.deliveries).toMatchObject([
      { endpointId: endpoint, url: 'http://127.0.0.1:1/', state: 'pending', attempts: 0 },
    ])
    const { output } = await run('events', 'show', event)
    expect(output).toContain('"specversion": "1.0"')
    expect(output).toContain(`pending    ${endpoint}`)
  })

  it('knows no event with another id', async () => {
    expect(await run('events', 'show', unknown)).toMatchObject({
      code: 1,
      errors: `No event has the id ${unknown}.`,
    })
  })
})

describe('connections events replay', () => {
  it('delivers an event again to everybody who wants its kind, from the first attempt on', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const [all, ofBlocks, off] = [await add(), await add('--kinds', 'block.changed'), await add()]
    await done('webhooks', 'disable', off)
    const event = await follow(alice, bob)
    await dispatchAll()
    expect(await done('events', 'replay', event)).toEqual({ deliveries: 1 })
    await becomes(event, 'dead')
    expect(await deliveriesOf(event)).toMatchObject([{ endpointId: all, state: 'dead' }])
    expect(await done('events', 'replay', event, '--endpoint', all)).toEqual({ deliveries: 1 })
    expect(await deliveriesOf(event)).toMatchObject([
      { endpointId: all, state: 'pending', attempts: 0, finishedAt: null },
    ])
    expect(await run('events', 'replay', event, '--endpoint', ofBlocks)).toMatchObject({
      code: 1,
      errors: expect.stringContaining('No enabled endpoint wants follow.created'),
    })
    expect(await run('events', 'replay', event, '--endpoint', off)).toMatchObject({
      code: 1,
      errors: expect.stringContaining('is disabled'),
    })
  })

  it('leaves alone what a worker delivers at this moment', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await add()
    const event = await follow(alice, bob)
    await dispatchAll()
    await done('events', 'replay', event)
    const lease = `update webhook_deliveries set attempts = 3, leased_until = now() + interval '30 s' where event_id = $1`
    await app.admin.query(lease, [event])
    expect(await done('events', 'replay', event)).toEqual({ deliveries: 0 })
    expect(await deliveriesOf(event)).toMatchObject([{ attempts: 3 }])
  })

  it('delivers what happened while an endpoint was disabled, or everything since a time', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const old = await follow(alice, bob)
    await app.admin.query(`update outbox set created_at = now() - interval '3 days'`)
    const [first, second] = [await follow(bob, carol), await block(carol, alice)]
    await dispatchAll()
    const endpoint = await add('--kinds', 'follow.created,block.changed')
    const range = ['events', 'replay', '--endpoint', endpoint, '--since', '1d']
    expect(await done(...range)).toEqual({ deliveries: 2 })
    expect(await deliveriesOf(old)).toEqual([])
    await becomes(first, 'delivered', 1)
    await becomes(second, 'dead')
    expect(await done(...range, '--undelivered')).toEqual({ deliveries: 1 })
    expect(await deliveriesOf(first)).toMatchObject([{ state: 'delivered' }])
    expect(await deliveriesOf(second)).toMatchObject([{ state: 'pending' }])
    expect(await done(...range)).toEqual({ deliveries: 2 })
    expect(await deliveriesOf(first)).toMatchObject([{ state: 'pending' }])
  })

  it('goes through thousands of events in batches', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await dispatchAll()
    await app.admin.query(
      `insert into outbox (kind, audience, actor_user_id, other_user_id, dispatch_number, dispatched_at, data)
       select 'follow.created', 'people', $1::uuid, $2::uuid, nextval('outbox_dispatch_numbers'), now(),
              jsonb_build_object('followerId', $1::uuid, 'targetId', $2::uuid)
         from generate_series(1, 2500)`,
      [alice.id, bob.id],
    )
    const endpoint = await add('--kinds', 'follow.created')
    const { deliveries } = await done('events', 'replay', '--endpoint', endpoint, '--since', '1h')
    expect(deliveries).toBeGreaterThanOrEqual(2_500)
    const { rows } = await app.admin.query(
      'select count(*)::int as pending from webhook_deliveries',
    )
    expect(rows).toEqual([{ pending: deliveries }])
  })

  it('repeats nothing that is not known, or was not dispatched', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await add()
    const event = await follow(alice, bob)
    expect(await run('events', 'replay', event)).toMatchObject({
      code: 1,
      errors: expect.stringContaining('was not dispatched yet'),
    })
    expect(await run('events', 'replay', unknown)).toMatchObject({ code: 1 })
    expect(await run('events', 'replay', event, '--endpoint', unknown)).toMatchObject({ code: 1 })
  })

  it.each([
    [[]],
    [['--endpoint', unknown]],
    [['--since', '1h']],
    [[unknown, '--since', '1h']],
    [[unknown, '--endpoint', unknown, '--since', '1h']],
    [[unknown, '--undelivered']],
  ])('is misused with %j', async (words) => {
    expect(await run('events', 'replay', ...words)).toMatchObject({ code: 2, output: '' })
  })
})

describe('connections events dead', () => {
  it('lists what was given up, and why', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const [one, other] = [await add(), await add()]
    const event = await follow(alice, bob)
    await dispatchAll()
    await done('events', 'replay', event)
    expect(await done('events', 'dead')).toEqual([])
    await becomes(event, 'dead')
    const dead = { eventId: event, kind: 'follow.created', lastStatus: 500, attempts: 10 }
    expect(await done('events', 'dead')).toMatchObject([dead, dead])
    expect(await done('events', 'dead', '--endpoint', other)).toMatchObject([
      { endpointId: other, lastError: 'answered 500' },
    ])
    expect((await run('events', 'dead', '--endpoint', one)).output).toContain(
      `${event}  to ${one}  http://127.0.0.1:1/  attempts 10  status 500: answered 500`,
    )
  })
})
