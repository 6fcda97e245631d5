import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type RunningServer, startServer } from '../../src/server/server.ts'
import { keepLog } from '../support/log.ts'
import { openProxy } from '../support/tcp-proxy.ts'
import { openTestService, type Person } from '../support/test-service.ts'
import { fromGateway, send } from '../support/wire.ts'

const app = await openTestService({ NODE_ENV: 'production' })
const pool = 4
interface Body {
  readonly data: { readonly viewer: { readonly id: string } } | null
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[]
}
const Me = '{ viewer { id contacts { totalCount } } }'

/** The service behind a network that can go silent, with every connection of its pool open. */
async function behindProxy(people: readonly Person[]) {
  const { hostname, port } = new URL(app.database.loginUrl)
  const proxy = await openProxy({ host: hostname, port: Number(port) })
  onTestFinished(() => proxy.close())
  const url = new URL(app.database.loginUrl)
  url.port = String(proxy.port)
  const log = keepLog()
  const database = { ...app.config.database, url: url.href, poolSize: pool }
  const server = await startServer({ ...app.config, logLevel: 'info', database }, log)
  onTestFinished(() => server.drain())
  const headers = await Promise.all(people.map(async (person) => fromGateway(await person.token())))
  /** Everybody asks who they are, several times at once. */
  const round = () =>
    Promise.all(
      Array.from({ length: 3 * pool }, async (_, n) => {
        const { body } = await send(server.url, {
          headers: headers[n % people.length] ?? {},
          body: JSON.stringify({ query: Me }),
        })
        const { data, errors = [] } = JSON.parse(body) as Body
        return { id: data?.viewer.id, errors }
      }),
    )
  const ids = people.map(({ id }) => id)
  const right = Array.from({ length: 3 * pool }, (_, n) => ({
    id: ids[n % ids.length],
    errors: [],
  }))
  expect(await round()).toEqual(right)
  return { proxy, server, log, round, right }
}

const ready = async ({ url }: RunningServer) =>
  (await send(new URL('readyz', url).href, { method: 'GET' })).status

describe('connections to Postgres that go silent while new ones would work', () => {
  it('are thrown away: everybody is soon answered again, each with their own', async () => {
    const people = await app.people('alice', 'bob', 'carol')
    const { proxy, server, log, round, right } = await behindProxy(people)
    /** Who is answered; on a busy machine somebody may be told to come again. */
    const served = async () => {
      const answers = await round()
      for (const [n, { id, errors }] of answers.entries())
        if (errors.length === 0) expect(id).toBe(right[n]?.id)
        else
          for (const { extensions } of errors)
            expect(['DATABASE_UNAVAILABLE', 'OVERLOADED']).toContain(extensions.code)
      return answers
    }
    proxy.silence()
    const rounds = [round()]
    for (let n = 0; n < 4; n++) {
      await sleep(500)
      rounds.push(round())
    }
    const answers = (await Promise.all(rounds)).flat()
    const codes = answers.flatMap(({ errors }) => errors.map(({ extensions }) => extensions.code))
    expect(codes).toContain('DATABASE_UNAVAILABLE')
    expect(codes).not.toContain('INTERNAL_SERVER_ERROR')
    // Otherwise it would take TCP's fifteen minutes.
    await expect.poll(round).toEqual(right)
    // Whatever comes late on a connection that was given up, nobody hears it.
    proxy.speak()
    for (let n = 0; n < 5; n++) await served()
    await expect.poll(served).toEqual(right)
    await expect.poll(() => ready(server)).toBe(200)
    expect(log.told().map(({ msg }) => msg)).toEqual([
      'the database is unavailable',
      'the database is available again',
    ])
    expect(server.database.load).toMatchObject({ waiting: 0 })
    expect(server.database.silent).toBeGreaterThan(0)
  })

  it('keep nobody from ending the service in time', async () => {
    const people = await app.people('alice', 'bob', 'carol')
    const { proxy, server, round } = await behindProxy(people)
    proxy.silence()
    // Answered, or hung up on by a service that has waited for as long as it may.
    const hanging = round().catch(() => null)
    await sleep(300)
    const begun = performance.now()
    await server.drain()
    // Platforms kill ten seconds after the signal.
    expect(performance.now() - begun).toBeLessThan(9_500)
    await hanging
  })
})
