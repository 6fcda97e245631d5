import {
  type Context,
  context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import type { FastifyRequest, RouteHandlerMethod } from 'fastify'
import { limits } from '../../limits.ts'
import { remoteContext, traceHeaders } from './trace-parent.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The trace that the request belongs to; null before its operation begins. */
    trace: RequestTrace | null
  }
}

const tracer = trace.getTracer('connections')

/** What became of an operation, as its span tells it. */
interface TracedOperation {
  /** `query`, `mutation`, or `none` when it was no document. */
  readonly type: string
  /** Of a valid document. */
  readonly name: string | null
  /** Who asked: `viewer`, `anonymous`, `service`; never which one. */
  readonly as: string
  readonly requestId: string
  /** Codes of the errors that the client gets. */
  readonly codes: readonly string[]
}

/** Codes of failures that are ours; all others are the client's, and no failure of a server. */
const ourFailures = new Set(['INTERNAL_SERVER_ERROR', 'OVERLOADED', 'DATABASE_UNAVAILABLE'])

/**
 * The names that stand in the names of spans: a client may send any number of names, and a store of
 * traces wants few.
 */
const spanNames = new Set<string>()

/**
 * The span of one operation. Without an SDK, or when the trace is not sampled, it records nothing,
 * and all that it does is to carry the trace's id.
 */
export class RequestTrace {
  /** What spans below this one have for a parent; null when nothing is recorded. */
  readonly parent: Context | null
  readonly #span: Span

  /**
   * @param headers of an authenticated request: they decide about the trace and whether it is
   * sampled
   * @param began when the request came, in the time of `performance.now()`
   */
  constructor(headers: FastifyRequest['headers'], began: number) {
    const parent = parentOf(headers)
    const isOutermost = trace.getSpan(context.active()) === undefined
    const kind = isOutermost ? SpanKind.SERVER : SpanKind.INTERNAL
    this.#span = tracer.startSpan('GraphQL Operation', { kind, startTime: began }, parent)
    this.parent = this.#span.isRecording() ? trace.setSpan(parent, this.#span) : null
  }

  /** For the log; undefined when the request belongs to no trace. */
  get id(): string | undefined {
    const spanContext = this.#span.spanContext()
    return isSpanContextValid(spanContext) ? spanContext.traceId : undefined
  }

  /** As the header that tells the next service of it; null when the request belongs to no trace. */
  get traceparent(): string | null {
    return traceHeaders(this.#span.spanContext())['traceparent'] ?? null
  }

  /** Runs `work` with this span as the current one, for whatever else an operator traces. */
  run<T>(work: () => T): T {
    return this.parent === null ? work() : context.with(this.parent, work)
  }

  /**
   * Writes down what became of the operation: names, kinds and codes; no variable, no id of a
   * person, no part of the document.
   */
  describe({ type, name, as, requestId, codes }: TracedOperation): void {
    if (this.parent === null) return
    const span = this.#span
    if (type !== 'none') {
      span.setAttribute('graphql.operation.type', type)
      span.updateName(nameOf(type, name))
    }
    if (name !== null) span.setAttribute('graphql.operation.name', name.slice(0, 100))
    span.setAttribute('connections.as', as)
    span.setAttribute('connections.request_id', requestId)
    this.fail(codes)
  }

  /** Writes down codes of errors, of which those that are ours make the span a failed one. */
  fail(codes: readonly string[]): void {
    const ours = codes.find((code) => ourFailures.has(code))
    const code = ours ?? codes[0]
    if (code !== undefined) this.#span.setAttribute('error.type', code)
    if (ours !== undefined) this.#span.setStatus({ code: SpanStatusCode.ERROR })
  }

  end(): void {
    // Told the time, because it was told when it began: the SDK would measure its end in whole
    // milliseconds.
    this.#span.end(performance.now())
  }
}

/**
 * Traces what a handler does, from the arrival of the request to the answer. The request has
 * authenticated itself before.
 */
export function traceRequests(handler: RouteHandlerMethod): RouteHandlerMethod {
  return async function (request, reply) {
    const traced = new RequestTrace(request.headers, performance.now() - reply.elapsedTime)
    request.trace = traced
    try {
      return await traced.run(() => handler.call(this, request, reply))
    } catch (error) {
      traced.fail(['INTERNAL_SERVER_ERROR'])
      throw error
    } finally {
      traced.end()
    }
  }
}

/**
 * The trace that a request names, for the lines of the log that are written before its operation
 * begins.
 */
export function traceIdOf(headers: FastifyRequest['headers']): string | undefined {
  return trace.getSpanContext(parentOf(headers))?.traceId
}

/**
 * A span that is there already, as of Node's HTTP instrumentation, or else the one that the headers
 * name.
 */
function parentOf(headers: FastifyRequest['headers']): Context {
  const active = context.active()
  if (trace.getSpan(active) !== undefined) return active
  // The operator's SDK may know other headers than W3C's.
  const told = propagation.extract(ROOT_CONTEXT, headers)
  return trace.getSpan(told) === undefined ? remoteContext(headers) : told
}

/** `query Name`, as long as there is room for the name; else `query`. */
function nameOf(type: string, name: string | null): string {
  if (name === null) return type
  const full = `${type} ${name.slice(0, 100)}`
  if (!spanNames.has(full)) {
    if (spanNames.size >= limits.tracedOperationNames) return type
    spanNames.add(full)
  }
  return full
}
