import type { IncomingHttpHeaders } from 'node:http'
import {
  type Context,
  createTraceState,
  isSpanContextValid,
  ROOT_CONTEXT,
  type SpanContext,
  trace,
} from '@opentelemetry/api'

/**
 * W3C Trace Context, level 1: version, trace, span, flags. What a later version adds behind them is
 * left alone.
 */
const traceParent =
  /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(-.*)?$/

/**
 * The trace that a request continues, as its headers `traceparent` and `tracestate` say; the root
 * when they say none, or break the rules. An SDK reads them by itself; without one the trace still
 * has an id, for the log.
 */
export function remoteContext(headers: IncomingHttpHeaders): Context {
  const { traceparent, tracestate } = headers
  if (typeof traceparent !== 'string') return ROOT_CONTEXT
  const [, version, traceId, spanId, flags, more] = traceParent.exec(traceparent) ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT
  if (version === '00' && more !== undefined) return ROOT_CONTEXT
  const state = [tracestate ?? []].flat().join()
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
    ...(state !== '' && { traceState: createTraceState(state) }),
  })
}

/** What tells the next service of a span: nothing of one that belongs to no trace. */
export function traceHeaders(span: SpanContext): Record<string, string> {
  if (!isSpanContextValid(span)) return {}
  const flags = (span.traceFlags & 0xff).toString(16).padStart(2, '0')
  const tracestate = span.traceState?.serialize() ?? ''
  return {
    traceparent: `00-${span.traceId}-${span.spanId}-${flags}`,
    ...(tracestate !== '' && { tracestate }),
  }
}
