import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { explained, explainedConnect } from '../../src/database/outage.ts'
import { prepareDatabase } from '../../src/dev/database.ts'
import { freePort } from '../../src/dev/ports.ts'
import { removePostgres, startPostgres } from '../../src/dev/postgres.ts'
import { startServer } from '../../src/server/server.ts'
import { keepLog } from '../support/log.ts'
import { openProxy } from '../support/tcp-proxy.ts'
import { openTestService } from '../support/test-service.ts'
import { fromGateway, send } from '../support/wire.ts'

const app = await openTestService({ NODE_ENV: 'production' })
const Contacts = '{ viewer { contacts { totalCount } } }'
const AddContact = 'mutation ($id: ID!) { addContact(userId: $id) { changed } }'

/** The service on a Postgres of its own, which can be stopped and started again. */
async function onOwnPostgres() {
  const dataDir = await mkdtemp(join(tmpdir(), 'connections-outage-'))
  const port = await freePort()
  const start = () => startPostgres({ dataDir, durable: true, port, settings: { fsync: 'off' } })
  let postgres = await start()
  onTestFinished(async () => {
    await postgres.stop()
    await removePostgres(dataDir)
  })
  const { loginUrl } = await prepareDatabase(postgres.superuserUrl, 'outage')
  const log = keepLog()
  const database = { ...app.config.database, url: loginUrl }
  const server = await startServer({ ...app.config, logLevel: 'info', database }, log)
  onTestFinished(() => server.drain())
  const [alice, bob] = [app.stranger('alice'), app.stranger('bob')]
  const look = (route: string) => send(new URL(route, server.url).href, { method: 'GET' })
  return {
    log,
    bob,
    directory: postgres.directory,
    stop: () => postgres.stop(),
    start: async () => {
      postgres = await start()
    },
    ask: async (query: string, person = alice) => {
      const { status, body } = await send(server.url, {
        headers: fromGateway(await person.token()),
        body: JSON.stringify({ query, variables: { id: bob.id } }),
      })
      const { data, errors = [] } = JSON.parse(body) as {
        data?: unknown
        errors?: { extensions: { code: string } }[]
      }
      return { status, data, codes: errors.map(({ extensions }) => extensions.code), body }
    },
    readyz: async () => (await look('readyz')).body,
    up: async () => /^connections_database_up (\d)$/m.exec((await look('metrics')).body)?.[1],
  }
}

it(
  'a database that is down is told as that, to each client, once to the log, and by readyz',
  { timeout: 120_000 },
  async () => {
    const { log, stop, start, ask, readyz, up } = await onOwnPostgres()
    expect(await ask(Contacts)).toMatchObject({ status: 200, codes: [] })
    expect(await readyz()).toBe('{"status":"ok"}')
    log.clear()
    await stop()
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, n) => ask(n % 2 === 0 ? Contacts : AddContact)),
    )
    for (const { status, codes, body } of answers) {
      expect(codes).toEqual(['DATABASE_UNAVAILABLE'])
      expect(status).toBe(200)
      expect(body).not.toMatch(/ECONN|127\.0\.0\.1|terminat/)
    }
    expect(await ask(Contacts, app.stranger('carol'))).toMatchObject({
      status: 200,
      codes: ['DATABASE_UNAVAILABLE'],
    })
    expect(await readyz()).toBe('{"status":"database unreachable"}')
    expect(await up()).toBe('0')
    expect(log.told()).toMatchObject([
      { level: 50, msg: 'the database is unavailable', code: 'ECONNREFUSED' },
    ])
    await start()
    await expect.poll(async () => (await ask(Contacts)).codes).toEqual([])
    expect(await readyz()).toBe('{"status":"ok"}')
    expect(await up()).toBe('1')
    expect(log.told().map(({ level, msg }) => ({ level, msg }))).toEqual([
      { level: 50, msg: 'the database is unavailable' },
      { level: 30, msg: 'the database is available again' },
    ])
    expect(log.told().at(-1)?.['lastedMs']).toBeGreaterThan(0)
    expect(log.text()).not.toContain('unexpected error')
  },
)

it('a database that takes no writes is read from all the same', { timeout: 120_000 }, async () => {
  const { log, directory, stop, start, ask, readyz, bob } = await onOwnPostgres()
  expect(await ask(Contacts)).toMatchObject({ codes: [] })
  expect(await ask(Contacts, bob)).toMatchObject({ codes: [] })
  await stop()
  // Like a server from which somebody else has taken over.
  await writeFile(join(directory, 'standby.signal'), '')
  await start()
  log.clear()
  for (let time = 0; time < 3; time++) {
    expect(await ask(AddContact)).toMatchObject({ data: null, codes: ['DATABASE_UNAVAILABLE'] })
    expect(await ask(Contacts)).toMatchObject({ codes: [] })
  }
  expect(await ask(Contacts, app.stranger('dave'))).toMatchObject({ codes: [] })
  expect(await readyz()).toBe('{"status":"database read-only"}')
  // That it is there again may be told late.
  const told = log.told().map(({ msg }) => msg)
  const after = told.slice(told.lastIndexOf('the database is available again') + 1)
  expect(after).toEqual(['the database is read-only'])
})

it('keeps no connection open on which it has no password to log in with', async () => {
  const url = new URL(app.database.loginUrl)
  const proxy = await openProxy({ host: url.hostname, port: Number(url.port) })
  onTestFinished(() => proxy.close())
  url.port = String(proxy.port)
  url.password = ''
  const database = { ...app.config.database, url: url.href }
  const server = await startServer({ ...app.config, database }, keepLog())
  onTestFinished(() => server.drain())
  const headers = fromGateway(await app.stranger('alice').token())
  for (let times = 0; times < 4; times++) {
    const { body } = await send(server.url, { headers, body: JSON.stringify({ query: Contacts }) })
    expect(body).toContain('DATABASE_UNAVAILABLE')
  }
  await expect.poll(() => proxy.open).toBe(0)
})

it.each([
  ['55P03', 'OVERLOADED'],
  ['57014', 'OVERLOADED'],
  ['40001', 'OVERLOADED'],
  ['53300', 'OVERLOADED'],
  ['57P01', 'DATABASE_UNAVAILABLE'],
  ['57P03', 'DATABASE_UNAVAILABLE'],
  ['08006', 'DATABASE_UNAVAILABLE'],
  ['ECONNRESET', 'DATABASE_UNAVAILABLE'],
  ['P1017', 'DATABASE_UNAVAILABLE'],
  ['23505', undefined],
  ['XX000', undefined],
])('the failure %s is %s', (code, told) => {
  const error = Object.assign(new Error('no'), { code })
  const { extensions } = explained(error) as { extensions?: { code: string } }
  expect(extensions?.code).toBe(told)
  // Whatever Postgres says to who connects, nobody can be answered.
  expect(explainedConnect(error).extensions['code']).toBe(told ?? 'DATABASE_UNAVAILABLE')
})
