import { limits } from '../limits.ts'

/** How many messages an endpoint may have at the same time, and has. */
interface Endpoint {
  width: number
  sending: number
}

/**
 * The places for messages under way. Each endpoint has its own, so that a slow one holds up nobody
 * else: it begins with a few, gets one more with each success, and half as many when it is slow or
 * away.
 */
export class Places {
  readonly #endpoints = new Map<string, Endpoint>()
  #sending = 0

  /** Messages under way. */
  get sending(): number {
    return this.#sending
  }

  /** How many more may begin: in all, and at each endpoint that was met before. */
  get free(): { readonly total: number; readonly of: readonly (readonly [string, number])[] } {
    const total = Math.max(limits.webhooks.atOnce - this.#sending, 0)
    return {
      total: Math.min(total, limits.webhooks.claimedAtOnce),
      of: [...this.#endpoints].map(([id, { width, sending }]) => [
        id,
        Math.max(width - sending, 0),
      ]),
    }
  }

  begin(endpointId: string): void {
    const endpoint = this.#endpoints.get(endpointId)
    if (endpoint === undefined)
      this.#endpoints.set(endpointId, { width: limits.webhooks.endpointAtFirst, sending: 1 })
    else endpoint.sending++
    this.#sending++
  }

  /** @param how what the attempt says of the endpoint; null when it says nothing */
  end(endpointId: string, how: 'success' | 'slow' | null): void {
    this.#sending--
    const endpoint = this.#endpoints.get(endpointId)
    if (endpoint === undefined) return
    endpoint.sending--
    const { endpointAtOnce } = limits.webhooks
    if (how === 'success') endpoint.width = Math.min(endpoint.width + 1, endpointAtOnce)
    if (how === 'slow') endpoint.width = Math.max(Math.floor(endpoint.width / 2), 1)
  }
}
