import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { limits } from '../limits.ts'

/** How a service stops taking requests. */
interface Draining {
  readonly hasBegun: boolean
  /**
   * Resolves when no request is left and nobody can send another. Call it once.
   * @param closing called when it stops listening
   */
  run(closing: () => void): Promise<void>
}

/**
 * Ends a service without failing a request. From the first moment on it says that it is not ready,
 * and each answer carries `Connection: close`, so that clients leave the connections that they
 * keep; requests are answered as before, on old connections and new ones, because a load balancer
 * needs a while to notice. After that while the service stops listening, finishes what it has, and
 * cuts off what is not finished in time.
 * @param graceMs how long it goes on listening, in milliseconds
 */
export function drainingOf(app: FastifyInstance, graceMs: number): Draining {
  let hasBegun = false
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (hasBegun) void reply.header('connection', 'close')
    done(null, payload)
  })
  return {
    get hasBegun() {
      return hasBegun
    },
    async run(closing) {
      hasBegun = true
      if (graceMs > 0) await sleep(graceMs)
      closing()
      const closed = app.close()
      // Once the server is closed, Node no longer looks for clients that are slow to send their
      // request.
      const cut = setTimeout(() => {
        app.log.warn('closing requests that did not finish in time')
        app.server.closeAllConnections()
      }, limits.connection.finishSeconds * 1_000)
      await closed
      clearTimeout(cut)
    },
  }
}
