import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { isIP } from 'node:net'
import { AddressRefused, type AllowedAddresses, guardedLookup, refusalOf } from './networks.ts'

/**
 * The agent to send a webhook with: it checks every address that it connects to, and keeps
 * connections. All deliveries of a process share the two agents of one `allowed`.
 *
 * The check is made when a connection is opened and not only when an endpoint is saved, because a
 * name can lead somewhere else by then. A request that is refused fails with `AddressRefused`, also
 * for addresses that are written in the URL, which need no look-up.
 */
export function agentFor(url: string | URL, allowed: AllowedAddresses): HttpAgent {
  const agents = kept.get(allowed) ?? {
    'http:': new GuardedHttpAgent(allowed),
    'https:': new GuardedHttpsAgent(allowed),
  }
  kept.set(allowed, agents)
  const { protocol } = new URL(url)
  if (protocol === 'https:') return agents['https:']
  if (protocol === 'http:' && !allowed.httpsOnly) return agents['http:']
  throw new AddressRefused(new URL(url).hostname, `${protocol} is not allowed; use https:`)
}

const kept = new WeakMap<AllowedAddresses, Readonly<Record<'http:' | 'https:', HttpAgent>>>()

type Connect = HttpAgent['createConnection']
type Terms = Parameters<Connect>[0]
type Callback = Parameters<Connect>[1]

class GuardedHttpAgent extends HttpAgent {
  readonly #allowed: AllowedAddresses
  constructor(allowed: AllowedAddresses) {
    super({ keepAlive: true })
    this.#allowed = allowed
  }

  override createConnection(terms: Terms, callback?: Callback) {
    return guarded(terms, this.#allowed, callback, (safe) => super.createConnection(safe, callback))
  }
}

class GuardedHttpsAgent extends HttpsAgent {
  readonly #allowed: AllowedAddresses
  constructor(allowed: AllowedAddresses) {
    super({ keepAlive: true })
    this.#allowed = allowed
  }

  override createConnection(terms: Terms, callback?: Callback) {
    return guarded(terms, this.#allowed, callback, (safe) => super.createConnection(safe, callback))
  }
}

/** Node looks up no address that is one already, so this one is checked before it connects. */
function guarded(
  terms: Terms,
  allowed: AllowedAddresses,
  callback: Callback,
  connect: (terms: Terms) => ReturnType<Connect>,
): ReturnType<Connect> {
  const port = Number(terms.port)
  const host = terms.host ?? ''
  const refusal = isIP(host) === 0 ? null : refusalOf(host, port, allowed)
  if (refusal === null) return connect({ ...terms, lookup: guardedLookup(port, allowed) })
  callback?.(new AddressRefused(host, refusal), undefined as never)
  return undefined
}
