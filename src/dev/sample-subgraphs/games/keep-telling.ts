import { setTimeout as sleep } from 'node:timers/promises'

/** The longest wait after a failure. */
const longestWaitMs = 30_000

/**
 * Goes on telling another service what happens. While it does not answer, the wait grows.
 * @param tell tells what waits, in order; resolves to whether more may wait
 * @param everyMs how often it looks
 * @returns ends it
 */
export function keepTelling(
  tell: (signal: AbortSignal) => Promise<boolean>,
  everyMs: number,
): () => Promise<void> {
  const ending = new AbortController()
  const { signal } = ending
  const keepOn = async () => {
    let wait = everyMs
    while (!signal.aborted) {
      try {
        wait = (await tell(signal)) ? 0 : everyMs
      } catch {
        // Whatever it was, what waits is still there.
        wait = Math.min(Math.max(wait, everyMs) * 2, longestWaitMs)
      }
      await sleep(wait, undefined, { signal }).catch(() => undefined)
    }
  }
  const ended = keepOn()
  return async () => {
    ending.abort()
    await ended
  }
}
