import type { Door } from '../database/session.ts'
import { forbidden, unauthenticated } from './errors.ts'
import type { Service, Viewer } from '../database/identity.ts'

/** The door of the person who is signed in. @throws UNAUTHENTICATED for the anonymous, FORBIDDEN for services */
export function asViewer(door: Door): Door<Viewer> {
  if (door.identity.kind === 'anonymous') throw unauthenticated()
  if (door.identity.kind === 'service') throw forbidden('A service has no viewer to do this as.')
  return door as Door<Viewer>
}

/** The door of a service. @throws UNAUTHENTICATED for the anonymous, FORBIDDEN for people */
export function asService(door: Door): Door<Service> {
  if (door.identity.kind === 'anonymous') throw unauthenticated()
  if (door.identity.kind === 'viewer') throw forbidden('Only a service may do this.')
  return door as Door<Service>
}
