import { ProxyTracerProvider, trace } from '@opentelemetry/api'

/** How long a collector may take for the last spans, in milliseconds. */
const patience = 1_000

/** Sends the spans that an SDK still holds: it would lose them when the process exits. Never throws. */
export async function flushSpans(): Promise<void> {
  const provider = trace.getTracerProvider()
  // Of the API, which knows nothing of sending; an SDK has it.
  const sdk = (provider instanceof ProxyTracerProvider ? provider.getDelegate() : provider) as {
    forceFlush?: () => Promise<void>
  }
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, patience)))
  await Promise.race([sdk.forceFlush?.().catch(() => undefined), late])
  clearTimeout(timer)
}
