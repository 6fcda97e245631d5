import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { contextOpener } from '../../../src/server/contexts.ts'
import { ErrorOrigins } from '../../../src/server/observability/error-origins.ts'
import { createKey } from '../../support/issuer.ts'
import { heartbeat, untilWritten } from '../../support/presence.ts'
import { subscribe } from '../../support/streams.ts'
import { gatewaySecret, openTestService } from '../../support/test-service.ts'
import { verbs } from '../../support/verbs.ts'

const app = await openTestService({ NODE_ENV: 'production' })

const today = () => new Date().toISOString().slice(0, 10)
/** One day: the one on which this file began, or the one on which it ends. */
const aDay = () => expect.toBeOneOf([[began], [today()]]) as unknown
const began = today()

async function daysOf({ id }: { readonly id: string }): Promise<string[]> {
  const { rows } = await app.admin.query<{ day: string }>(
    'select day::text from activity_days where user_id = $1 order by day',
    [id],
  )
  return rows.map(({ day }) => day)
}

/** Waits until the day of everybody who was heard of before is written. */
async function written(): Promise<void> {
  const last = app.stranger('the last')
  await heartbeat(last)
  // Of one request, a heartbeat is kept after the day.
  await untilWritten(app.admin, last)
}

describe('a day of activity', () => {
  it('is kept for whoever sends a signed-in request, of whatever kind', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await alice.ask('{ viewer { id } }')
    await verbs.followUser(bob, alice)
    await carol.ask('{ nothing }')
    await written()
    for (const person of [alice, bob, carol]) expect(await daysOf(person)).toEqual(aDay())
  })

  it('is kept for nobody else: not for the anonymous, services, or those who are asked about', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const before = await app.admin.query('select from activity_days')
    const document = `{ user(id: "${alice.id}") { username presence { status } } }`
    for (const asker of [app.nobody, app.service]) await asker.ask(document)
    await verbs.followUser(bob, alice)
    await written()
    expect(await daysOf(alice)).toEqual([])
    const after = await app.admin.query('select from activity_days')
    // Bob, and the one who was waited for.
    expect(after.rowCount).toBe((before.rowCount ?? 0) + 2)
  })

  it('takes a good token and the gateway’s secret', async () => {
    const [alice] = await app.people('alice')
    const post = (headers: Record<string, string>) =>
      app.server.app.inject({
        method: 'POST',
        url: '/graphql',
        headers,
        payload: { query: '{ viewer { id } }' },
      })
    const key = await createKey('first')
    const forged = await app.issuer.token({ sub: alice.id }, { key })
    const late = await app.issuer.token({ sub: alice.id, exp: 1 })
    const good = await app.issuer.token({ sub: alice.id })
    for (const [secret, token] of [
      [gatewaySecret, forged],
      [gatewaySecret, late],
      ['wrong', good],
    ] as const) {
      const { statusCode } = await post({
        'x-gateway-secret': secret,
        authorization: `Bearer ${token}`,
      })
      expect(statusCode).toBe(401)
    }
    await written()
    expect(await daysOf(alice)).toEqual([])
  })

  it('is kept when a subscription is opened', async () => {
    const [alice] = await app.people('alice')
    const stream = await subscribe(app, alice)
    await written()
    stream.close()
    expect(await daysOf(alice)).toEqual(aDay())
  })

  it('is not kept for what a subscription tells later: others did it', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const active: string[] = []
    const activity = { active: (person: string) => active.push(person) }
    const { database } = app.server
    const open = contextOpener(database, app.config, new ErrorOrigins(), activity as never)
    const asked = { identity: { kind: 'viewer', userId: alice.id }, id: 'a', headers: {} } as const
    const change = { id: '1', kind: 'FOLLOWED', at: new Date(), user: { id: bob.id } } as const
    await open({ ...asked, trace: null }, change)
    expect(active).toEqual([])
    await open({ ...asked, trace: null }, 'opening')
    await open({ ...asked, trace: null })
    expect(active).toEqual([alice.id, alice.id])
  })

  it('is written once a day by one process, however many requests there are', async () => {
    const alice = app.stranger('alice')
    // Counted when they begin: the test may see what was written before the process knows of it.
    const begun = vi.spyOn(app.server.database, 'beside')
    onTestFinished(() => {
      begun.mockRestore()
    })
    const writes = () => begun.mock.calls.filter(([name]) => name === 'presence').length
    await alice.ask('{ viewer { id } }')
    await written()
    const before = writes()
    for (let time = 0; time < 5; time++) {
      await alice.ask('{ viewer { id } }')
      await sleep(500)
    }
    // Unless it was midnight.
    expect(writes() - before).toBe((await daysOf(alice)).length - 1)
  })
})
