import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { graphql, parse } from 'graphql'
import { afterEach, describe, expect, it } from 'vitest'
import { type Planner, planners } from '../../src/dev/gateway/planners.ts'
import { watchSupergraph } from '../../src/dev/gateway/watch.ts'
import { startTestGateway } from '../support/test-gateway.ts'
import { gatewaySecret, openIsolatedTestService } from '../support/test-service.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const federation =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])'
const weather = `${federation} type Query { weather: String }`
const people = `${federation} type Query { people: [Person!]! } type Person @key(fields: "id") { id: ID! }`

/** A subgraph whose schema can be changed while it runs, and that remembers what it was sent. */
async function startSubgraph(name: string, sdl: string) {
  const state = { sdl, headers: [] as IncomingHttpHeaders[], extensions: {} }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      const { query, variables } = JSON.parse(body) as { query: string; variables?: object }
      if (!query.includes('_service')) state.headers.push(request.headers)
      const schema = buildSubgraphSchema([{ typeDefs: parse(state.sdl) }])
      const rootValue = { weather: 'rain', wind: 'north', people: [] }
      const answer = graphql({ schema, source: query, variableValues: { ...variables }, rootValue })
      void answer.then((result) => {
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify({ ...result, extensions: state.extensions }))
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () =>
    new Promise((resolve) => {
      server.closeAllConnections()
      server.close(resolve)
    })
  closing.push(close)
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/graphql`
  return { name, url, state, close }
}

async function open(
  subgraphs: readonly { name: string; url: string }[],
  planner: Planner = 'javascript',
) {
  const notices: string[] = []
  const gateway = await startTestGateway({
    subgraphs: subgraphs.map(({ name, url }) => ({ name, url })),
    planner,
    notice: (sentence) => notices.push(sentence),
    pages: (app) => {
      app.get('/', () => 'the front page')
    },
  })
  closing.push(gateway.close)
  const ask = async (query: string, headers: Record<string, string> = {}) => {
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    })
    const body = (await response.json()) as {
      data?: unknown
      errors?: { message: string }[]
      extensions?: { connections?: unknown }
    }
    return { status: response.status, ...body }
  }
  const page = async (path: string) => (await fetch(new URL(path, gateway.url))).text()
  return { ...gateway, notices, ask, page }
}

describe.each(planners)('a gateway that plans in %s', (planner) => {
  it('sends each subgraph its own secret, never a client’s, and who asks', async () => {
    const subgraph = await startSubgraph('weather', weather)
    const gateway = await open([subgraph], planner)
    const headers = {
      authorization: 'Bearer somebody',
      'x-gateway-secret': 'a-guess-of-the-client',
      'x-request-id': 'request-1',
      'x-forwarded-for': '192.0.2.1, 198.51.100.7',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      tracestate: 'vendor=opaque',
      'x-internal': 'anything else',
    }
    expect(await gateway.ask('{ weather }', headers)).toMatchObject({ data: { weather: 'rain' } })
    const [sent] = subgraph.state.headers
    expect(sent).toMatchObject({
      authorization: 'Bearer somebody',
      'x-gateway-secret': gatewaySecret,
      'x-request-id': 'request-1',
      'x-forwarded-for': headers['x-forwarded-for'],
      traceparent: headers.traceparent,
      tracestate: 'vendor=opaque',
    })
    expect(sent).not.toHaveProperty('x-internal')
  })

  it('sends nobody’s token when there is none, and a request id of its own', async () => {
    const subgraph = await startSubgraph('weather', weather)
    const gateway = await open([subgraph], planner)
    await gateway.ask('{ weather }', { 'x-request-id': 'not a harmless one!' })
    const [sent] = subgraph.state.headers
    for (const name of ['authorization', 'x-forwarded-for', 'traceparent', 'tracestate'])
      expect(sent).not.toHaveProperty(name)
    expect(sent?.['x-request-id']).toMatch(/^[\w-]{36}$/)
  })

  it('answers somebody whose `Authorization` is empty as it answers the anonymous', async () => {
    const { server } = await openIsolatedTestService({ NODE_ENV: 'production' })
    const gateway = await open([{ name: 'connections', url: server.url }], planner)
    for (const authorization of ['', ' '])
      expect(await gateway.ask('{ viewer { id } }', { authorization })).toEqual({
        status: 200,
        data: { viewer: null },
      })
  })

  it('passes on what our subgraph says that it cost', async () => {
    const subgraph = await startSubgraph('weather', weather)
    const gateway = await open([subgraph], planner)
    expect((await gateway.ask('{ weather }')).extensions).toBeUndefined()
    subgraph.state.extensions = { connections: { statements: ['pairs.visible'], batches: [] } }
    expect((await gateway.ask('{ weather }')).extensions?.connections).toEqual([
      { statements: ['pairs.visible'], batches: [] },
    ])
  })

  it('goes along when a schema changes', async () => {
    const subgraph = await startSubgraph('weather', weather)
    const gateway = await open([subgraph], planner)
    expect((await gateway.ask('{ wind }')).errors).toHaveLength(1)
    subgraph.state.sdl = `${federation} type Query { weather: String wind: String }`
    await gateway.look()
    expect(await gateway.ask('{ wind }')).toMatchObject({ data: { wind: 'north' } })
    expect(gateway.notices).toEqual([])
  })

  it('serves the last graph on while the subgraphs do not compose, and says why, once', async () => {
    const [one, other] = [
      await startSubgraph('weather', weather),
      await startSubgraph('people', people),
    ]
    const gateway = await open([one, other], planner)
    one.state.sdl = `${federation} type Query { weather: String } type Person { id: Int! }`
    await gateway.look()
    await gateway.look()
    expect(gateway.notices).toHaveLength(1)
    expect(gateway.notices[0]).toMatch(
      /^Composition failed; still serving the previous supergraph.\n- .*Person/,
    )
    expect(await gateway.ask('{ weather people { id } }')).toMatchObject({
      data: { weather: 'rain', people: [] },
    })
    expect(await gateway.page('/supergraph')).toMatch(/^# .*Person[^]*\nschema/)
    one.state.sdl = weather
    await gateway.look()
    expect(gateway.notices.slice(1)).toEqual(['Composition succeeded again.'])
    expect(await gateway.page('/supergraph')).toMatch(/^schema/)
  })
})

describe('a gateway whose subgraphs have never composed', () => {
  it('answers 503 with the reasons, until they do', async () => {
    const [one, other] = [
      await startSubgraph('weather', `${weather} type Person { id: Int! }`),
      await startSubgraph('people', people),
    ]
    const gateway = await open([one, other])
    const { status, errors } = await gateway.ask('{ weather }')
    expect(status).toBe(503)
    expect(errors?.[0]?.message).toContain('Person')
    expect(gateway.notices[0]).toContain('answers 503 until it succeeds')
    one.state.sdl = weather
    await gateway.look()
    expect(await gateway.ask('{ weather }')).toMatchObject({
      status: 200,
      data: { weather: 'rain' },
    })
  })

  it('names the subgraph that does not answer', async () => {
    const [one, other] = [
      await startSubgraph('weather', weather),
      await startSubgraph('people', people),
    ]
    await other.close()
    const gateway = await open([one, other])
    expect((await gateway.ask('{ weather }')).errors?.[0]?.message).toMatch(
      /^people did not return its schema/,
    )
  })
})

it('leaves the front page to others', async () => {
  const gateway = await open([await startSubgraph('weather', weather)])
  expect(await gateway.page('/')).toBe('the front page')
})

describe('what an operation cost', () => {
  it('is told in development, with names and counts', async () => {
    const app = await openIsolatedTestService({ NODE_ENV: 'development' })
    const [alice, bob] = await app.people('alice', 'bob')
    const { body } = await alice.ask(
      'query ($ids: [ID!]!) { relationships(userIds: $ids) { isBlocking } }',
      { ids: [bob.id] },
    )
    expect(JSON.parse(body)).toMatchObject({
      extensions: {
        connections: {
          statements: ['pairs.summaries'],
          batches: [{ loader: 'pairs.summaries', size: 1 }],
        },
      },
    })
  })

  it('is told to nobody in production', async () => {
    const app = await openIsolatedTestService({ NODE_ENV: 'production' })
    expect((await app.nobody.ask('{ viewer { id } }')).body).toBe('{"data":{"viewer":null}}\n')
  })
})

describe('a gateway that has been stopped', () => {
  it('says nothing of subgraphs that end with it', async () => {
    const subgraph = await startSubgraph('weather', weather)
    const notices: string[] = []
    const supergraph = await watchSupergraph({
      subgraphs: [subgraph],
      gatewaySecret,
      interval: 60_000,
      notice: (sentence) => notices.push(sentence),
      onChange: () => undefined,
    })
    await subgraph.close()
    const look = supergraph.look()
    supergraph.stop()
    await look
    expect(notices).toEqual([])
  })
})
