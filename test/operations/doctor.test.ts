import { execFile } from 'node:child_process'
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath, pid as thisProcess } from 'node:process'
import type pg from 'pg'
import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  inject,
  it,
  onTestFinished,
  vi,
} from 'vitest'
import { cloneDatabase, dropDatabase } from '../../src/dev/database.ts'
import { freePort } from '../../src/dev/ports.ts'
import { startPostgres } from '../../src/dev/postgres.ts'
import { checkVersion } from '../../src/operations/doctor/database.ts'
import { examine, type Place } from '../../src/operations/doctor/doctor.ts'
import type { Finding } from '../../src/operations/doctor/finding.ts'
import { childEnvironment } from '../support/child-environment.ts'
import { openClone } from '../support/clone.ts'
import { openForgetfulPooler } from '../support/forgetful-pooler.ts'
import { createKey } from '../support/issuer.ts'
import { hasPgBouncer, openPgBouncer } from '../support/pgbouncer.ts'
import { openTestService } from '../support/test-service.ts'

// Each fault is made for real: on the Postgres of this run, in a key server, on a port.

const { superuserUrl, template } = inject('postgres')
const app = await openTestService()
const clone = await openClone()

/** An environment in which nothing is wrong. */
const healthy = {
  NODE_ENV: 'production',
  HOST: '0.0.0.0',
  PORT: '0',
  DATABASE_URL: app.database.loginUrl,
  DATABASE_DIRECT_URL: app.database.workerUrl,
  AUTH_JWKS_URL: app.issuer.jwksUrl,
  AUTH_ISSUER: app.issuer.url,
  AUTH_AUDIENCE: app.issuer.audience,
  GATEWAY_SECRETS: 'the-secret-of-this-month',
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'connections-doctor-'))
  await app.admin.query('insert into workers (id) values (gen_random_uuid())')
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(() => vi.restoreAllMocks())

describe('a service in which nothing is wrong', () => {
  it('is ok in every check, in the order in which one would look', async () => {
    const findings = await diagnose({})
    expect(findings.map(({ check, state }) => `${check}: ${state}`)).toEqual([
      'node: ok',
      'install: ok',
      'environment: ok',
      'postgres: ok',
      'login: ok',
      'roles: ok',
      'deadlines: ok',
      'migrations: ok',
      'clock: ok',
      'pool: ok',
      'statements: ok',
      'worker: ok',
      'worker URL: ok',
      'jwks: ok',
      'secrets: ok',
      'host: ok',
      'ports: ok',
    ])
  })

  it('is ok too when the owner’s URL is there to look with', async () => {
    const findings = await diagnose({ DATABASE_OWNER_URL: app.database.ownerUrl })
    expect(findings.filter(({ state }) => state !== 'ok')).toEqual([])
  })
})

describe('the process', () => {
  it.each(['20.19.5', '22.17.1'])('is told that Node %s is too old', async (nodeVersion) => {
    const findings = await diagnose({}, { nodeVersion })
    expect(wrongOf(findings, 'node')).toMatchObject({
      says: `${nodeVersion} is too old; >=22.18 is needed`,
    })
  })

  it.each(['22.18.0', '24.21.0', '26.0.0'])('may be of Node %s', async (nodeVersion) => {
    const findings = await diagnose({}, { nodeVersion })
    expect(only(findings, 'node').state).toBe('ok')
  })

  it('is told every problem of its environment, a line each, and what can be examined is', async () => {
    const findings = await diagnose({ AUTH_ISSUER: undefined, LOG_LEVEL: 'loud' })
    expect(of(findings, 'environment').map(({ says }) => says)).toEqual([
      expect.stringContaining('LOG_LEVEL:'),
      'AUTH_ISSUER: required in production',
    ])
    expect(only(findings, 'postgres').state).toBe('ok')
    expect(only(findings, 'jwks').state).toBe('ok')
  })

  it('is told of a variable whose name is near one of the service’s', async () => {
    const findings = await diagnose({ GATEWAY_SECRET: 'a-secret-7f3a-of-the-gateway' })
    expect(of(findings, 'environment')).toMatchObject([
      { state: 'ok' },
      { state: 'note', says: 'Unknown variable GATEWAY_SECRET; did you mean GATEWAY_SECRETS?' },
    ])
  })
})

describe('production', () => {
  it('is not judged by what answers on this machine by chance: what is not set is not asked', async () => {
    const findings = await diagnose({ DATABASE_URL: undefined, AUTH_JWKS_URL: undefined })
    expect(of(findings, 'environment').map(({ says }) => says)).toEqual([
      'DATABASE_URL: required in production',
      'AUTH_JWKS_URL: required in production',
    ])
    for (const check of ['postgres', 'login', 'migrations', 'jwks']) {
      expect(only(findings, check).state).toBe('skipped')
    }
  })

  it.each(['127.0.0.1', '::1', 'localhost', undefined])(
    'is told that nobody else can ask what listens on %s',
    async (HOST) => {
      const { state, says } = only(await diagnose({ HOST }), 'host')
      expect([state, says]).toEqual(['note', expect.stringContaining('set HOST to 0.0.0.0')])
    },
  )
})

describe('a Postgres that does not let us in', () => {
  it.each<[string, () => Promise<string> | string, string]>([
    [
      'that nobody runs',
      async () => urlWith({ port: String(await freePort()) }),
      'nothing is listening on',
    ],
    [
      'with a wrong password',
      () => urlWith({ password: 'wrong-7f3a' }),
      'rejects the password of connections_login',
    ],
    [
      'with no password at all',
      () => urlWith({ password: '' }),
      'requires a password for connections_login',
    ],
    ['without that database', () => urlWith({ pathname: '/nowhere' }), 'has no database nowhere'],
    [
      'whose socket is not there',
      () => 'postgres://role:secret-7f3a@/connections?host=/tmp/nowhere',
      'nothing is listening on /tmp/nowhere/.s.PGSQL.5432',
    ],
    ['that never answers', silentPostgres, 'does not answer within 5 s'],
    ['that is full', fullDatabase, 'has no free connection'],
  ])('%s is told in words, and what hangs on it is not guessed', async (_name, url, words) => {
    const findings = await diagnose({ DATABASE_URL: await url() })
    const { says, fix } = wrongOf(findings, 'postgres')
    expect(says).toContain(words)
    expect(fix).toBeTruthy()
    expect(`${says} ${String(fix)}`).not.toContain('7f3a')
    for (const check of [
      'login',
      'roles',
      'deadlines',
      'migrations',
      'clock',
      'pool',
      'statements',
      'worker',
    ]) {
      expect(only(findings, check).state).toBe('skipped')
    }
    expect(only(findings, 'jwks').state).toBe('ok')
  })

  it('is told when it is too old', async () => {
    // The one fault that this run's Postgres cannot have.
    const old = { host: 'db', port: 5432, query: () => ({ rows: [{ version: '140004' }] }) }
    await expect(checkVersion(old as unknown as pg.Client)).resolves.toMatchObject({
      state: 'error',
      says: 'db:5432 is version 14; 15 is needed',
    })
  })
})

describe('whoever DATABASE_URL logs in as', () => {
  it('is told to be the owner', async () => {
    const findings = await diagnose({ DATABASE_URL: app.database.ownerUrl })
    const { says, fix } = wrongOf(findings, 'login')
    expect(says).toMatch(/^connections_owner owns \d+ objects/)
    expect(fix).toContain('DATABASE_OWNER_URL')
    // The fix of a login must not cut off the migrations of an owner, and what else can be looked
    // at is.
    expect(wrongOf(findings, 'deadlines').fix).not.toContain('alter role')
    expect(only(findings, 'migrations').state).toBe('skipped')
    expect([only(findings, 'clock').state, only(findings, 'pool').state]).toEqual(['ok', 'ok'])
  })

  it('is told to be a superuser', async () => {
    const findings = await diagnose({ DATABASE_URL: superuserUrl })
    expect(wrongOf(findings, 'login').says).toMatch(/^postgres is a superuser/)
  })

  it('is told what it inherits', async () => {
    const url = await login('inherit', 'grant connections_app, connections_service to $role')
    const { says, fix } = wrongOf(await diagnose({ DATABASE_URL: url }), 'login')
    expect(says).toContain(
      'inherits the rights of connections_app, connections_service in every statement',
    )
    await clone.admin.query(fix ?? '')
    expect(only(await diagnose({ DATABASE_URL: url }), 'login').state).toBe('ok')
  })

  it('is told which role it cannot switch to', async () => {
    const url = await login('noinherit', 'grant connections_app to $role')
    const { says, fix } = wrongOf(await diagnose({ DATABASE_URL: url }), 'login')
    expect(says).toContain('cannot SET ROLE to connections_service')
    await clone.admin.query(fix ?? '')
    expect(only(await diagnose({ DATABASE_URL: url }), 'login').state).toBe('ok')
  })

  it('is told which powers are too many', async () => {
    const url = await login('noinherit bypassrls createdb', '')
    const { says, fix } = wrongOf(await diagnose({ DATABASE_URL: url }), 'login')
    expect(says).toContain('has attributes that it must not have: BYPASSRLS, CREATEDB')
    await clone.admin.query(fix ?? '')
    expect(wrongOf(await diagnose({ DATABASE_URL: url }), 'login').says).toContain(
      'cannot SET ROLE to',
    )
  })

  it('is told to have no deadlines, and the fix is one', async () => {
    const url = await login('noinherit', 'grant connections_app, connections_service to $role')
    const { says, fix } = wrongOf(await diagnose({ DATABASE_URL: url }), 'deadlines')
    expect(says).toContain('statement_timeout, lock_timeout, idle_in_transaction_session_timeout')
    await clone.admin.query(fix ?? '')
    expect(only(await diagnose({ DATABASE_URL: url }), 'deadlines')).toMatchObject({
      state: 'ok',
      says: 'statement_timeout 2s, lock_timeout 500ms, idle_in_transaction_session_timeout 10s',
    })
  })
})

it('says what a server lacks on which nothing was done yet', async () => {
  const dataDir = join(folder, 'empty-server')
  const postgres = await startPostgres({ dataDir, durable: false })
  try {
    const findings = await diagnose({ DATABASE_URL: postgres.superuserUrl })
    expect(wrongOf(findings, 'roles')).toMatchObject({
      says: 'missing: connections_app, connections_service, connections_facts, connections_login, connections_worker',
      fix: expect.stringContaining('psql -f prisma/roles.sql') as string,
    })
    expect(wrongOf(findings, 'migrations').says).toMatch(/^pending: 20261128000000_users, /)
  } finally {
    await postgres.stop()
  }
})

describe('a database in which somebody may make things', () => {
  it('is noticed, with the fix', async () => {
    const database = await migrationsAfter(
      `do $$ begin execute format('grant temporary on database %I to public', current_database()); end $$;
       grant create on schema public to connections_app`,
    )
    expect(wrongOf(await diagnose({ DATABASE_URL: database.loginUrl }), 'roles')).toMatchObject({
      says: 'every role can create temporary tables, connections_app can create tables, which could shadow the tables of this service',
      fix: `as the owner of the database: revoke temporary on database "${database.name}" from public; revoke create on schema public from connections_app`,
    })
  })
})

describe('the migrations', () => {
  const first = '20261128000000_users'

  it('that are pending are named, to the service and to the owner', async () => {
    const database = await migrationsAfter(
      `delete from _prisma_migrations where migration_name > '${first}'`,
    )
    const asService = wrongOf(await diagnose({ DATABASE_URL: database.loginUrl }), 'migrations')
    expect(asService.says).toMatch(/^pending: 20261128000100_privacy/)
    const asOwner = wrongOf(
      await diagnose({ DATABASE_URL: database.loginUrl, DATABASE_OWNER_URL: database.ownerUrl }),
      'migrations',
    )
    expect(asOwner).toEqual(asService)
  })

  it('that are not in this version are named, to the service and to the owner', async () => {
    const database = await migrationsAfter(
      `insert into _prisma_migrations (id, checksum, migration_name, finished_at) values ('1', 'x', '20991231000000_later', now())`,
    )
    for (const DATABASE_OWNER_URL of ['', database.ownerUrl]) {
      const findings = await diagnose({ DATABASE_URL: database.loginUrl, DATABASE_OWNER_URL })
      expect(wrongOf(findings, 'migrations').says).toBe(
        'applied, but not in this version: 20991231000000_later',
      )
    }
  })

  it('that were edited since are named to the owner', async () => {
    const database = await migrationsAfter(
      `update _prisma_migrations set checksum = 'x' where migration_name = '${first}'`,
    )
    const findings = await diagnose({
      DATABASE_URL: database.loginUrl,
      DATABASE_OWNER_URL: database.ownerUrl,
    })
    expect(wrongOf(findings, 'migrations').says).toBe(`edited since they were applied: ${first}`)
  })

  it('are told by the service when the owner is not let in, which is told as well', async () => {
    const findings = await diagnose({
      DATABASE_OWNER_URL: urlWith({ username: 'connections_owner', password: 'wrong-7f3a' }),
    })
    expect(of(findings, 'migrations').map(({ state }) => state)).toEqual(['error', 'ok'])
    expect(of(findings, 'migrations')[0]?.fix).toContain('DATABASE_OWNER_URL')
  })

  it('that cannot be asked for are unknown, and every other check goes on', async () => {
    const database = await migrationsAfter(
      'revoke all on function applied_migrations() from connections_service',
    )
    const findings = await diagnose({ DATABASE_URL: database.loginUrl })
    expect(only(findings, 'migrations')).toMatchObject({
      state: 'skipped',
      says: 'could not run: permission denied for function applied_migrations',
    })
    expect(only(findings, 'clock').state).toBe('ok')
    expect(only(findings, 'pool').state).toBe('ok')
  })
})

describe('the clock', () => {
  it.each([
    [-60_000, 'the database is 60.0 s ahead of this process'],
    [3_000, 'the database is 3.0 s behind this process'],
  ])('that goes wrong by %i ms is noticed', async (wrongBy, words) => {
    const now = Date.now.bind(Date)
    vi.spyOn(Date, 'now').mockImplementation(() => now() + wrongBy)
    const { says } = wrongOf(await diagnose({}), 'clock')
    expect(says.replace(/\d+\.\d/, (number) => `${Number(number).toFixed(0)}.0`)).toBe(words)
  })
})

describe('the pool', () => {
  it('that asks for more connections than there is room for is noticed, with those that count', async () => {
    const { says } = wrongOf(await diagnose({ DATABASE_POOL_SIZE: '300' }), 'pool')
    expect(says).toBe('a process opens up to 304 connections, but the server allows it 197')
  })

  it('is held to the limit of its database', async () => {
    const database = await copy()
    await clone.admin.query(`alter database "${database.name}" connection limit 10`)
    const findings = await diagnose({ DATABASE_URL: database.loginUrl })
    expect(wrongOf(findings, 'pool').says).toContain('24 connections, but the server allows it 10')
  })
})

describe('a pooler that loses prepared statements', () => {
  it('is noticed, with the fix, which makes it harmless', async () => {
    const url = new URL(app.database.loginUrl)
    const pooler = await openForgetfulPooler({ host: url.hostname, port: Number(url.port) })
    onTestFinished(pooler.close)
    url.port = String(pooler.port)
    const findings = await diagnose({ DATABASE_URL: url.href })
    const { says, fix } = wrongOf(findings, 'statements')
    expect(says).toContain('loses prepared statements')
    expect(fix).toContain('DATABASE_PREPARE_STATEMENTS=false')
    expect(findings.filter(({ state }) => state === 'error')).toHaveLength(1)
    const fixed = { DATABASE_URL: url.href, DATABASE_PREPARE_STATEMENTS: 'false' }
    expect(only(await diagnose(fixed), 'statements')).toMatchObject({
      state: 'ok',
      says: expect.stringContaining('statements are not prepared'),
    })
  })
})

describe('the worker', () => {
  const backlog = async (sql: string) => {
    await app.admin.query('delete from outbox; delete from workers')
    await app.admin.query(sql)
    const findings = of(await diagnose({}), 'worker')
    await app.admin.query('delete from outbox; delete from workers')
    await app.admin.query('insert into workers (id) values (gen_random_uuid())')
    return findings.map(({ state, says }) => `${state}: ${says.replace(/\d+ s ago/, 'N s ago')}`)
  }
  const event = (due: string) =>
    `insert into outbox (kind, audience, actor_user_id, other_user_id, due_at)
     values ('follow.created', 'people', gen_random_uuid(), gen_random_uuid(), now() - interval '${due}');`
  const seen = (ago: string) =>
    `insert into workers (id, seen_at) values (gen_random_uuid(), now() - interval '${ago}');`

  it('that was never seen, or for a while, is noted: events wait for one', async () => {
    expect(await backlog('')).toEqual([
      'note: no worker has run on this database yet; events wait for one',
    ])
    expect(await backlog(seen('2 hours') + event('1 minute'))).toEqual([
      'note: no worker was seen for 120 min; events wait for one',
    ])
    expect(await backlog(seen('10 seconds'))).toEqual(['ok: a worker was seen N s ago'])
  })

  it('that does not keep up is an error, whether it was seen or not', async () => {
    const old = event('6 minutes') + event('6 minutes') + event('1 second')
    expect(await backlog(old)).toEqual([
      'error: 3 events wait to be dispatched, the oldest for 6 min; no worker has run on this database yet',
    ])
    expect(await backlog(old + seen('1 second'))).toEqual([
      'error: 3 events wait to be dispatched, the oldest for 6 min; a worker was seen N s ago',
    ])
  })

  it('that was disabled somewhere, or gave something up, is noted', async () => {
    const found = await backlog(
      `${seen('1 second')} insert into webhook_endpoints (url, secret, state, disabled_at)
       values ('https://example.com', decode(repeat('00', 32), 'hex'), 'disabled', now())`,
    )
    await app.admin.query('delete from webhook_endpoints')
    expect(found).toEqual([
      'ok: a worker was seen N s ago',
      'note: 1 webhook endpoints are disabled (`connections webhooks list`)',
    ])
  })
})

describe('the URL of the worker', () => {
  const url = (DATABASE_DIRECT_URL: string | undefined) => diagnose({ DATABASE_DIRECT_URL })

  it('is needed only where a worker runs', async () => {
    expect(only(await url(undefined), 'worker URL')).toMatchObject({
      state: 'note',
      says: expect.stringContaining('DATABASE_DIRECT_URL is not set') as string,
    })
  })

  it.each([
    ['the service’s login', () => app.database.loginUrl, 'logs in as connections_login, not as'],
    ['the owner', () => app.database.ownerUrl, 'logs in as connections_owner, not as'],
    ['a superuser', () => superuserUrl, 'postgres bypasses row-level security'],
    [
      'nobody who is let in',
      () => app.database.workerUrl.replace(':connections@', ':wrong-7f3a@'),
      'rejects the password of connections_worker',
    ],
  ])('is noticed when it is that of %s', async (_who, of, words) => {
    const { says, fix } = wrongOf(await url(of()), 'worker URL')
    expect(says).toContain(words)
    expect(fix).toContain('DATABASE_DIRECT_URL')
    expect(`${says} ${String(fix)}`).not.toContain('7f3a')
  })

  it.skipIf(!hasPgBouncer)('is noticed when it leads through PgBouncer', async () => {
    const pooler = await openPgBouncer(new URL(app.database.workerUrl))
    const { says, fix } = wrongOf(await url(pooler), 'worker URL')
    expect(says).toBe('DATABASE_DIRECT_URL goes through a pooler in transaction mode')
    expect(fix).toBe('set DATABASE_DIRECT_URL to the address of Postgres itself')
  })
})

describe('the key server', () => {
  const shared = { kty: 'oct', k: 'c2VjcmV0', alg: 'HS256', kid: 'shared' }
  const damaged = { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', alg: 'ES256' }
  const encrypting = { kty: 'RSA', n: 'AQAB', e: 'AQAB', use: 'enc' }
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({
    format: 'jwk',
  })

  it.each<[string, number, unknown, string]>([
    ['answers 404', 404, { keys: [] }, 'answers 404'],
    ['answers with a page', 200, '<html>Sign in</html>', 'does not answer with a JWKS'],
    ['answers with other JSON', 200, { key: shared }, 'does not answer with a JWKS'],
    ['has no key', 200, { keys: [] }, 'it is empty'],
    ['has shared secrets only', 200, { keys: [shared] }, 'kty oct is not asymmetric'],
    ['has short keys only', 200, { keys: [short] }, '1024 bits are fewer than 2048'],
    [
      'has certificates only',
      200,
      { keys: [{ kty: 'RSA', x5c: ['MIIB'] }] },
      'a certificate (x5c) without the key itself',
    ],
    [
      'has keys of other algorithms only',
      200,
      { keys: [{ kty: 'EC', crv: 'secp256k1', x: 'AA', y: 'AA', alg: 'ES256K' }] },
      'ES256K is not supported',
    ],
    [
      'has keys of another curve than their algorithm only',
      200,
      { keys: [{ ...damaged, alg: 'ES384' }] },
      'damaged',
    ],
    [
      'has damaged and other keys only',
      200,
      { keys: [damaged, encrypting, 'x'] },
      'damaged; not for signatures; not an object',
    ],
    ['shows a private key', 200, { keys: [{ ...damaged, d: 'AA' }] }, 'private key'],
  ])('that %s is told so', async (_name, status, body, words) => {
    const url = await serve((_request, response) => {
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body))
    })
    const { says } = wrongOf(await diagnose({ AUTH_JWKS_URL: `${url}/jwks.json` }), 'jwks')
    expect(says).toContain(`${url}/jwks.json`)
    expect(says).toContain(words)
  })

  it('that has one good key among others is ok', async () => {
    const { publicJwk } = await createKey('good')
    const ed25519 = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
    for (const [good, words] of [
      [[publicJwk], '1 of 3 can verify tokens'],
      [[{ ...ed25519, alg: 'Ed25519' }], '1 of 3 can verify tokens'],
      [[ed25519, { ...ed25519, alg: 'EdDSA' }], '2 of 4 can verify tokens'],
    ] as const) {
      const url = await serve((_request, response) =>
        response.end(JSON.stringify({ keys: [shared, ...good, short] })),
      )
      const { state, says } = only(await diagnose({ AUTH_JWKS_URL: url }), 'jwks')
      expect([state, says]).toEqual([
        'ok',
        `${url}/: ${words}; the others: kty oct is not asymmetric; 1024 bits are fewer than 2048`,
      ])
    }
  })

  it('that sends elsewhere is told so, for the service does not go there', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/keys') response.end('{"keys":[]}')
      else response.writeHead(302, { location: '/keys' }).end()
    })
    expect(wrongOf(await diagnose({ AUTH_JWKS_URL: url }), 'jwks').says).toContain('answers 302')
  })

  it('that nobody runs, or that never answers, is told so', async () => {
    const nobody = `http://127.0.0.1:${String(await freePort())}/`
    expect(wrongOf(await diagnose({ AUTH_JWKS_URL: nobody }), 'jwks').says).toContain(
      'nothing is listening',
    )
    const silent = await serve(() => undefined)
    expect(wrongOf(await diagnose({ AUTH_JWKS_URL: silent }), 'jwks').says).toContain(
      'no answer within 3 s',
    )
  })
})

describe('the gateway secrets', () => {
  it.each([
    ['short-7f3a', 'GATEWAY_SECRETS: each secret needs at least 16 characters'],
    [
      'development-gateway-secret',
      'GATEWAY_SECRETS: is the development default, which production refuses',
    ],
    ['the-same-secret-7f3a, the-same-secret-7f3a', 'GATEWAY_SECRETS: both values are the same'],
    [
      'one-secret-7f3a-one,two-secret-7f3a-two,three-secret-7f3a-three',
      'GATEWAY_SECRETS: must have at most two secrets: the new one and the old one',
    ],
    [undefined, 'GATEWAY_SECRETS: required in production'],
  ])('%s are told what is wrong', async (secrets, words) => {
    const findings = await diagnose({ GATEWAY_SECRETS: secrets })
    expect(wrongOf(findings, 'secrets').says).toBe(words)
    expect(JSON.stringify(findings)).not.toContain('7f3a')
  })

  it.each([
    ['a-secret-without-a-name-7f3a', 'SERVICE_SECRETS: entry 1 has no colon; write name:secret'],
    ['chat:short-7f3a', 'SERVICE_SECRETS: entry 1: each secret needs at least 16 characters'],
  ])('of services are told what is wrong with %s', async (secrets, words) => {
    const findings = await diagnose({ SERVICE_SECRETS: secrets })
    const { says, fix } = wrongOf(findings, 'secrets')
    expect([says, fix]).toEqual([words, expect.stringContaining('name:secret for each backend')])
    expect(JSON.stringify(findings)).not.toContain('7f3a')
  })

  it('of services are told by their names, also beside other faults', async () => {
    const SERVICE_SECRETS =
      'chat:a-good-secret-7f3a,games:another-secret-7f3a,chat:an-old-secret-7f3a'
    const findings = await diagnose({ SERVICE_SECRETS, LOG_LEVEL: 'loud' })
    const secrets = findings.filter(({ check }) => check === 'secrets')
    expect(secrets.map(({ state, says }) => [state, says])).toEqual([
      ['ok', 'one gateway secret'],
      ['note', 'service secrets for chat, games; two for chat (one is being replaced)'],
    ])
    expect(JSON.stringify(findings)).not.toContain('7f3a')
  })

  it('may be the development default where it is no production', async () => {
    const findings = await diagnose({ NODE_ENV: 'development', GATEWAY_SECRETS: undefined })
    expect(only(findings, 'secrets').state).toBe('note')
  })
})

describe('the port', () => {
  it('that somebody has is told with its holder', async () => {
    const port = await hold()
    expect(wrongOf(await diagnose({ PORT: String(port) }), 'ports').says).toContain(
      `${String(port)} is taken by pid ${String(thisProcess)}`,
    )
  })

  it('that the service has already is no fault', async () => {
    const { port } = new URL(app.server.url)
    const { state, says } = only(await diagnose({ PORT: port }), 'ports')
    expect([state, says]).toEqual(['note', expect.stringContaining('answers like this service')])
  })

  it('on an address that is not this machine’s is told so', async () => {
    const { says, fix } = wrongOf(await diagnose({ HOST: '192.0.2.1', PORT: '4001' }), 'ports')
    expect(says).toContain('cannot listen on 192.0.2.1:4001 here (EADDRNOTAVAIL)')
    expect(fix).toContain('set HOST')
  })
})

describe('without an environment that describes a service', () => {
  const nothing = Object.fromEntries(Object.keys(healthy).map((name) => [name, undefined]))

  it('it is what a dev stack would need', async () => {
    const free = ['GATEWAY_PORT', 'PORT', 'ACCOUNTS_PORT', 'GAMES_PORT', 'NOTIFICATIONS_PORT']
    const ports = Object.fromEntries(free.map((name) => [name, '0']))
    const findings = await diagnose({ ...nothing, ...ports, POSTGRES_PORT: String(await hold()) })
    expect(findings.filter(({ state }) => state === 'error' || state === 'skipped')).toEqual([])
    expect(only(findings, 'binaries').says).toContain('PostgreSQL) 18')
    expect(only(findings, 'data folder').says).toBe(`${join(folder, 'stack')} can be created`)
    const found = of(findings, 'ports')
    expect(found.map(({ state }) => state)).toEqual([...free.map(() => 'ok'), 'note'])
    expect(found.at(-1)?.says).toContain(`taken by pid ${String(thisProcess)}`)
  })

  it('a data folder that cannot be made is told', async () => {
    await writeFile(join(folder, 'file'), '')
    const dataDirectory = join(folder, 'file', 'stack')
    const findings = await diagnose(nothing, { dataDirectory })
    expect(wrongOf(findings, 'data folder').says).toContain('is not writable (ENOTDIR')
  })

  it('a stack file that a killed process has left is told, and harms nothing', async () => {
    const child = execFile(execPath, ['--eval', ''])
    await once(child, 'exit')
    await writeFile(
      join(folder, 'stack.json'),
      JSON.stringify({ pid: child.pid, processStartedAt: '1', places: null }, null, 2),
    )
    const findings = await diagnose(nothing, { dataDirectory: folder })
    expect(only(findings, 'dev stack')).toMatchObject({
      state: 'note',
      says: expect.stringContaining(`pid ${String(child.pid)} was killed`) as string,
    })
  })

  it('it is the running dev stack, where one runs: its database, its keys', async () => {
    const places = {
      graphqlUrl: app.server.url,
      accountsUrl: app.issuer.url,
      loginUrl: app.database.loginUrl,
      ownerUrl: app.database.ownerUrl,
      workerUrl: app.database.workerUrl,
    }
    const running = { pid: thisProcess, processStartedAt: '', places } as Place['running']
    const findings = await diagnose(nothing, { running })
    expect(findings.filter(({ state }) => state !== 'ok')).toEqual([])
    expect(findings.map(({ check }) => check)).toEqual(
      expect.arrayContaining(['dev stack', 'migrations', 'jwks', 'binaries']),
    )
  })
})

describe('the command', () => {
  it('exits with 0 without errors, and with 1 otherwise', async () => {
    const good = await command([], healthy)
    expect([good.code, good.output.trim().split('\n').at(-1)]).toEqual([0, 'No errors.'])
    const bad = await command([], { ...healthy, DATABASE_URL: urlWith({ pathname: '/nowhere' }) })
    expect([bad.code, bad.output.trim().split('\n').at(-1)]).toEqual([
      1,
      '1 error, 8 checks could not run.',
    ])
    expect(bad.output).toMatch(/^ {2}error {4}postgres {5}\S+ has no database nowhere\n {24}Fix: /m)
    expect(bad.output).toMatch(
      /^ {2}skipped {2}login, roles, deadlines, migrations, clock, pool, statements, worker: no connection to Postgres/m,
    )
    await expect(command(['--frobnicate'], healthy)).resolves.toMatchObject({ code: 2 })
  })

  it('answers programs in JSON, and never with a secret, whoever would repeat it', async () => {
    const secrets = {
      DATABASE_URL: urlWith({ password: 'password-7f3a' }),
      DATABASE_OWNER_URL: urlWith({ password: 'owner%2D7f3a' }),
      GATEWAY_SECRETS: 'a-good-enough-secret-7f3a',
      // Node refuses to fetch such a URL, and repeats it whole.
      AUTH_JWKS_URL: 'https://reader:jwks-7f3a@auth.example.com/keys',
    }
    const { code, output, errors } = await command(['--json'], { ...healthy, ...secrets })
    expect(code).toBe(1)
    const { subject, ok, findings } = JSON.parse(output) as {
      subject: string
      ok: boolean
      findings: Finding[]
    }
    expect([subject, ok]).toEqual(['service', false])
    expect(wrongOf(findings, 'jwks').says).toContain('credentials')
    expect(output + errors).not.toContain('7f3a')
  })
})

/** Examines the healthy environment with these changes, on an empty data directory. */
async function diagnose(
  changes: Record<string, string | undefined>,
  place: Partial<Place> = {},
): Promise<readonly Finding[]> {
  const report = await examine({
    env: { ...healthy, ...changes },
    nodeVersion: '24.21.0',
    dataDirectory: join(folder, 'stack'),
    running: null,
    ...place,
  })
  return report.findings
}

function of(findings: readonly Finding[], check: string): Finding[] {
  return findings.filter((finding) => finding.check === check)
}

function only(findings: readonly Finding[], check: string): Finding {
  const [found, ...more] = of(findings, check)
  if (found === undefined || more.length > 0) throw new Error(`not one finding of ${check}`)
  return found
}

/** The one thing that is wrong in this check; everything wrong has a fix. */
function wrongOf(findings: readonly Finding[], check: string): Finding {
  const found = only(findings, check)
  expect(found).toMatchObject({ state: 'error', fix: expect.stringMatching(/./) as string })
  return found
}

function urlWith(
  parts: Partial<Record<'username' | 'password' | 'pathname' | 'port', string>>,
): string {
  return Object.assign(new URL(app.database.loginUrl), parts).href
}

/** A login of its own: the real one belongs to every test of this run. */
async function login(attributes: string, grant: string): Promise<string> {
  const role = `doctor_${randomUUID().replaceAll('-', '')}`
  await clone.admin.query(`create role ${role} login password 'password' ${attributes}`)
  onTestFinished(async () => {
    await clone.admin.query(`drop role ${role}`)
  })
  if (grant !== '') await clone.admin.query(grant.replace('$role', role))
  return Object.assign(new URL(clone.loginUrl), { username: role, password: 'password' }).href
}

async function copy() {
  const database = await cloneDatabase(superuserUrl, template, `doctor_${randomUUID()}`)
  onTestFinished(() => dropDatabase(superuserUrl, database.name))
  return database
}

/** A migrated database in which this was done behind the migrator's back. */
async function migrationsAfter(sql: string) {
  const { default: postgres } = await import('pg')
  const database = await copy()
  const connectionString = Object.assign(new URL(superuserUrl), {
    pathname: `/${database.name}`,
  }).href
  const admin = new postgres.Client({ connectionString })
  await admin.connect()
  await admin.query(sql).finally(() => admin.end())
  return database
}

async function fullDatabase(): Promise<string> {
  const { name, loginUrl } = await copy()
  await clone.admin.query(`alter database "${name}" connection limit 0`)
  return loginUrl
}

/** Takes connections and says nothing. */
async function silentPostgres(): Promise<string> {
  return urlWith({ port: String(await hold()) })
}

async function hold(): Promise<number> {
  return portOf(createServer().listen(0, '127.0.0.1'))
}

async function serve(answer: RequestListener): Promise<string> {
  return `http://127.0.0.1:${String(await portOf(createHttpServer(answer).listen(0, '127.0.0.1')))}`
}

/** The port of a server that ends with the test. */
async function portOf(server: Server): Promise<number> {
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  return (server.address() as AddressInfo).port
}

function command(words: string[], environment: Record<string, string>) {
  const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts')
  return new Promise<{ code: number | null; output: string; errors: string }>((resolve) => {
    const child = execFile(
      execPath,
      [main, 'doctor', ...words],
      { env: { ...childEnvironment, ...environment } },
      (_error, output, errors) => {
        resolve({ code: child.exitCode, output, errors })
      },
    )
  })
}
