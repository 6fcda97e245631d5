import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { migrationNames } from '../../src/database/migration-files.ts'
import { cutConnections } from '../support/cut-connections.ts'
import { holdPair, untilWaiting } from '../support/held-pairs.ts'
import {
  gatewaySecret,
  oldGatewaySecret,
  openIsolatedTestService,
  openTestService,
  type TestService,
} from '../support/test-service.ts'
import { fromGateway, send } from '../support/wire.ts'

interface Line {
  readonly level: number
  readonly msg: string
  readonly errorId?: string
  readonly requestId?: string
  readonly [key: string]: unknown
}

/** A log that can be read back. */
function keepLog() {
  const text: string[] = []
  return {
    write: (line: string) => void text.push(line),
    clear: () => void text.splice(0),
    text: () => text.join(''),
    lines: () => text.map((line) => JSON.parse(line) as Line),
  }
}

const log = keepLog()
const app = await openTestService({ LOG_LEVEL: 'debug', NODE_ENV: 'production' }, log)
beforeEach(() => {
  log.clear()
})

const AddContact = 'mutation ($userId: ID!) { addContact(userId: $userId) { changed } }'
const Contacts = '{ viewer { contacts { edges { cursor } totalCount } } }'

/** A route of the platform's, without the gateway's secret. */
async function look(route: 'livez' | 'readyz' | 'metrics', asked: TestService = app) {
  const { status, body } = await send(new URL(route, asked.server.url).href, { method: 'GET' })
  return { status, body }
}

describe('the platform asks whether the service', () => {
  it('lives: it does, with or without a database', async () => {
    const lonely = await openIsolatedTestService()
    expect(await look('livez', lonely)).toEqual({ status: 200, body: '{"status":"ok"}' })
    await lonely.admin.query(`alter database "${lonely.database.name}" connection limit 0`)
    await cutConnections(lonely)
    expect(await look('livez', lonely)).toEqual({ status: 200, body: '{"status":"ok"}' })
  })

  it('is ready: not while the database cannot be reached, and again when it can', async () => {
    const lonely = await openIsolatedTestService()
    const name = `"${lonely.database.name}"`
    expect(await look('readyz', lonely)).toEqual({ status: 200, body: '{"status":"ok"}' })
    await lonely.admin.query(`alter database ${name} connection limit 0`)
    await cutConnections(lonely)
    const unreachable = { status: 503, body: '{"status":"database unreachable"}' }
    expect(await look('readyz', lonely)).toEqual(unreachable)
    const [alice] = [lonely.stranger('alice')]
    const { status, errors, body } = await alice.askOnce(Contacts)
    expect(status).toBe(200)
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['OVERLOADED'])
    expect(body).not.toContain(lonely.database.name)
    await lonely.admin.query(`alter database ${name} connection limit -1`)
    expect((await look('readyz', lonely)).status).toBe(200)
    expect((await alice.ask(Contacts)).status).toBe(200)
  })

  it('is ready: not while a migration that it was built with is missing', async () => {
    const lonely = await openIsolatedTestService()
    const [last] = (await migrationNames()).slice(-1)
    const { rows } = await lonely.admin.query(
      'delete from _prisma_migrations where migration_name = $1 returning migration_name',
      [last],
    )
    expect(rows).toHaveLength(1)
    expect(await look('readyz', lonely)).toEqual({
      status: 503,
      body: '{"status":"migrations pending"}',
    })
  })

  it('tells nothing about people, and leaves no line in the log', async () => {
    await Promise.all([look('livez'), look('readyz'), look('metrics')])
    expect(log.lines()).toEqual([])
  })
})

describe('metrics', () => {
  const valueOf = (metrics: string, name: string) => {
    const line = metrics.split('\n').find((candidate) => candidate.startsWith(`${name} `))
    return line === undefined ? 0 : Number(line.slice(name.length + 1))
  }
  const sample = async () => (await look('metrics')).body

  it('count operations, their statements, the sizes of batches and what the pool does', async () => {
    const people = await app.people('alice', 'bob', 'carol')
    const before = await sample()
    await app.service.ask(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { contacts { totalCount } } } }',
      { r: people.map(({ id }) => ({ __typename: 'User', id })) },
    )
    await people[0].ask('{ nothing }')
    const added = await people[0].ask(AddContact, { userId: people[1].id })
    const after = await sample()
    const grown = (name: string) => valueOf(after, name) - valueOf(before, name)
    expect({
      queries: grown('connections_operations_total{type="query",outcome="ok"}'),
      mutations: grown('connections_operations_total{type="mutation",outcome="ok"}'),
      failures: grown('connections_operations_total{type="none",outcome="errors"}'),
      durations: grown('connections_operation_duration_seconds_count{type="query"}'),
      statements: grown('connections_operation_statements_sum{type="query"}'),
      statementsOfWrites: grown('connections_operation_statements_sum{type="mutation"}'),
      batches: grown('connections_loader_batch_size_count{loader="contacts.page"}'),
      people: grown('connections_loader_batch_size_sum{loader="contacts.page"}'),
    }).toEqual({
      queries: 1,
      mutations: 1,
      failures: 1,
      durations: 1,
      statements: 2,
      statementsOfWrites: added.statements.length,
      batches: 1,
      people: 3,
    })
    const told = (metrics: string, state: string) =>
      valueOf(metrics, `connections_pool_connections{state="${state}"}`)
    // The scrape's own connection may come back a moment later.
    await expect
      .poll(async () => {
        const metrics = await sample()
        const { open, idle } = app.server.database.load
        return [told(metrics, 'open') - open, told(metrics, 'idle') - idle]
      })
      .toEqual([0, 0])
    expect(told(after, 'waiting')).toBe(0)
    expect(after).toContain('process_cpu_seconds_total')
  })

  it('count what was refused before it was read', async () => {
    const before = await sample()
    await send(app.server.url, { body: '{}' })
    await send(app.server.url, { headers: fromGateway('garbage'), body: '{}' })
    const after = await sample()
    for (const reason of ['gateway', 'token']) {
      const name = `connections_requests_refused_total{reason="${reason}"}`
      expect(valueOf(after, name) - valueOf(before, name)).toBe(1)
    }
  })
})

describe('the id of a request', () => {
  const idFor = async (given?: string | string[]) => {
    const { headers } = await send(app.server.url, {
      headers: { ...fromGateway(), ...(given !== undefined && { 'x-request-id': given }) },
      body: '{"query":"{ viewer { id } }"}',
    })
    return headers['x-request-id']
  }

  it('is the gateway’s when it is harmless, in the answer and in the log', async () => {
    expect(await idFor('gateway-1_A')).toBe('gateway-1_A')
    expect(log.lines().map(({ requestId }) => requestId)).toEqual(['gateway-1_A'])
  })

  it('is kept as AWS, Envoy and tracers write it', async () => {
    for (const id of [
      'Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1',
      'Self=1-67891204-12456789abcdef012345678;Root=1-67891233-abcdef012345678912345678',
      '0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331:0:1',
      'a.b/c+d==',
      'x'.repeat(128),
    ]) {
      expect(await idFor(id)).toBe(id)
    }
  })

  it('is a new one when there is none, or one that could do harm', async () => {
    const ids = [
      undefined,
      '',
      'a b',
      'x'.repeat(129),
      'a"b',
      "a'b",
      'a,b',
      'a\\b',
      '${jndi:ldap://x}',
      '=cmd|x!A1',
      '<script>',
      '{"level":60}',
      'é',
      ['one', 'two'],
    ]
    for (const given of ids) expect(await idFor(given)).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/)
  })

  it('stands on refusals, too', async () => {
    const refused = await send(app.server.url, { headers: { 'x-request-id': 'gateway-2' } })
    expect(refused).toMatchObject({ status: 401, headers: { 'x-request-id': 'gateway-2' } })
  })
})

describe('the log', () => {
  it('warns once, at the start, of a variable whose name is near one of the service’s', async () => {
    const logOfStart = keepLog()
    const settings = { LOG_LEVEL: 'info', GATEWAY_SECRET: 'a-secret-that-nobody-may-read' }
    await openIsolatedTestService(settings, logOfStart)
    const warnings = logOfStart.lines().filter(({ level }) => level === 40)
    expect(warnings.map(({ msg }) => msg)).toEqual([
      'Unknown variable GATEWAY_SECRET; did you mean GATEWAY_SECRETS?',
    ])
    expect(logOfStart.text()).not.toContain(settings.GATEWAY_SECRET)
  })

  it('has one line an operation, with who asked as what, and what it cost', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await alice.ask(Contacts)
    log.clear()
    const document = `mutation Keep${AddContact.slice('mutation '.length)}`
    const { statements } = await alice.ask(document, { userId: bob.id })
    expect(log.lines()).toEqual([
      expect.objectContaining({
        msg: 'operation',
        operation: 'Keep',
        type: 'mutation',
        as: 'viewer',
        statements: statements.length,
        errors: 0,
        durationMs: expect.any(Number),
        requestId: expect.any(String),
      }),
    ])
  })

  it('has no token, no secret, no variable and no part of the document, whatever happens', async () => {
    const [alice] = await app.people('alice')
    const variable = 'a-variable-that-nobody-may-read'
    const good = await app.issuer.token({ sub: alice.id })
    const bad = await app.issuer.token({ sub: alice.id, exp: 1, email: 'alice@example.org' })
    const document = `mutation ($userId: ID!) { anAliasThatNobodyMayRead: addContact(userId: $userId) { changed } }`
    const bodies = [
      JSON.stringify({ query: document, variables: { userId: variable } }),
      JSON.stringify({ query: document, variables: { userId: { variable } } }),
      JSON.stringify({
        query: 'query ($after: String) { viewer { contacts(after: $after) { totalCount } } }',
        variables: { after: variable },
      }),
      JSON.stringify({ query: `{ anAliasThatNobodyMayRead: ${variable}` }),
      `{"query": "${variable}`,
      variable,
    ]
    for (const token of [good, bad]) {
      for (const body of bodies) await send(app.server.url, { headers: fromGateway(token), body })
    }
    for (const secret of [oldGatewaySecret, 'a-secret-that-is-wrong']) {
      await send(`${app.server.url}?query=${variable}`, {
        headers: { 'x-gateway-secret': secret, authorization: `Bearer ${good}`, cookie: variable },
      })
    }
    await breakContacts(async () => {
      await alice.ask(AddContact, { userId: '00000000-0000-4000-8000-00000000dead' })
    })
    expect(log.lines().length).toBeGreaterThan(4)
    for (const secret of [
      good,
      ...good.split('.'),
      bad,
      ...bad.split('.'),
      gatewaySecret,
      oldGatewaySecret,
      'a-secret-that-is-wrong',
      variable,
      'anAliasThatNobodyMayRead',
      '00000000-0000-4000-8000-00000000dead',
      'alice@example.org',
    ]) {
      expect(log.text()).not.toContain(secret)
    }
  })

  it('has no row that the database refused', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    // Under row security Postgres keeps most rows out of its own messages; a trigger's message has
    // what it wants.
    await app.admin.query(
      `create function refuse_row() returns trigger language plpgsql
       as $$ begin raise exception 'refused' using detail = new::text, hint = new::text; end $$;
       create trigger refuse_row before insert on user_contacts for each row execute function refuse_row()`,
    )
    try {
      const { errors } = await alice.ask(AddContact, { userId: bob.id })
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['INTERNAL_SERVER_ERROR'])
    } finally {
      await app.admin.query('drop function refuse_row cascade')
    }
    expect(log.text()).toContain('"message":"refused"')
    expect(log.text()).not.toContain(bob.id)
  })
})

/** While `work` runs, no statement about contacts can succeed. */
async function breakContacts(work: () => Promise<void>): Promise<void> {
  await app.admin.query('alter table user_contacts rename to contacts_of_users')
  try {
    await work()
  } finally {
    await app.admin.query('alter table contacts_of_users rename to user_contacts')
  }
}

describe('an unexpected error', () => {
  const unexpectedErrors = () => log.lines().filter(({ msg }) => msg === 'unexpected error')
  const idsOf = (errors: readonly { extensions: object }[]) =>
    new Set(errors.map(({ extensions }) => (extensions as { errorId?: string }).errorId))

  it('leaves as an id, under which it is written down once', async () => {
    const [alice] = await app.people('alice')
    await breakContacts(async () => {
      const { status, errors, body, data } = await alice.ask(Contacts)
      expect({ status, data }).toEqual({ status: 200, data: { viewer: { contacts: null } } })
      expect(errors).toEqual([
        {
          message: 'Unexpected error. Include the errorId when you report it.',
          locations: [{ line: 1, column: 12 }],
          path: ['viewer', 'contacts'],
          extensions: {
            code: 'INTERNAL_SERVER_ERROR',
            errorId: expect.stringMatching(/^[\da-f-]{36}$/),
          },
        },
      ])
      expect(body).not.toMatch(/user_contacts|relation|select|stack|42P01|\.ts/)
      expect(unexpectedErrors()).toMatchObject([
        {
          level: 50,
          errorId: [...idsOf(errors)][0],
          err: { code: '42P01', message: 'relation "user_contacts" does not exist' },
        },
      ])
    })
  })

  it('that fails a hundred fields has one id and one line', async () => {
    const people = await app.people(
      ...Array.from({ length: 50 }, (_, index) => `person ${String(index)}`),
    )
    await breakContacts(async () => {
      const { errors } = await app.service.ask(
        `query ($r: [_Any!]!) { _entities(representations: $r) {
          ... on User { a: contacts(first: 1) { totalCount } b: contacts(first: 2) { totalCount } }
        } }`,
        { r: people.map(({ id }) => ({ __typename: 'User', id })) },
      )
      expect(errors).toHaveLength(100)
      expect(idsOf(errors).size).toBe(1)
      expect(unexpectedErrors().map(({ errorId }) => errorId)).toEqual([...idsOf(errors)])
    })
  })

  it('in a change leaves nothing changed, and tells nothing more', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await breakContacts(async () => {
      const { data, errors, body } = await alice.ask(AddContact, { userId: bob.id })
      expect(data).toBeNull()
      expect(idsOf(errors)).toEqual(new Set(unexpectedErrors().map(({ errorId }) => errorId)))
      expect(body).not.toMatch(/user_contacts|insert/)
    })
    expect((await alice.ask(Contacts)).data.viewer.contacts.totalCount).toBe(0)
  })

  it('before the operation even began is told alike', async () => {
    await app.admin.query('revoke insert (id) on users from connections_app')
    try {
      const { status, errors, body } = await app.stranger('carol').ask('{ viewer { id } }')
      expect(status).toBe(500)
      expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }])
      expect(body).not.toMatch(/permission|users|prisma|invocation/i)
      expect(idsOf(errors)).toEqual(new Set(unexpectedErrors().map(({ errorId }) => errorId)))
    } finally {
      await app.admin.query('grant insert (id) on users to connections_app')
    }
  })

  it('is not what a client does wrong: nothing is written down as one', async () => {
    const [alice] = await app.people('alice')
    for (const [document, variables] of [
      ['{ nothing }'],
      ['{ viewer {'],
      ['subscription { viewer }'],
      [AddContact, {}],
      [AddContact, { userId: ['x'] }],
      ['mutation ($id: ID = "x") { addContact(userId: $id) { changed } }', { id: null }],
      ['{ viewer { contacts(after: "x") { totalCount } } }'],
      ['mutation ($ids: [ID!]!) { registerUsers(ids: $ids) { changed } }', { ids: [{}, {}, {}] }],
    ] as const) {
      expect((await alice.ask(document, { ...variables })).errors).not.toEqual([])
    }
    for (const body of ['{', '[]', '7', '{"__proto__":{}}', 'x'.repeat(200_000)]) {
      await send(app.server.url, { headers: fromGateway(await alice.token()), body })
    }
    expect(log.lines().filter(({ level }) => level >= 40)).toEqual([])
  })
})

describe('a client that hangs up', () => {
  it('in the middle of a change gives its connection back', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const token = await alice.token()
    await holdPair(app, [bob, alice], async () => {
      const sockets = Array.from({ length: 5 }, () => {
        const sending = request(app.server.url, { method: 'POST', headers: fromGateway(token) })
        sending.on('error', () => undefined)
        sending.end(JSON.stringify({ query: AddContact, variables: { userId: bob.id } }))
        return sending
      })
      await untilWaiting(app)
      for (const socket of sockets) socket.destroy()
      await sleep(50)
    })
    await expect.poll(() => app.server.database.load.open - app.server.database.load.idle).toBe(0)
    expect((await alice.ask(Contacts)).errors).toEqual([])
  })

  it('in the middle of its body is forgotten', async () => {
    const [alice] = await app.people('alice')
    const sending = request(app.server.url, {
      method: 'POST',
      headers: { ...fromGateway(await alice.token()), 'content-length': 1_000 },
    })
    sending.on('error', () => undefined)
    sending.write('{"query":')
    await sleep(50)
    sending.destroy()
    await sleep(50)
    expect((await alice.ask(Contacts)).errors).toEqual([])
    expect(log.lines().filter(({ level }) => level >= 50)).toEqual([])
  })
})

describe('a service that is told to end', () => {
  it('finishes what it has begun, takes nothing new and gives its connections back', async () => {
    const ending = await openIsolatedTestService()
    const [alice, bob] = await ending.people('alice', 'bob')
    const headers = fromGateway(await alice.token())
    // It needs another connection after the one that waits.
    const addAndLook = AddContact.replace('changed', 'changed relationship { isContact }')
    let isDrained = false
    let drained = Promise.resolve()
    let answer: ReturnType<typeof send> | undefined
    await holdPair(ending, [bob, alice], async () => {
      answer = send(ending.server.url, {
        headers,
        body: JSON.stringify({ query: addAndLook, variables: { userId: bob.id } }),
      })
      await untilWaiting(ending)
      drained = ending.server.drain().then(() => {
        isDrained = true
      })
      await sleep(100)
      expect(isDrained).toBe(false)
      await expect(send(ending.server.url, { headers, body: '{}' })).rejects.toMatchObject({
        code: 'ECONNREFUSED',
      })
    })
    expect(await answer).toMatchObject({
      status: 200,
      body: '{"data":{"addContact":{"changed":true,"relationship":{"isContact":true}}}}\n',
    })
    await drained
    expect(ending.server.database.load).toEqual({ open: 0, idle: 0, waiting: 0 })
    // Postgres takes a moment to notice that the last of them is gone.
    const connected = async () =>
      (
        await ending.admin.query(
          `select from pg_stat_activity where datname = current_database() and application_name = 'connections'`,
        )
      ).rowCount
    await expect.poll(connected).toBe(0)
  })

  it('says on connections that are kept alive that they are over', async () => {
    const ending = await openIsolatedTestService()
    const [alice, bob] = await ending.people('alice', 'bob')
    const headers = fromGateway(await alice.token())
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    let answer: Promise<unknown> | undefined
    let drained: Promise<void> | undefined
    await holdPair(ending, [bob, alice], async () => {
      answer = new Promise((resolve, reject) => {
        const sending = request(
          ending.server.url,
          { method: 'POST', headers, agent },
          (response) => {
            response.resume()
            const { statusCode: status, headers: sent } = response
            response.on('end', () => {
              resolve({ status, connection: sent.connection })
            })
          },
        )
        sending.on('error', reject)
        sending.end(JSON.stringify({ query: AddContact, variables: { userId: bob.id } }))
      })
      await untilWaiting(ending)
      drained = ending.server.drain()
    })
    expect(await answer).toEqual({ status: 200, connection: 'close' })
    await drained
  })
})
