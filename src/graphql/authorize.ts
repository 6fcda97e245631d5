import type { Service, Viewer } from '../database/identity.ts'
import type { Session } from '../database/session.ts'
import { forbidden, unauthenticated } from './errors.ts'

/**
 * The session of the person who is signed in.
 * @throws UNAUTHENTICATED for the anonymous, FORBIDDEN for services
 */
export function asViewer(session: Session): Session<Viewer> {
  if (session.identity.kind === 'anonymous') throw unauthenticated()
  if (session.identity.kind === 'service')
    throw forbidden('This needs a user token; a service token cannot act as a person.')
  return session as Session<Viewer>
}

/** The session of a service. @throws UNAUTHENTICATED for the anonymous, FORBIDDEN for people */
export function asService(session: Session): Session<Service> {
  if (session.identity.kind === 'anonymous') throw unauthenticated(needsService)
  if (session.identity.kind === 'viewer') throw forbidden(needsService)
  return session as Session<Service>
}

const needsService = 'This needs a service token.'
