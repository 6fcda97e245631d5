import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { afterAll, expect, it } from 'vitest'
import { openTestService } from '../support/test-service.ts'
import { startTestWorker } from '../support/test-worker.ts'
import { addEndpoint, startConsumer } from '../support/webhook-consumer.ts'

// What an operator who has loaded an OpenTelemetry SDK sees of deliveries.

const app = await openTestService()
const exporter = new InMemorySpanExporter()
trace.setGlobalTracerProvider(
  new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
)
afterAll(() => {
  trace.disable()
})

it('has a span for each attempt, in the trace of the request, that tells nothing of people', async () => {
  const [alice, bob] = await app.people('alice', 'bob')
  const consumer = await startConsumer()
  const answers = [500, 204]
  consumer.answer = (response) => response.writeHead(answers.shift() ?? 204).end()
  const endpointId = await addEndpoint(app.admin, consumer)
  startTestWorker(app)
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  await app.admin.query(
    `insert into outbox (kind, audience, actor_user_id, other_user_id, traceparent)
     values ('follow.created', 'people', $1, $2, $3)`,
    [alice.id, bob.id, `00-${traceId}-b7ad6b7169203331-01`],
  )
  const attempts = () =>
    exporter.getFinishedSpans().filter(({ name }) => name === 'webhook.deliver')
  await expect.poll(() => attempts().length).toBe(1)
  await expect
    .poll(
      async () =>
        (await app.admin.query('update webhook_deliveries set next_at = now() where attempts = 1'))
          .rowCount,
    )
    .toBe(1)
  await expect.poll(() => attempts().length).toBe(2)
  const attributes = {
    'http.request.method': 'POST',
    'connections.event.kind': 'follow.created',
    'connections.webhook.endpoint': endpointId,
  }
  const [first, second] = attempts()
  expect(first).toMatchObject({ kind: SpanKind.CLIENT, status: { code: SpanStatusCode.ERROR } })
  expect(first?.attributes).toEqual({
    ...attributes,
    'connections.webhook.attempt': 1,
    'http.response.status_code': 500,
    'connections.webhook.outcome': 'pending',
  })
  expect(second?.attributes).toEqual({
    ...attributes,
    'connections.webhook.attempt': 2,
    'http.response.status_code': 204,
    'connections.webhook.outcome': 'delivered',
  })
  for (const [place, span] of [first, second].entries()) {
    const { traceId: id, spanId } = span?.spanContext() ?? { traceId: '', spanId: '' }
    expect(id).toBe(traceId)
    const sent = consumer.received[place]?.headers['traceparent']
    expect(sent).toBe(`00-${traceId}-${spanId}-01`)
  }
  // The event itself is the same each time, with the trace of the request.
  expect(consumer.received[0]?.body).toBe(consumer.received[1]?.body)
})
