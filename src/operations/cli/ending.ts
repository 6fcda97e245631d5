import closeWithGrace from 'close-with-grace'
import type { Host } from './host.ts'

/**
 * Platforms kill ten seconds after SIGTERM; what is not done by then is cut off, with exit code 1.
 * In milliseconds.
 */
const patience = 9_500

/**
 * Ends the process in order: at the first request to end, or at an error that nobody caught (exit
 * code 1), `stop` runs once, and then the process exits.
 * @param patienceMs how long `stop` may take, in milliseconds
 * @returns how to end because of a failure: it is printed, and the exit code is 1
 *
 * @NOTE Requests that follow are ignored on purpose. With `npm start`, Ctrl-C arrives twice, from
 * the terminal and again from npm, and close-with-grace, left to itself, gives up at the second one
 * and leaves Postgres behind. So the signals are ours, the rest is its work.
 */
export function endInOrder(
  host: Host,
  stop: () => Promise<void>,
  patienceMs = patience,
): (failure: Error) => void {
  let ending = false
  let failed: Error | null = null
  const closing = closeWithGrace(
    {
      delay: patienceMs,
      logger: {
        error: (said: string | Error) => {
          if (said !== failed) host.complain(String(said))
        },
      },
      skip: ['SIGINT', 'SIGTERM', 'SIGHUP', 'beforeExit'],
    },
    async ({ err }) => {
      ending = true
      if (err !== undefined) host.complain(err.stack ?? err.message)
      await stop()
      // What is thrown here makes the exit code 1.
      if (failed !== null) throw failed
    },
  )
  const end = () => {
    if (!ending) closing.close()
    ending = true
  }
  host.onEnd(end)
  return (failure) => {
    if (ending) return
    failed = failure
    host.complain(failure.message)
    end()
  }
}
