import {
  type ConnectionsClient,
  type Document,
  openStream,
  readEvents,
} from '../../../../kit/client/client.ts'

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
    const answers = readEvents(await openStream(client, document, { signal }), wait)
    heard()
    while ((await answers.next()).done !== true) heard()
  } catch {
    // It has ended, for whatever reason.
  } finally {
    clearTimeout(timer)
  }
}
