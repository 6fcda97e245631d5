import type { Viewer } from '../../database/identity.ts'
import type { Session } from '../../database/session.ts'
import type { UserId } from '../../graphql/ids.ts'
import { refuse, type Refused } from '../../graphql/refusals.ts'
import { lockPair } from '../../pairs/lock.ts'
import { selectPairState } from '../../pairs/pair-state.ts'
import { refuseAbsent } from '../../pairs/rules.ts'
import { type Contact, deleteContact, upsertContact } from './sql.ts'

export interface Added {
  readonly changed: boolean
  readonly contact: Contact
}

/**
 * Keeps `other` as a contact of the viewer (rule 1.1). Refuses with BLOCKED_BY_YOU or UNAVAILABLE.
 */
export async function addContact(
  session: Session<Viewer>,
  other: UserId,
): Promise<Added | Refused> {
  const viewer = session.identity.userId
  return session.write(async (tx) => {
    const [, pair] = await Promise.all([lockPair(tx, viewer, other), selectPairState(tx, other)])
    const refused = refuseAbsent(pair)
    if (refused !== null) return refused
    const contact = await upsertContact(tx, viewer, other)
    if (contact === null) return refuse('UNAVAILABLE', { field: ['userId'] })
    return { changed: contact.added, contact }
  })
}

export interface Removed {
  readonly changed: boolean
  /** As it was; null when there was none. */
  readonly contact: Contact | null
}

/**
 * Takes `other` out of the viewer's contacts, whether or not they were in, or exist (rules 1.2,
 * 1.3).
 */
export async function removeContact(session: Session<Viewer>, other: UserId): Promise<Removed> {
  const viewer = session.identity.userId
  return session.write(async (tx) => {
    const [, contact] = await tx.last(
      Promise.all([lockPair(tx, viewer, other), deleteContact(tx, viewer, other)]),
    )
    return { changed: contact !== null, contact }
  })
}
