import { type Context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { sqlState } from './retry.ts'

const tracer = trace.getTracer('connections')

/** Ends the span of one message to Postgres; with what it failed of, if it did. */
type EndBatchSpan = (failure?: unknown) => void

/**
 * Begins a span for one message to Postgres. It has the names of the statements and, when the
 * message fails, a code; never a statement's text, a value, a row or a message of Postgres.
 *
 * The parent is passed on explicitly: statements of many fields and loaders travel together, so
 * there is no one asynchronous context that they come from.
 * @param parent has the span of the operation
 * @param statements their names, in the order in which they are sent
 */
export function beginBatchSpan(parent: Context, statements: readonly string[]): EndBatchSpan {
  const [only = 'BATCH', ...others] = statements
  const span = tracer.startSpan(
    // The names of several in a row are as many as there are documents.
    others.length === 0 ? only : 'BATCH',
    {
      kind: SpanKind.CLIENT,
      attributes: {
        'db.system.name': 'postgresql',
        'connections.statements': [...statements],
        ...(others.length > 0 && { 'db.operation.batch.size': statements.length }),
      },
    },
    parent,
  )
  return (failure) => {
    if (failure !== undefined) {
      const code = sqlState(failure)
      span.setAttribute('error.type', code ?? '_OTHER')
      if (code !== undefined && /^[\dA-Z]{5}$/.test(code))
        span.setAttribute('db.response.status_code', code)
      span.setStatus({ code: SpanStatusCode.ERROR })
    }
    span.end()
  }
}

/** Traces what is not sent in a batch: a message of its own. Gives what the message gives. */
export async function tracedAlone<T>(
  parent: Context | null,
  name: string,
  answer: Promise<T>,
): Promise<T> {
  if (parent === null) return answer
  const end = beginBatchSpan(parent, [name])
  try {
    const answered = await answer
    end()
    return answered
  } catch (error) {
    end(error)
    throw error
  }
}
