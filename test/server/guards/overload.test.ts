import { expect, it, onTestFinished, vi } from 'vitest'
import type { Queryable } from '../../../src/database/sql.ts'
import { sql } from '../../../src/database/sql.ts'
import { DatabaseTransaction } from '../../../src/database/transaction.ts'
import { limits } from '../../../src/limits.ts'
import { keepLog } from '../../support/log.ts'
import {
  openIsolatedTestService,
  openTestService,
  type TestService,
} from '../../support/test-service.ts'
import { fromGateway, send } from '../../support/wire.ts'

const log = keepLog()
const pool = 2
const app = await openTestService(
  { NODE_ENV: 'production', DATABASE_POOL_SIZE: String(pool), LOG_LEVEL: 'info' },
  log,
)
const Contacts = '{ viewer { contacts { totalCount } } }'
const Block = 'mutation ($id: ID!) { blockUser(userId: $id) { changed } }'
const AddContact = 'mutation ($id: ID!) { addContact(userId: $id) { changed } }'

/** How many connections of the pool are in use. */
const inUse = ({ server }: TestService) => server.database.load.open - server.database.load.idle

/** Takes every connection of the pool, until the answer is called. */
async function takeAll(): Promise<() => Promise<void>> {
  const sessions = Array.from({ length: pool }, () =>
    app.server.database.as({ kind: 'service', name: 'test' }),
  )
  const look = (from: Queryable) => from.rows('test.look', sql`select 1`)
  await Promise.all(sessions.map((session) => look(session.read)))
  const letGo = async () => {
    await Promise.all(sessions.map((session) => session.finish()))
  }
  onTestFinished(letGo)
  return letGo
}

const metric = async (name: string) => {
  const url = new URL('metrics', app.server.url).href
  const { body } = await send(url, { method: 'GET' })
  return Number(
    body
      .split('\n')
      .find((line) => line.startsWith(name))
      ?.split(' ')
      .at(-1) ?? 0,
  )
}

it('more clients than can be served are told so, none of them with an unexpected error, and then everybody is served', async () => {
  const [alice] = await app.people('alice')
  expect((await alice.ask(Contacts)).errors).toEqual([])
  log.clear()
  const letGo = await takeAll()
  const most = pool * limits.overload.waitingPerConnection
  const answers = await Promise.all(
    Array.from({ length: most + 30 }, () => alice.askOnce(Contacts)),
  )
  for (const { status, data, errors } of answers) {
    expect({ status, data }).toEqual({ status: 200, data: { viewer: { contacts: null } } })
    expect(errors.map(({ extensions }) => extensions)).toEqual([
      { code: 'OVERLOADED', retryAfter: 1 },
    ])
  }
  // Those for whom there was no room to wait were told at once, the others when they had waited for
  // long enough.
  const reason = (name: string) =>
    metric(`connections_retryable_errors_total{code="OVERLOADED",reason="${name}"}`)
  const [full, waited] = [await reason('pool_full'), await reason('pool_wait')]
  expect(full).toBeGreaterThan(0)
  expect(full + waited).toBe(most + 30)
  await letGo()
  expect((await alice.ask(Contacts)).errors).toEqual([])
  expect(log.told()).toEqual([])
  expect(app.server.database.load).toMatchObject({ waiting: 0 })
})

it('a document that came before, and is compiled, is answered when there is no connection for it', async () => {
  const [alice] = await app.people('alice')
  const Lists =
    '{ viewer { friends { edges { node { id } } } contacts { edges { node { id } } } } }'
  for (let time = 0; time < 4; time++) expect((await alice.ask(Lists)).errors).toEqual([])
  const letGo = await takeAll()
  const most = pool * limits.overload.waitingPerConnection
  const answers = await Promise.all(Array.from({ length: most + 5 }, () => alice.askOnce(Lists)))
  for (const { errors } of answers) {
    const codes = errors.map(({ extensions }) => extensions.code)
    expect(codes).toEqual(['OVERLOADED', 'OVERLOADED'])
  }
  await letGo()
  expect((await alice.ask(Lists)).errors).toEqual([])
})

it('an answer that could be had later says after how many seconds, and with which status depends on what the client reads', async () => {
  const [alice, bob] = await app.people('alice', 'bob')
  expect((await alice.ask(Contacts)).errors).toEqual([])
  const token = await alice.token()
  await takeAll()
  const ask = (accept: string, query: string) =>
    send(app.server.url, {
      headers: { ...fromGateway(token), accept },
      body: JSON.stringify({ query, variables: { id: bob.id } }),
    })
  const kinds = ['application/json', 'application/graphql-response+json']
  const answers = await Promise.all(
    [AddContact, Contacts].flatMap((query) => kinds.map((kind) => ask(kind, query))),
  )
  expect(answers.map(({ status, headers }) => [status, headers['retry-after']])).toEqual([
    [200, '1'],
    [503, '1'],
    // A part of the answer is there.
    [200, undefined],
    [200, undefined],
  ])
})

it('who blocks somebody waits for a place as long as the request may, and is not sent away', async () => {
  const [alice, bob] = await app.people('alice', 'bob')
  expect((await alice.ask(Contacts)).errors).toEqual([])
  const letGo = await takeAll()
  const crowd = Array.from({ length: pool * limits.overload.waitingPerConnection + 5 }, () =>
    alice.askOnce(Contacts),
  )
  const blocking = alice.askOnce(Block, { id: bob.id })
  // By then, who may be refused has been.
  const refused = (await Promise.all(crowd)).filter(({ errors }) => errors.length > 0)
  expect(refused).toHaveLength(crowd.length)
  await letGo()
  expect(await blocking).toMatchObject({ data: { blockUser: { changed: true } }, errors: [] })
})

it('an operation of many costly fields is cut off as a whole, in Postgres too', async () => {
  const slow = await openIsolatedTestService({ NODE_ENV: 'production', DATABASE_POOL_SIZE: '1' })
  const [alice, bob] = await slow.people('alice', 'bob')
  await alice.ask(AddContact, { id: bob.id })
  // Each look at her one contact takes a while: all of them would take far longer than an
  // operation may.
  await slow.admin.query(
    `create function look_slowly() returns boolean language sql volatile
         as $$ select pg_sleep(1) is not null $$;
       grant execute on function look_slowly to connections_app;
     create policy slowly on user_contacts as restrictive for select to connections_app using (look_slowly())`,
  )
  const fields = Array.from(
    { length: 15 },
    (_, n) => `c${String(n)}: contacts(first: ${String(n + 1)}) { edges { cursor } }`,
  )
  const { data, errors } = await alice.askOnce(`{ viewer { ${fields.join(' ')} } }`)
  expect(data).not.toBeUndefined()
  expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['OVERLOADED']))
  expect(inUse(slow)).toBe(0)
  const busy = async () =>
    (
      await slow.admin.query(
        `select from pg_stat_activity
          where datname = current_database() and application_name = 'connections' and state = 'active'`,
      )
    ).rowCount
  await expect.poll(busy).toBe(0)
})

it('an operation that waits for what never comes is answered when its request has had its time', async () => {
  const [alice] = await app.people('alice')
  expect((await alice.ask(Contacts)).errors).toEqual([])
  // Once it is written that she was here, nothing is done beside her requests.
  const days = () => app.admin.query('select from activity_days where user_id = $1', [alice.id])
  await expect.poll(async () => (await days()).rowCount).toBe(1)
  const headers = fromGateway(await alice.token())
  log.clear()
  const ask = (accept: string) =>
    send(app.server.url, {
      headers: { ...headers, accept },
      body: JSON.stringify({ query: '{ viewer { friends { edges { node { id } } } } }' }),
    })
  const rows = vi.spyOn(DatabaseTransaction.prototype, 'rows')
  onTestFinished(() => {
    rows.mockRestore()
  })
  rows.mockReturnValue(new Promise(() => undefined))
  const answers = await Promise.all(
    ['application/json', 'application/graphql-response+json'].map(ask),
  )
  expect(answers.map(({ status, headers }) => [status, headers['content-type']])).toEqual([
    [200, 'application/json; charset=utf-8'],
    [503, 'application/graphql-response+json; charset=utf-8'],
  ])
  for (const { body, headers } of answers) {
    expect(headers['retry-after']).toBe('1')
    expect(JSON.parse(body)).toEqual({
      errors: [
        {
          message: 'The service is overloaded. Try again later.',
          extensions: { code: 'OVERLOADED', retryAfter: 1 },
        },
      ],
    })
  }
  expect(log.told().map(({ msg }) => msg)).toEqual(
    Array(2).fill('an operation did not finish in time'),
  )
  rows.mockRestore()
  expect((await alice.ask(Contacts)).errors).toEqual([])
  expect(inUse(app)).toBe(0)
})
