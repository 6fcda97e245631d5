import { SpanKind, trace } from '@opentelemetry/api'
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { limits } from '../../../src/limits.ts'
import { RequestTrace } from '../../../src/server/observability/request-trace.ts'
import { keepLog } from '../../support/log.ts'
import { type Asker, gatewaySecret, openTestService } from '../../support/test-service.ts'

// What an operator sees of an operation who has loaded an OpenTelemetry SDK, and who has not.

const log = keepLog()
const app = await openTestService(
  { NODE_ENV: 'production', LOG_LEVEL: 'info', GATEWAY_SECRETS: gatewaySecret },
  log,
)
const exporter = new InMemorySpanExporter()

const loadSdk = () => {
  const processor = new SimpleSpanProcessor({ exporter })
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [processor] }))
}
afterAll(() => {
  trace.disable()
})
beforeEach(() => {
  log.clear()
  exporter.reset()
})

const traceId = '0af7651916cd43dd8448eb211c80319c'
const spanId = 'b7ad6b7169203331'

/** Sends an operation as a gateway does that traces. */
async function send(
  asker: Asker,
  query: string,
  variables: object = {},
  headers: Record<string, string> = {},
) {
  const token = await asker.token()
  const response = await app.server.app.inject({
    method: 'POST',
    url: '/graphql',
    headers: {
      'x-gateway-secret': gatewaySecret,
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    payload: { query, variables },
  })
  return JSON.parse(response.body) as { data?: object | null; errors?: object[] }
}

interface Told {
  readonly name: string
  readonly parent: string | undefined
  readonly attributes: ReadableSpan['attributes']
}

/** The spans since the last look: of the operation, and below it. */
function look(): { operation: ReadableSpan; below: readonly Told[] } {
  const spans = exporter.getFinishedSpans()
  const [operation, ...more] = spans.filter(({ kind }) => kind === SpanKind.SERVER)
  if (operation === undefined || more.length > 0)
    throw new Error(`${spans.length} spans, and not one operation`)
  const below = spans.filter((span) => span !== operation)
  const { spanId: parent } = operation.spanContext()
  expect(below.filter(({ parentSpanContext }) => parentSpanContext?.spanId !== parent)).toEqual([])
  exporter.reset()
  return {
    operation,
    below: below.map(({ name, attributes, parentSpanContext }) => ({
      name,
      attributes,
      parent: parentSpanContext?.spanId,
    })),
  }
}

// Before all others: what was loaded once stays.
describe('without an SDK', () => {
  it('the trace of the gateway stands in the log, and nothing is recorded', async () => {
    const traceparent = `00-${traceId}-${spanId}-01`
    await send(app.nobody, '{ viewer { id } }', {}, { traceparent })
    await send(app.nobody, '{ viewer { id } }')
    const [traced, untraced] = log.lines()
    expect(traced).toMatchObject({ msg: 'operation', traceId })
    expect(untraced).not.toHaveProperty('traceId')
    expect(new RequestTrace({ traceparent }, 0).parent).toBeNull()
  })
})

const Screen = `query Screen($ids: [ID!]!) {
  relationships(userIds: $ids) { isBlocking user { username } }
  viewer { contacts(first: 5) { totalCount edges { node { id } } } }
}`

describe('an operation', () => {
  beforeAll(loadSdk)

  it('is one span, and each message to Postgres one below it, with the names of its statements; four times alike', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await send(alice, '{ viewer { id } }')
    for (let time = 0; time < 4; time++) {
      exporter.reset()
      const { data, errors } = await send(alice, Screen, { ids: [bob.id] })
      expect([errors, data]).toEqual([undefined, expect.any(Object)])
      const { operation, below } = look()
      expect(operation.name).toBe('query Screen')
      expect(operation.attributes).toEqual({
        'graphql.operation.type': 'query',
        'graphql.operation.name': 'Screen',
        'connections.as': 'viewer',
        'connections.request_id': expect.stringMatching(/^[\da-f-]{36}$/),
      })
      expect(operation.status).toEqual({ code: 0 })
      const sent = below.map(({ attributes }) => attributes['connections.statements'])
      // Nobody waits for the end of a read, so it is in no span.
      expect(sent.flat()).not.toContain('commit')
      expect(sent.flat()).toHaveLength(Number(log.lines().at(-1)?.['statements']))
      expect(below[0]).toEqual({
        name: 'BATCH',
        parent: expect.any(String),
        attributes: {
          'db.system.name': 'postgresql',
          'db.operation.batch.size': 3,
          'connections.statements': ['pairs.summaries', 'contacts.pages', 'contacts.count'],
        },
      })
    }
  })

  it('that changes something shows its count, its statements and their commit', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await send(alice, '{ viewer { id } }')
    exporter.reset()
    await send(alice, 'mutation Follow($id: ID!) { followUser(userId: $id) { changed } }', {
      id: bob.id,
    })
    const { operation, below } = look()
    expect(operation.name).toBe('mutation Follow')
    const sent = below.flatMap(({ attributes }) => attributes['connections.statements'] as string[])
    expect(sent).toEqual(expect.arrayContaining(['rateLimits.reserve', 'pairs.lock', 'commit']))
  })

  it('of somebody new shows that they arrive', async () => {
    await send(app.stranger('carol'), '{ viewer { id } }')
    const { operation, below } = look()
    expect(operation.name).toBe('query')
    expect(below[0]?.name).toBe('users.insert')
  })

  it('tells nothing of people: no id, no name, no token, no text of a statement', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await send(alice, 'mutation { claimUsername(username: "alicetraced") { changed } }')
    await send(bob, 'query Find { userByUsername(username: "alicetraced") { id username } }')
    await send(bob, '{ anAliasOfBobs: userByUsername(username: "alicetraced") { id } }')
    await send(bob, '{ noSuchField(name: "alicetraced") }')
    const text = JSON.stringify(
      exporter
        .getFinishedSpans()
        .map(({ name, attributes, events, status, links }) => [
          name,
          attributes,
          events,
          status,
          links,
        ]),
    )
    expect(text).toContain('usernames.')
    const tokens = await Promise.all([alice.token(), bob.token()])
    for (const secret of [
      alice.id,
      bob.id,
      ...tokens,
      gatewaySecret,
      'alicetraced',
      'anAlias',
      'select',
    ])
      expect(text).not.toContain(secret)
  })

  it('that is no valid one has no name, and the code of what is wrong, as no failure of ours', async () => {
    await send(app.nobody, 'query Nothing { nothing }')
    const { operation } = look()
    expect(operation.name).toBe('GraphQL Operation')
    expect(operation.attributes).toMatchObject({ 'error.type': 'GRAPHQL_VALIDATION_FAILED' })
    expect(operation.attributes).not.toHaveProperty('graphql.operation.name')
    expect(operation.status).toEqual({ code: 0 })
  })

  it('gives its name to at most so many names of spans', async () => {
    const names = Array.from(
      { length: limits.tracedOperationNames + 20 },
      (_, n) => `Name${String(n)}`,
    )
    for (const name of names) await send(app.nobody, `query ${name} { viewer { id } }`)
    const spans = exporter.getFinishedSpans()
    expect(spans).toHaveLength(names.length)
    expect(new Set(spans.map(({ name }) => name)).size).toBeLessThanOrEqual(
      limits.tracedOperationNames + 1,
    )
    expect(spans.at(-1)?.name).toBe('query')
    expect(spans.at(-1)?.attributes['graphql.operation.name']).toBe(names.at(-1))
  })
})

describe('what fails', () => {
  it('is a code on both spans and nothing more, and one line of the log with where it was', async () => {
    const [alice] = await app.people('alice')
    await app.admin.query('alter table user_contacts rename to contacts_of_users')
    try {
      await send(
        alice,
        `query Mine { me: viewer { ...Parts } } fragment Parts on User { mine: contacts { totalCount } }`,
        {},
        { traceparent: `00-${traceId}-${spanId}-01`, 'x-request-id': 'request-7' },
      )
    } finally {
      await app.admin.query('alter table contacts_of_users rename to user_contacts')
    }
    const { operation, below } = look()
    expect(operation.status).toEqual({ code: 2 })
    expect(operation.attributes).toMatchObject({ 'error.type': 'INTERNAL_SERVER_ERROR' })
    const failed = below.filter(({ attributes }) => 'error.type' in attributes)
    expect(failed.map(({ attributes }) => attributes)).toEqual([
      expect.objectContaining({ 'error.type': '42P01', 'db.response.status_code': '42P01' }),
    ])
    expect(operation.events).toEqual([])
    const [unexpected, ...more] = log.lines().filter(({ level }) => level >= 50)
    expect(more).toEqual([])
    expect(unexpected).toMatchObject({
      requestId: 'request-7',
      traceId,
      operation: 'Mine',
      type: 'query',
      path: ['viewer', 'contacts', 'totalCount'],
      errorId: expect.any(String),
      err: { code: '42P01' },
    })
  })

  it('before the operation began is written down with the request and the trace', async () => {
    await app.admin.query('revoke insert (id) on users from connections_app')
    try {
      const headers = { traceparent: `00-${traceId}-${spanId}-01`, 'x-request-id': 'request-8' }
      await send(app.stranger('dave'), '{ viewer { id } }', {}, headers)
    } finally {
      await app.admin.query('grant insert (id) on users to connections_app')
    }
    expect(log.lines()).toMatchObject([{ level: 50, requestId: 'request-8', traceId }])
  })
})

describe('the trace that a gateway names', () => {
  const headers = {
    traceparent: `00-${traceId}-${spanId}-01`,
    tracestate: 'vendor=opaque',
  }

  it('goes on here, and stands in the line of the log', async () => {
    await send(app.nobody, '{ viewer { id } }', {}, headers)
    const { operation } = look()
    expect(operation.spanContext().traceId).toBe(traceId)
    expect(operation.parentSpanContext).toMatchObject({ spanId, isRemote: true })
    expect(operation.spanContext().traceState?.serialize()).toBe('vendor=opaque')
    expect(log.lines()).toMatchObject([{ msg: 'operation', traceId }])
  })

  it('decides whether anything is recorded', async () => {
    await send(app.nobody, '{ viewer { id } }', {}, { traceparent: `00-${traceId}-${spanId}-00` })
    expect(exporter.getFinishedSpans()).toEqual([])
    expect(log.lines()).toMatchObject([{ msg: 'operation', traceId }])
  })

  it('is a new one when the header is not one of the standard', async () => {
    for (const traceparent of [
      '',
      `00-${traceId}`,
      `00-${traceId.toUpperCase()}-${spanId}-01`,
      `00-${'0'.repeat(32)}-${spanId}-01`,
      `00-${traceId}-${'0'.repeat(16)}-01`,
      `00-${traceId}-${spanId}-01-more`,
      `ff-${traceId}-${spanId}-01`,
    ]) {
      await send(app.nobody, '{ viewer { id } }', {}, { traceparent })
      expect(look().operation.parentSpanContext).toBeUndefined()
    }
    await send(
      app.nobody,
      '{ viewer { id } }',
      {},
      { traceparent: `01-${traceId}-${spanId}-01-more` },
    )
    expect(look().operation.spanContext().traceId).toBe(traceId)
  })

  it('is not read from somebody who is not the gateway', async () => {
    for (const secret of [undefined, 'a-secret-that-is-wrong']) {
      const { statusCode } = await app.server.app.inject({
        method: 'POST',
        url: '/graphql',
        headers: { ...headers, ...(secret !== undefined && { 'x-gateway-secret': secret }) },
        payload: { query: '{ viewer { id } }' },
      })
      expect(statusCode).toBe(401)
    }
    expect(exporter.getFinishedSpans()).toEqual([])
    expect(log.text()).not.toContain(traceId)
  })
})
