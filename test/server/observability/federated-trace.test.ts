import { readFileSync } from 'node:fs'
import { trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { planners } from '../../../src/dev/gateway/planners.ts'
import { accountsSubgraph } from '../../../src/dev/sample-subgraphs/accounts.ts'
import {
  listen,
  serveSubgraph,
  subgraphServer,
} from '../../../src/dev/sample-subgraphs/subgraph.ts'
import { asText, startCollector } from '../../support/collector.ts'
import { startTestGateway } from '../../support/test-gateway.ts'
import { gatewaySecret, openTestService } from '../../support/test-service.ts'
import { befriend } from '../../support/verbs.ts'

// What a collector gets of one federated query, sent as an operator's SDK sends it: OTLP over HTTP.

const collector = await startCollector()
const exporter = new OTLPTraceExporter({ url: collector.url })
const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] })
trace.setGlobalTracerProvider(provider)

const app = await openTestService()
const accounts = subgraphServer()
const tokenFor = (sub: string) => app.issuer.token({ sub })
const trust = { gatewaySecrets: [gatewaySecret], auth: app.config.auth }
await serveSubgraph(accounts, accountsSubgraph({ tokenFor }), trust)
const subgraphs = [
  { name: 'accounts', url: `${await listen(accounts, 0)}/graphql` },
  { name: 'connections', url: app.server.url },
]
afterAll(async () => {
  trace.disable()
  await accounts.close()
  await provider.shutdown()
  collector.close()
})

const [alice, bob] = await app.people('alice', 'bob')
await befriend(alice, bob)
await bob.ask('mutation { claimUsername(username: "bobtraced") { changed } }')

const guide = readFileSync(
  new URL('../../../docs/guides/observability.md', import.meta.url),
  'utf8',
)
const [, query = '', example = ''] =
  /### One federated query\n\n`([^`]+)`[^]*?```text\n([^]*?)```/.exec(guide) ?? []

/**
 * A trace without the times, which are never the same, and the name of the operation, which not
 * every planner passes on.
 */
const shapeOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/ +[\d.]+ ms$/, '').replace(' Friends', ''))
    .map((line) => line.replaceAll(/(?<=\S) +/g, ' '))

describe.each(planners)('a query through a gateway that plans in %s', (planner) => {
  it('is one trace, from the gateway through this service to its statements, as the guide shows', async () => {
    const gateway = await startTestGateway({
      subgraphs,
      planner,
      notice: () => undefined,
    })
    onTestFinished(gateway.close)
    const ask = async () => {
      const response = await fetch(gateway.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${String(await alice.token())}`,
        },
        body: JSON.stringify({ query }),
      })
      return response.json()
    }
    // The first time, the gateway plans.
    await expect.poll(ask, { timeout: 60_000, interval: 500 }).not.toHaveProperty('errors')
    await provider.forceFlush()
    collector.spans.length = 0
    expect(await ask()).toMatchObject({
      data: { viewer: { friends: { edges: [{ node: { username: 'bobtraced' } }] } } },
    })
    await provider.forceFlush()
    expect(new Set(collector.spans.map(({ traceId }) => traceId)).size).toBe(1)
    const text = asText(collector.spans)
    expect(shapeOf(text), text).toEqual(shapeOf(example))
  })
})
