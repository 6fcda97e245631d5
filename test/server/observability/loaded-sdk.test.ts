import { expect, it } from 'vitest'
import { startCollector } from '../../support/collector.ts'
import { startProcess } from '../../support/process.ts'
import { openTestService } from '../../support/test-service.ts'
import { fromGateway, send } from '../../support/wire.ts'

const app = await openTestService()
const register = new URL('../../support/register-sdk.ts', import.meta.url).href

it('a process with an SDK in front of it sends its spans, the last ones when it ends', async () => {
  const collector = await startCollector()
  const service = await startProcess(app, {
    NODE_OPTIONS: `--import ${register}`,
    OTEL_EXPORTER_OTLP_ENDPOINT: new URL(collector.url).origin,
  })
  const [alice] = await app.people('alice')
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const traceparent = `00-${traceId}-b7ad6b7169203331-01`
  const { status } = await send(service.url, {
    headers: { ...fromGateway(await alice.token()), traceparent },
    body: JSON.stringify({ query: 'query Mine { viewer { contacts { totalCount } } }' }),
  })
  expect(status).toBe(200)
  expect(await service.end()).toMatchObject({ code: 0 })
  const sent = collector.spans.filter((span) => span.traceId === traceId)
  expect(sent.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['query Mine', 'contacts.count']),
  )
  // Looking whether the service is ready, and at its metrics, is no operation.
  expect(collector.spans).toHaveLength(sent.length)
  collector.close()
})

it('a process whose collector does not answer ends in time all the same', async () => {
  const service = await startProcess(app, {
    NODE_OPTIONS: `--import ${register}`,
    // Nobody listens there.
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
  })
  await send(service.url, {
    headers: fromGateway(),
    body: JSON.stringify({ query: '{ viewer { id } }' }),
  })
  const { code, after } = await service.end()
  expect(code).toBe(0)
  // Platforms kill ten seconds after the signal.
  expect(after).toBeLessThan(9_500)
})
