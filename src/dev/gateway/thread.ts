import { Worker } from 'node:worker_threads'
import type { GatewayOptions } from './gateway.ts'

/** What the thread is told to serve: all that can be sent to it. */
export type ThreadOptions = Omit<GatewayOptions, 'notice' | 'pages'>

/** What the thread says. */
export type ThreadMessage =
  { readonly url: string } | { readonly notice: string } | { readonly failure: string }

/** The gateway in a thread of its own, which loads its packages while the rest of the world starts. */
export interface GatewayThread {
  /** Begins to serve. @returns the URL of its GraphQL */
  readonly serve: (options: ThreadOptions) => Promise<string>
  readonly stop: () => Promise<void>
}

/**
 * Begins to load the gateway, which has as much to load as all the rest, on another core. In a thread it also takes no
 * time from the subgraph that a developer measures.
 * @param notice told what the gateway has to say to the developer
 */
export function openGatewayThread(notice: (sentence: string) => void): GatewayThread {
  const worker = new Worker(new URL('worker.ts', import.meta.url))
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  // A world that could not start must not be held open by a gateway that waits to be told.
  worker.unref()
  let failed: unknown = null
  const said = Promise.withResolvers<string>()
  said.promise.catch(() => undefined)
  worker.on('error', (error) => {
    failed = error
    said.reject(error instanceof Error ? error : new Error(String(error)))
  })
  worker.on('message', (message: ThreadMessage) => {
    if ('url' in message) said.resolve(message.url)
    else if ('notice' in message) notice(message.notice)
    else said.reject(new Error(message.failure))
  })
  return {
    serve: (options) => {
      worker.postMessage(options)
      return said.promise
    },
    stop: async () => {
      worker.ref()
      if (failed === null) worker.postMessage('stop')
      await ended
    },
  }
}
