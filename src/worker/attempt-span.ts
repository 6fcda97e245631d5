import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { remoteContext, traceHeaders } from '../server/observability/trace-parent.ts'
import type { Outcome } from './outcome.ts'

const tracer = trace.getTracer('connections')

interface AttemptSpan {
  /** `traceparent` and `tracestate`; nothing when the event belongs to no trace. */
  readonly headers: Record<string, string>
  end(outcome: Outcome): void
}

/**
 * Begins the span of one attempt to deliver an event, in the trace of the request that caused it.
 * It has the kind of the event, the endpoint's id and how it went; never a person, an address or
 * anything that was sent.
 * @param traceparent of the request that caused the event, or null
 */
export function beginAttemptSpan(
  traceparent: string | null,
  about: { readonly kind: string; readonly endpointId: string; readonly attempt: number },
): AttemptSpan {
  const span = tracer.startSpan(
    'webhook.deliver',
    {
      kind: SpanKind.CLIENT,
      attributes: {
        'http.request.method': 'POST',
        'connections.event.kind': about.kind,
        'connections.webhook.endpoint': about.endpointId,
        'connections.webhook.attempt': about.attempt,
      },
    },
    remoteContext(traceparent === null ? {} : { traceparent }),
  )
  return {
    headers: traceHeaders(span.spanContext()),
    end: ({ state, status }) => {
      if (status !== null) span.setAttribute('http.response.status_code', status)
      span.setAttribute('connections.webhook.outcome', state)
      if (state !== 'delivered') span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
    },
  }
}
