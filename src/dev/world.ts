import { realpath } from 'node:fs/promises'
import { DEVELOPMENT_GATEWAY_SECRET, readConfig } from '../config.ts'
import { startServer } from '../server.ts'
import { startAccounts } from './accounts.ts'
import { prepareDatabase } from './database.ts'
import { createIssuer, keptKey } from './issuer.ts'
import { bringPeople } from './people.ts'
import { choosePort } from './ports.ts'
import { startPostgres } from './postgres.ts'
import { Trouble } from './trouble.ts'
import { type WorldPlaces, claim, clusterOf, keyOf } from './world-file.ts'

/** What the world is started with. */
export interface WorldOptions {
  readonly dataDirectory: string
  /** The process that will own the data directory. */
  readonly pid: number
  /** `PORT`, `HOST`, `ACCOUNTS_PORT`, `POSTGRES_PORT`, `GATEWAY_SECRETS`, `LOG_LEVEL`; the rest is the world's own to say. */
  readonly env: Record<string, string | undefined>
  /** A busy port is an error, instead of a reason to take another one. */
  readonly strictPort: boolean
  /** Told what the developer should know before the world is ready. */
  readonly notice: (sentence: string) => void
}

/** A dev world, from its first moment. */
export interface World {
  /** Rejects with what went wrong, after everything that was started has been stopped. */
  readonly ready: Promise<WorldPlaces>
  /** Stops everything in the reverse order, also in the middle of a start. */
  readonly stop: () => Promise<void>
}

/** Starts the world around the service, and the service in it as production would: Postgres, accounts, subgraph. */
export function startWorld(options: WorldOptions): World {
  const stops: (() => Promise<void>)[] = []
  let stopping = false
  const stopAll = async (): Promise<void> => {
    const failures: unknown[] = []
    for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) {
      await stop().catch((error: unknown) => failures.push(error))
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be stopped.')
  }
  // What has been started when the developer presses Ctrl-C is stopped, and nothing further is begun.
  const started = (stop: () => Promise<void>): void => {
    stops.push(stop)
    if (stopping) throw new Error('The dev world was stopped while it started.')
  }
  const ready = start(options, started).catch(async (error: unknown) => {
    await stopAll()
    throw error
  })
  return {
    ready,
    stop: async () => {
      stopping = true
      await ready.catch(() => undefined)
      await stopAll()
    },
  }
}

async function start(
  options: WorldOptions,
  started: (stop: () => Promise<void>) => void,
): Promise<WorldPlaces> {
  const { dataDirectory, env } = options
  const ours = await claim(dataDirectory, options.pid)
  started(ours.release)

  const postgres = await startPostgres({
    dataDir: clusterOf(dataDirectory),
    port: () => choose(options, 'Postgres', 'POSTGRES_PORT', 54321),
    durable: true,
  })
  started(postgres.stop)
  if (!postgres.directory.startsWith(await realpath(dataDirectory))) {
    options.notice(
      `Postgres, whose user cannot enter this folder, keeps its data in ${postgres.directory}.`,
    )
  }
  const database = await prepareDatabase(postgres.superuserUrl, 'connections')
  await bringPeople(database, postgres.superuserUrl)

  const issuer = await createIssuer({ key: await keptKey(keyOf(dataDirectory)) })
  const accounts = await startAccounts(
    issuer,
    await choose(options, 'accounts', 'ACCOUNTS_PORT', 4010),
  )
  started(accounts.close)

  const config = readConfig({
    NODE_ENV: 'development',
    HOST: env['HOST'],
    PORT: String(await choose(options, 'the subgraph', 'PORT', 4001, env['HOST'])),
    DATABASE_URL: database.loginUrl,
    AUTH_JWKS_URL: accounts.jwksUrl,
    AUTH_ISSUER: issuer.issuer,
    AUTH_AUDIENCE: issuer.audience,
    GATEWAY_SECRETS: env['GATEWAY_SECRETS'] ?? DEVELOPMENT_GATEWAY_SECRET,
    LOG_LEVEL: env['LOG_LEVEL'] ?? 'warn',
  })
  const server = await startServer(config)
  started(() => server.drain())

  const places = {
    graphqlUrl: server.url,
    accountsUrl: accounts.url,
    ownerUrl: database.ownerUrl,
    loginUrl: database.loginUrl,
  }
  await ours.announce(places)
  return places
}

async function choose(
  { env, strictPort, notice }: WorldOptions,
  purpose: string,
  variable: string,
  usual: number,
  host?: string,
): Promise<number> {
  const choice = await choosePort(
    purpose,
    portFrom(variable, env[variable], usual),
    strictPort,
    host,
  )
  if (choice.notice !== undefined) notice(choice.notice)
  return choice.port
}

function portFrom(variable: string, text: string | undefined, usual: number): number {
  if (text === undefined || text === '') return usual
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port
  throw new Trouble(`${variable} must be a port from 0 (any free one) to 65535.`)
}
