import { parentPort } from 'node:worker_threads'
import { frontPage } from './front-page.ts'
import { startGateway, type RunningGateway } from './gateway.ts'
import type { ThreadMessage, ThreadOptions } from './thread.ts'

// The other side of `openGatewayThread`: is told what to serve, then to stop.

let starting: Promise<RunningGateway> | null = null

parentPort?.on('message', (message: ThreadOptions | 'stop') => {
  if (message === 'stop') void stop()
  else void start(message)
})

async function start(options: ThreadOptions): Promise<void> {
  starting = startGateway({
    ...options,
    pages: frontPage,
    notice: (notice) => {
      say({ notice })
    },
  })
  try {
    say({ url: (await starting).url })
  } catch (error) {
    say({ failure: error instanceof Error ? error.message : String(error) })
  }
}

async function stop(): Promise<void> {
  const gateway = await starting?.catch(() => null)
  await gateway?.close().catch(() => undefined)
  // Nothing is left to listen to, so the thread ends, whatever its packages still have under way.
  parentPort?.close()
}

function say(message: ThreadMessage): void {
  parentPort?.postMessage(message)
}
