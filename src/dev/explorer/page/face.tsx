import { people } from '../../seed/people.ts'
import type { Identity } from './identity.ts'

/** A coloured initial. Each demo person has a colour; everyone else is grey. */
export function Face({ identity }: { readonly identity: Identity }) {
  const place = people.findIndex((person) => person === identity.as)
  const background = place === -1 ? 'hsl(219 12% 45%)' : `hsl(${place * 30 + 250} 55% 42%)`
  const initial = { person: identity.name.charAt(0), nobody: '–', service: 's', unknown: '?' }
  return (
    <span className="explorer-face" style={{ background }} aria-hidden="true">
      {initial[identity.kind]}
    </span>
  )
}
