import { Worker } from 'node:worker_threads'
import type { ExplorerFacts } from '../explorer/routes.ts'
import type { GatewayOptions } from './gateway.ts'

/** What the thread is told to serve: all that can be sent to it. */
export type ThreadOptions = Omit<GatewayOptions, 'notice' | 'pages'> & {
  /** For the page at `/`. */
  readonly explorer: ExplorerFacts
}

/** What the thread says. */
export type ThreadMessage =
  | { readonly kind: 'serving'; readonly url: string }
  | { readonly kind: 'notice'; readonly sentence: string }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'stopped' }

/**
 * The gateway in a thread of its own, which loads its packages while the rest of the stack starts.
 */
export interface GatewayThread {
  /** Begins to serve. @returns the URL of its GraphQL */
  readonly serve: (options: ThreadOptions) => Promise<string>
  /** May be called again. */
  readonly stop: () => Promise<void>
}

/**
 * Begins to load the gateway, which has as much to load as all the rest, on another core. In a
 * thread it also takes no time from the subgraph that a developer measures.
 * @param notice told what the gateway has to say to the developer
 */
export function openGatewayThread(notice: (sentence: string) => void): GatewayThread {
  const worker = new Worker(new URL('worker.ts', import.meta.url))
  // A stack that could not start must not be held open by a gateway that waits to be told.
  worker.unref()
  const serving = Promise.withResolvers<string>()
  const stopped = Promise.withResolvers<undefined>()
  // Whoever waits for it is told; nobody may wait.
  serving.promise.catch(() => undefined)
  let stopping = false
  worker.on('error', (error: Error) => {
    serving.reject(error)
    if (!stopping) notice(`The gateway stopped: ${error.message}`)
  })
  worker.on('exit', () => {
    serving.reject(new Error('The gateway has stopped.'))
    stopped.resolve(undefined)
  })
  worker.on('message', (message: ThreadMessage) => {
    switch (message.kind) {
      case 'serving':
        return serving.resolve(message.url)
      case 'notice':
        // What it sees while everything ends is no news.
        return stopping ? undefined : notice(message.sentence)
      case 'failed':
        return serving.reject(new Error(message.reason))
      case 'stopped':
        return stopped.resolve(undefined)
    }
  })
  let asked = false
  return {
    serve: (options) => {
      asked = true
      worker.postMessage(options)
      return serving.promise
    },
    stop: async () => {
      stopping = true
      worker.ref()
      if (asked) {
        worker.postMessage('stop')
        await stopped.promise
      }
      // Whatever its packages still have under way ends here.
      await worker.terminate()
    },
  }
}
