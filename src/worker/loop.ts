import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds before a loop goes on that could not do its work. */
const pauseAfterFailure = 1_000

/** One kind of work that is done again and again, and never twice at the same time. */
export interface Loop {
  /** Ends the pause, so that the work is done now; or again, when it is being done. */
  wake(): void
  /** Resolves when the work that is being done is over. Nothing is done after that. */
  stop(): Promise<void>
}

/**
 * Does the work until it is stopped.
 * @param pauseMs waited between two rounds, unless somebody wakes the loop
 * @param work answers whether there is more, so that the next round follows without a pause
 * @param failed told of what was thrown; the work is tried again after a second
 */
export function startLoop(
  pauseMs: number,
  work: () => Promise<boolean>,
  failed: (error: unknown) => void,
): Loop {
  let stopped = false
  let isAwake = false
  let waking = new AbortController()

  const pause = async (ms: number) => {
    if (!isAwake && !stopped) {
      waking = new AbortController()
      await sleep(ms, undefined, { signal: waking.signal }).catch(() => undefined)
    }
    isAwake = false
  }
  const run = async () => {
    while (!stopped) {
      try {
        isAwake = false
        if (!(await work())) await pause(pauseMs)
      } catch (error) {
        failed(error)
        isAwake = false
        await pause(pauseAfterFailure)
      }
    }
  }
  const wake = () => {
    isAwake = true
    waking.abort()
  }
  const running = run()
  return {
    wake,
    stop: async () => {
      stopped = true
      wake()
      await running
    },
  }
}
