import { trace } from '@opentelemetry/api'

/** What an SDK has beyond the API, which knows nothing of sending. */
interface Sdk {
  forceFlush?: () => Promise<void>
}

/** How long a collector may take for the last spans, in milliseconds. */
const patience = 1_000

/**
 * Sends the spans that an SDK still holds: it would lose them when the process exits. Never throws.
 */
export async function flushSpans(): Promise<void> {
  // The API stands in front of the SDK that was loaded.
  const provider = trace.getTracerProvider() as Sdk & { getDelegate?: () => Sdk }
  const sdk = provider.getDelegate?.() ?? provider
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, patience)))
  await Promise.race([sdk.forceFlush?.().catch(() => undefined), late])
  clearTimeout(timer)
}
