import type { GatewayPlugin } from '@graphql-hive/gateway-runtime'
import { type Context, ROOT_CONTEXT, type Span, SpanKind, trace } from '@opentelemetry/api'
import { type DocumentNode, getOperationAST } from 'graphql'
import { remoteContext, traceHeaders } from '../../server/observability/trace-parent.ts'

const tracer = trace.getTracer('connections-dev-gateway')

/** What the gateway is asked, for which its types say `any`. */
interface Asked {
  readonly document: DocumentNode
  readonly operationName?: string
}

interface Traced {
  readonly span: Span
  readonly context: Context
}

/**
 * Traces each operation and, below it, each request to a subgraph, and tells the subgraph. Without
 * an OpenTelemetry SDK it only passes on the `traceparent` and `tracestate` that a client sent.
 */
export function traceOperations(): GatewayPlugin {
  const operations = new WeakMap<object, Traced>()
  const begin = (name: string, kind: SpanKind, parent: Context): Traced => {
    const span = tracer.startSpan(name, { kind }, parent)
    return { span, context: trace.setSpan(parent, span) }
  }
  const describe = (request: object, { document, operationName }: Asked) => {
    const operation = getOperationAST(document, operationName)
    const { span } = operations.get(request) ?? {}
    if (operation == null || span === undefined) return
    const name = operation.name?.value
    span.setAttribute('graphql.operation.type', operation.operation)
    if (name !== undefined) span.setAttribute('graphql.operation.name', name)
    span.updateName(name === undefined ? operation.operation : `${operation.operation} ${name}`)
  }
  return {
    onRequest({ request }) {
      const parent = remoteContext(Object.fromEntries(request.headers))
      operations.set(request, begin('GraphQL Operation', SpanKind.SERVER, parent))
    },
    onExecute({ args: { contextValue, ...args } }) {
      describe(contextValue.request, args)
    },
    onSubscribe({ args: { contextValue, ...args } }) {
      describe(contextValue.request, args)
    },
    onSubgraphExecute({ subgraphName, executionRequest }) {
      const request = (executionRequest.context as { request?: object } | undefined)?.request
      const parent = operations.get(request ?? {})?.context ?? ROOT_CONTEXT
      const { span } = begin(`subgraph ${subgraphName}`, SpanKind.CLIENT, parent)
      const extensions = (executionRequest.extensions ??= {}) as { headers?: object }
      extensions.headers = { ...extensions.headers, ...traceHeaders(span.spanContext()) }
      return () => {
        span.end()
      }
    },
    onResponse({ request }) {
      operations.get(request)?.span.end()
    },
  }
}
