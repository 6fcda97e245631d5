import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A span as it comes over OTLP. */
export interface SentSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly {
    readonly key: string
    readonly value: {
      readonly stringValue?: string
      readonly arrayValue?: { readonly values: readonly { readonly stringValue?: string }[] }
    }
  }[]
  /** The name of the tracer. */
  readonly scope: string
}

interface Sent {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly {
      readonly scope: { readonly name: string }
      readonly spans: readonly Omit<SentSpan, 'scope'>[]
    }[]
  }[]
}

/** A collector on this machine that keeps what it is sent: OTLP over HTTP, in JSON. */
export async function startCollector() {
  const spans: SentSpan[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      for (const { scopeSpans } of (JSON.parse(body) as Sent).resourceSpans)
        for (const { scope, spans: sent } of scopeSpans)
          spans.push(...sent.map((span) => ({ ...span, scope: scope.name })))
      response.setHeader('content-type', 'application/json')
      response.end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${String(port)}/v1/traces`,
    spans,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/**
 * A trace as a tree, a line a span: who made it, its name, the statements in it, and how long it
 * took. Siblings stand by name, for which of two that run at the same time began first is chance.
 */
export function asText(spans: readonly SentSpan[]): string {
  const known = new Set(spans.map(({ spanId }) => spanId))
  const inOrder = spans.toSorted((one, other) => one.name.localeCompare(other.name))
  const lines = (parent: string | undefined, depth: number): string[] =>
    inOrder
      .filter(({ parentSpanId = '' }) =>
        parent === undefined ? !known.has(parentSpanId) : parentSpanId === parent,
      )
      .flatMap((span) => [lineOf(span, depth), ...lines(span.spanId, depth + 1)])
  return lines(undefined, 0).join('\n')
}

function lineOf(span: SentSpan, depth: number): string {
  const { scope, name, attributes, startTimeUnixNano: start, endTimeUnixNano: end } = span
  const statements = attributes.find(({ key }) => key === 'connections.statements')
  const names = statements?.value.arrayValue?.values.map(({ stringValue }) => stringValue) ?? []
  const what = names.length > 1 ? `${name} ${names.join(', ')}` : name
  const ms = Number(BigInt(end) - BigInt(start)) / 1e6
  return `${`${'  '.repeat(depth)}${what}`.padEnd(60)} ${scope.padEnd(24)} ${ms.toFixed(1)} ms`
}
