import { readFileSync } from 'node:fs'
import { trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { planners } from '../../src/dev/gateway/planners.ts'
import { asText, startCollector } from '../collector.ts'
import { openFederation } from '../federation.ts'
import { befriend } from '../verbs.ts'

// What a collector gets of one federated query, sent as an operator's SDK sends it: OTLP over HTTP.

const collector = await startCollector()
const exporter = new OTLPTraceExporter({ url: collector.url })
const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] })
trace.setGlobalTracerProvider(provider)

const { world, gateways } = await openFederation()
afterAll(async () => {
  trace.disable()
  await provider.shutdown()
  collector.close()
})

const [alice, bob] = await world.people('alice', 'bob')
await befriend(alice, bob)
await bob.ask('mutation { claimUsername(username: "bobtraced") { changed } }')

const guide = readFileSync(new URL('../../docs/guides/observability.md', import.meta.url), 'utf8')
const [, query = '', example = ''] =
  /### One federated query\n\n`([^`]+)`[^]*?```text\n([^]*?)```/.exec(guide) ?? []

/** A trace without the times, which are never the same, and the name of the operation, which not every planner passes on. */
const shapeOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/ +[\d.]+ ms$/, '').replace(' Friends', ''))
    .map((line) => line.replaceAll(/(?<=\S) +/g, ' '))

beforeEach(async () => {
  await provider.forceFlush()
  collector.spans.length = 0
})

describe.each(planners)('a query through a gateway that plans in %s', (planner) => {
  it('is one trace, from the gateway through this service to its statements, as the guide shows', async () => {
    const token = await alice.token()
    // The first time, the gateway plans.
    await gateways[planner](query, {}, token)
    await provider.forceFlush()
    collector.spans.length = 0
    const { data, errors } = await gateways[planner](query, {}, token)
    expect(errors).toBeUndefined()
    expect(data).toMatchObject({
      viewer: { friends: { edges: [{ node: { username: 'bobtraced' } }] } },
    })
    await provider.forceFlush()
    expect(new Set(collector.spans.map(({ traceId }) => traceId)).size).toBe(1)
    const text = asText(collector.spans)
    expect(shapeOf(text), text).toEqual(shapeOf(example))
  })
})
