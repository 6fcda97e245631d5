import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { prepareDatabase } from '../../../src/dev/database.ts'
import { freePort } from '../../../src/dev/ports.ts'
import { startIssuer } from '../../support/issuer.ts'
import { addEndpoint, openConsumer } from '../../support/open-consumer.ts'
import { Changes, registerPeople } from './changes.ts'
import { compareConsumer, type Differences } from './compare-consumer.ts'
import { type Killable, startKillablePostgres, startProcess } from './processes.ts'

export interface EventsProof extends Differences {
  readonly changes: number
  readonly events: number
  /** How often each was killed, by name. */
  readonly kills: Readonly<Record<string, number>>
  /** Requests that had to be sent again. */
  readonly resent: number
}

export interface EventsOptions {
  /** At least so many, and until each was killed once. */
  readonly changes: number
  readonly people: number
  /** Mean time between two kills, in milliseconds. */
  readonly killEveryMs: number
  /** The lease of the worker: with another one than the usual, a worker for tests runs. */
  readonly leaseMs: number | null
  readonly dataDir: string
  readonly say: (line: string) => void
}

const secret = 'the-gateway-secret-of-the-proof'
const clients = 16

/**
 * Lets people change things while the service, its worker and its Postgres are killed (-9) at
 * random, and compares in the end what a consumer of events knows with the database.
 */
export async function proveEvents(options: EventsOptions): Promise<EventsProof> {
  const { say } = options
  const postgres = await startKillablePostgres(options.dataDir)
  const running: Killable[] = [postgres]
  const [issuer, consumer] = [await startIssuer(), await openConsumer()]
  try {
    const urls = await prepareDatabase(postgres.superuserUrl, 'proof')
    const adminUrl = new URL(postgres.superuserUrl)
    adminUrl.pathname = '/proof'
    const ask = async <T>(work: (admin: pg.Client) => Promise<T>): Promise<T> => {
      const admin = new pg.Client({ connectionString: adminUrl.href })
      await admin.connect()
      try {
        return await work(admin)
      } finally {
        await admin.end()
      }
    }
    const people = await ask(async (admin) => {
      await addEndpoint(admin, consumer)
      return registerPeople(admin, options.people)
    })
    const port = await freePort()
    const origin = `http://127.0.0.1:${String(port)}`
    const service = {
      NODE_ENV: 'production',
      PORT: String(port),
      DATABASE_URL: urls.loginUrl,
      AUTH_JWKS_URL: issuer.jwksUrl,
      AUTH_ISSUER: issuer.url,
      AUTH_AUDIENCE: issuer.audience,
      GATEWAY_SECRETS: secret,
      SHUTDOWN_GRACE: '0',
      LOG_LEVEL: 'silent',
    }
    const isReady = async () => (await fetch(`${origin}/readyz`).catch(() => null))?.status === 200
    running.unshift(await startProcess('service', 'src/main.ts', ['serve'], service, isReady))
    const [file, args] =
      options.leaseMs === null
        ? ['src/main.ts', ['worker']]
        : ['test/support/worker-process.ts', [urls.workerUrl, String(options.leaseMs)]]
    const settings = { DATABASE_DIRECT_URL: urls.workerUrl, LOG_LEVEL: 'silent' }
    const begins = () => Promise.resolve(true)
    running.unshift(await startProcess('worker', file, args, settings, begins))

    const changes = new Changes(people, issuer, `${origin}/graphql`, secret)
    const kills = new Map(running.map((one) => [one, 0]))
    const isEnough = () => changes.done >= options.changes && Math.min(...kills.values()) > 0
    const killing = (async () => {
      for (;;) {
        await sleep(options.killEveryMs * (0.5 + Math.random()))
        if (isEnough()) return
        const victim = leastKilled(kills)
        kills.set(victim, (kills.get(victim) ?? 0) + 1)
        say(`${changes.done} changes made: killing ${victim.name}`)
        await victim.restart()
      }
    })()
    await changes.make(isEnough, clients)
    await killing
    say(`${changes.done} changes made; waiting for the last events`)
    await ask((admin) => allDelivered(admin))
    const events = consumer.events()
    const differences = await ask((admin) => compareConsumer(events, admin))
    const total = await ask(async (admin) => {
      const { rows } = await admin.query<{ count: number }>('select count(*)::int from outbox')
      return rows[0]?.count ?? 0
    })
    return {
      ...differences,
      changes: changes.done,
      events: total,
      kills: Object.fromEntries([...kills].map(([{ name }, times]) => [name, times])),
      resent: changes.repeated,
    }
  } finally {
    for (const one of running) await one.stop()
    await issuer.close()
    consumer.close()
  }
}

/** One of those that were killed least often, at random. */
function leastKilled(kills: ReadonlyMap<Killable, number>): Killable {
  const least = Math.min(...kills.values())
  const candidates = [...kills.keys()].filter((one) => kills.get(one) === least)
  const one = candidates[Math.floor(Math.random() * candidates.length)]
  if (one === undefined) throw new Error('There is nothing to kill.')
  return one
}

/** Waits until every event is dispatched and no delivery is open. */
async function allDelivered(admin: pg.Client): Promise<void> {
  const patience = Date.now() + 180_000
  for (;;) {
    const { rows } = await admin.query<{ open: number }>(
      `select (select count(*) from outbox where dispatch_number is null)::int
              + (select count(*) from webhook_deliveries where state = 'pending')::int as open`,
    )
    if (rows[0]?.open === 0) return
    if (Date.now() > patience) throw new Error(`${String(rows[0]?.open)} events did not arrive.`)
    await sleep(200)
  }
}
