import { idOf, people, subjectOf } from '../../seed/cast.ts'
import type { Via } from '../example.ts'

/** Whom one is to the service. `unknown` is what an address bar may hold: neither a demo person nor a UUID. */
export type Identity =
  | { readonly kind: 'person'; readonly as: string; readonly name: string; readonly id: string }
  | { readonly kind: 'nobody' | 'service' | 'unknown'; readonly as: string; readonly name: string }

/** Reads what somebody typed or an address holds: a demo person's name, any UUID, `nobody` or `service`. */
export function identityOf(text: string): Identity {
  const as = text.trim().toLowerCase()
  if (as === 'nobody') return { kind: 'nobody', as, name: 'nobody' }
  if (as === 'service') return { kind: 'service', as, name: 'a service' }
  const id = subjectOf(as)
  if (id === null) return { kind: 'unknown', as: text.trim(), name: text.trim() }
  const person = people.find((each) => idOf(each) === id)
  return { kind: 'person', as: person ?? id, name: person ?? 'somebody', id }
}

/** What the address says: who one is, and who answers. */
export interface Place {
  readonly identity: Identity
  readonly via: Via
}

/** Alice, asking the gateway, unless the address says otherwise. */
export function readPlace(): Place {
  const parameters = new URLSearchParams(location.search)
  return {
    identity: identityOf(parameters.get('as') ?? 'alice'),
    via: parameters.get('via') === 'subgraph' ? 'subgraph' : 'gateway',
  }
}

/** Puts it into the address, where it survives a reload and can be passed on. A token never gets there. */
export function writePlace({ identity, via }: Place): void {
  const parameters = new URLSearchParams({ as: identity.as })
  if (via === 'subgraph') parameters.set('via', via)
  history.replaceState(null, '', `?${parameters.toString()}`)
}
