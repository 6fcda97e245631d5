import { type ConnectionsClient, type Document, openStream } from '../../../../kit/client/client.ts'

/** Servers say at least so often that they are still there. */
const silenceMs = 60_000

/**
 * Listens to one stream until it ends, is silent for a minute, or `left` is aborted.
 * @param heard called when it has opened, and for each answer
 */
export async function streamOnce(
  client: ConnectionsClient,
  document: Document<unknown, never>,
  heard: () => void,
  left: AbortSignal,
): Promise<void> {
  const silence = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const wait = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      silence.abort()
    }, silenceMs)
  }
  try {
    wait()
    const signal = AbortSignal.any([left, silence.signal])
    const { body } = await openStream(client, document, { signal })
    heard()
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
      wait()
      if (part.value.includes('event: next')) heard()
    }
  } catch {
    // It has ended, for whatever reason.
  } finally {
    clearTimeout(timer)
  }
}
