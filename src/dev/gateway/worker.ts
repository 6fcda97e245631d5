import { enableCompileCache } from 'node:module'
import { parentPort } from 'node:worker_threads'
import type { RunningGateway } from './gateway.ts'
import type { ThreadMessage, ThreadOptions } from './thread.ts'

// The other side of `openGatewayThread`: is told what to serve, then to stop.

enableCompileCache()
// Begun before there is anything to serve: loading takes longer than serving.
const loading = Promise.all([
  import('./gateway.ts'),
  import('../explorer/routes.ts'),
  import('../console/routes.ts'),
])

let starting: Promise<RunningGateway> | null = null

parentPort?.on('message', (message: ThreadOptions | 'stop') => {
  if (message === 'stop') void stop()
  else void start(message)
})

async function start(options: ThreadOptions): Promise<void> {
  starting = loading.then(([{ startGateway }, { explorerRoutes }, { consoleRoutes }]) =>
    startGateway({
      ...options,
      pages: (app) => {
        explorerRoutes(app, options.explorer)
        consoleRoutes(app)
      },
      notice: (sentence) => {
        say({ kind: 'notice', sentence })
      },
    }),
  )
  try {
    say({ kind: 'serving', url: (await starting).url })
  } catch (error) {
    say({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) })
  }
}

async function stop(): Promise<void> {
  const gateway = await starting?.catch(() => null)
  await gateway?.close().catch(() => undefined)
  say({ kind: 'stopped' })
}

function say(message: ThreadMessage): void {
  parentPort?.postMessage(message)
}
