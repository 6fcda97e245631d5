import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { GraphQLError } from 'graphql'
import pg from 'pg'
import { afterAll, inject, onTestFinished } from 'vitest'
import { readConfig } from '../../src/config.ts'
import type { Session } from '../../src/database/session.ts'
import { cloneDatabase, dropDatabase } from '../../src/dev/database.ts'
import { parseUserId, type UserId } from '../../src/graphql/ids.ts'
import { registerUsers } from '../../src/modules/users/service.ts'
import { startServer } from '../../src/server/server.ts'
import { problemsOfEvents } from './events.ts'
import { startIssuer } from './issuer.ts'

export const gatewaySecret = 'the-current-gateway-secret'
export const oldGatewaySecret = 'the-gateway-secret-before'

/** What came back from one operation, as a client sees it, and what it cost. */
export interface Answer {
  readonly status: number
  /** The body's bytes, for answers that must be alike. */
  readonly body: string
  // A test knows the shape that it asked for.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly data: any
  readonly errors: readonly { message: string; path?: unknown[]; extensions: { code: string } }[]
  /** Names of the SQL statements of the operation, in order. */
  readonly statements: readonly string[]
}

type Ask = (document: string, variables?: Record<string, unknown>) => Promise<Answer>

/** Somebody who can ask the service something. */
export interface Asker {
  /**
   * Asks again while the service is busy, as a client does that is told to: on a slow machine it is
   * busy with what a test does at one instant. What is OVERLOADED for 20 seconds is answered so.
   */
  readonly ask: Ask
  token(): Promise<string | null>
}

/** An asker for tests of overload, too. */
interface PatientAsker extends Asker {
  /** Takes the first answer. */
  readonly askOnce: Ask
}

export interface Person extends PatientAsker {
  readonly name: string
  readonly id: UserId
}

/**
 * A Postgres with a migrated database that is cloned for each service: the one of the run, if
 * nothing is said.
 */
export type TestPostgres = Readonly<{ superuserUrl: string; template: string }>

export type TestService = Awaited<ReturnType<typeof startStack>>

/**
 * The real service on a database of its own, with an auth service beside it. Closed after the
 * file's tests.
 * @param settings environment on top of the usual one; `LOG_LEVEL` is `silent` unless told
 * otherwise
 * @param logTo where the service's log goes
 * @param postgres where its database is made
 */
export async function openTestService(
  ...settings: Parameters<typeof startStack>
): Promise<TestService> {
  const app = await startStack(...settings)
  afterAll(app.close)
  return app
}

/** A test service for one test, closed when the test is over. */
export async function openIsolatedTestService(
  ...settings: Parameters<typeof startStack>
): Promise<TestService> {
  const app = await startStack(...settings)
  onTestFinished(app.close)
  return app
}

/** The same, for the caller to close. */
export async function startStack(
  settings: Record<string, string> = {},
  logTo?: { write(line: string): void },
  postgres: TestPostgres = inject('postgres'),
) {
  const { superuserUrl, template } = postgres
  const database = await cloneDatabase(superuserUrl, template, `test_${randomUUID()}`)
  const issuer = await startIssuer()
  const config = readConfig({
    NODE_ENV: 'test',
    PORT: '0',
    DATABASE_URL: database.loginUrl,
    AUTH_JWKS_URL: issuer.jwksUrl,
    AUTH_ISSUER: issuer.url,
    AUTH_AUDIENCE: issuer.audience,
    GATEWAY_SECRETS: `${gatewaySecret},${oldGatewaySecret}`,
    LOG_LEVEL: 'silent',
    SHUTDOWN_GRACE: '0',
    ...settings,
  })
  const server = await startServer(config, logTo)
  const lastSession = rememberSessions(server.database)
  const adminUrl = asSuperuser(superuserUrl, database.name)
  const admin = new pg.Pool({ connectionString: adminUrl, max: 2 })
  // Connections that are ending may still be open when their database is dropped. Without these the
  // test would fail then, because the pool passes on what Postgres says to them.
  admin.on('connect', (connection) => connection.on('error', () => undefined))
  admin.on('error', () => undefined)

  const close = async () => {
    const problems = await problemsOfEvents(admin).catch(unlessGone)
    await server.drain()
    await admin.end()
    await issuer.close()
    await dropDatabase(superuserUrl, database.name)
    // Every event that a test has caused is one that the catalogue describes.
    if (problems.length > 0) throw new Error(`Events: ${[...new Set(problems)].join('; ')}`)
  }

  const asker = (token: () => Promise<string | null>): PatientAsker => {
    const askOnce: Ask = async (query, variables = {}) => {
      const bearer = await token()
      const response = await server.app.inject({
        method: 'POST',
        url: '/graphql',
        headers: {
          'x-gateway-secret': gatewaySecret,
          ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
        },
        payload: { query, variables },
      })
      const { data, errors = [] } = JSON.parse(response.body) as Partial<
        Pick<Answer, 'data' | 'errors'>
      >
      const statements = lastSession()?.statistics.statements ?? []
      return { status: response.statusCode, body: response.body, data, errors, statements }
    }
    return { token, askOnce, ask: askAgain(askOnce) }
  }

  return {
    close,
    database,
    server,
    issuer,
    config,
    /** SQL past all row security, for looking and for setting up what no verb can. */
    admin,
    adminUrl,
    nobody: asker(() => Promise.resolve(null)),
    service: asker(() =>
      issuer.token({ sub: 'service:test', client_id: 'test', scope: 'openid connections:service' }),
    ),
    /** New people with these names, registered, unknown to all other tests of the file. */
    async people<const Names extends readonly string[]>(
      ...names: Names
    ): Promise<{ [Index in keyof Names]: Person }> {
      const people = names.map((name) => personOf(name, newUserId()))
      const ids = people.map(({ id }) => id)
      await whileBusy(() =>
        registerUsers(server.database.as({ kind: 'service', name: 'test' }), ids),
      )
      return people as { [Index in keyof Names]: Person }
    },
    /** Somebody whom the service has never heard of, with a good token. */
    stranger: (name: string, id = newUserId()) => personOf(name, id),
    asker,
  }

  function personOf(name: string, id: UserId): Person {
    return { name, id, ...asker(() => issuer.token({ sub: id })) }
  }
}

/** Asks until the service is not busy, for 20 seconds; a mutation that did something only once. */
export function askAgain(ask: Ask): Ask {
  return async (document, variables) => {
    const until = performance.now() + 20_000
    for (;;) {
      const answer = await ask(document, variables)
      const isBusy = answer.errors.some(({ extensions }) => extensions.code === 'OVERLOADED')
      const isDone = document.trimStart().startsWith('mutation') && Boolean(answer.data)
      if (!isBusy || isDone || performance.now() > until) return answer
      await sleep(100)
    }
  }
}

/** Does something again while service or database are too busy for it, for 20 seconds. */
export async function whileBusy(work: () => Promise<unknown>): Promise<void> {
  const until = performance.now() + 20_000
  for (;;) {
    try {
      await work()
      return
    } catch (error) {
      const code = error instanceof GraphQLError && error.extensions['code']
      const isBusy = code === 'OVERLOADED' || code === 'DATABASE_UNAVAILABLE'
      if (!isBusy || performance.now() > until) throw error
      await sleep(100)
    }
  }
}

/** A test may have taken the database away, or the outbox in it. Anything else is a failure. */
function unlessGone(error: unknown): never[] {
  const code = (error as { code?: string }).code ?? ''
  if (/^(57|08|53|3D|42P01$|E[A-Z])/.test(code) || code === '') return []
  throw error
}

/** An id that nobody has. */
export function newUserId(): UserId {
  return parseUserId(randomUUID()) ?? newUserId()
}

/**
 * Lets a test see what an operation cost without a hook in the service: the session it went through
 * keeps the statistics.
 */
function rememberSessions(database: {
  as: (identity: never, since?: number) => Session
}): () => Session | undefined {
  const open = database.as.bind(database)
  let last: Session | undefined
  database.as = (identity, since) => (last = open(identity, since))
  return () => last
}

function asSuperuser(superuserUrl: string, name: string): string {
  const url = new URL(superuserUrl)
  url.pathname = `/${name}`
  return url.href
}
