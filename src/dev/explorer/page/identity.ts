import { idOf, people, subjectOf } from '../../seed/people.ts'
import type { Via } from '../example.ts'

/**
 * Who a query is sent as. `unknown` is text from the address that is neither a demo person nor a
 * UUID.
 */
export type Identity =
  | { readonly kind: 'person'; readonly as: string; readonly name: string; readonly id: string }
  | { readonly kind: 'nobody' | 'service' | 'unknown'; readonly as: string; readonly name: string }

/**
 * Reads a demo person's name, a UUID, `nobody` or `service`, from the address or as somebody typed
 * it.
 */
export function identityOf(text: string): Identity {
  const as = text.trim().toLowerCase()
  if (as === 'nobody') return { kind: 'nobody', as, name: 'signed out' }
  if (as === 'service') return { kind: 'service', as, name: 'a service' }
  const id = subjectOf(as)
  if (id === null) return { kind: 'unknown', as: text.trim(), name: text.trim() }
  const person = people.find((each) => idOf(each) === id)
  return { kind: 'person', as: person ?? id, name: person ?? `${id.slice(0, 8)}…`, id }
}

/** Completes "run …" and "you are …": `as alice`, `as a service`, `signed out`. */
export function asWhom({ kind, name }: Identity): string {
  return kind === 'nobody' ? name : `as ${name}`
}

/** What the address says: who queries are sent as, and which endpoint they are sent to. */
export interface Place {
  readonly identity: Identity
  readonly via: Via
}

/**
 * Where the browser keeps who somebody is, for each tab by itself: two windows side by side can be
 * two people. The explorer and the console share it.
 */
const keptAs = 'connections:as'

/** Who this tab is: as the address says, or as it was before. Null in a new tab. */
export function rememberedIdentity(): Identity | null {
  const as = new URLSearchParams(location.search).get('as') ?? sessionStorage.getItem(keptAs)
  return as === null ? null : identityOf(as)
}

/** Keeps who this tab is, for its next page. */
export function rememberIdentity({ as }: Identity): void {
  sessionStorage.setItem(keptAs, as)
}

/** Alice and the gateway, unless the address or the tab says otherwise. */
export function readPlace(): Place {
  const parameters = new URLSearchParams(location.search)
  return {
    identity: rememberedIdentity() ?? identityOf('alice'),
    via: parameters.get('via') === 'subgraph' ? 'subgraph' : 'gateway',
  }
}

/**
 * Writes it into the address, so that it survives a reload and can be shared. A token is never in
 * the address.
 */
export function writePlace({ identity, via }: Place): void {
  rememberIdentity(identity)
  const parameters = new URLSearchParams({ as: identity.as })
  if (via === 'subgraph') parameters.set('via', via)
  history.replaceState(null, '', `?${parameters.toString()}`)
}
