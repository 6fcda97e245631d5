import type { Viewer } from '../../database/identity.ts'
import type { Session } from '../../database/session.ts'
import type { Transaction } from '../../database/sql.ts'
import { isRefused, refuse, refuseBecause, type Refused } from '../../graphql/refusals.ts'
import { unlessErased } from '../../pairs/erased.ts'
import { lockCaps, lockPair } from '../../pairs/lock.ts'
import { type Contact, upsertContact } from '../contacts/sql.ts'
import { type LinkInput, linkUnavailable, parseLink, refuseLink } from './rules.ts'
import {
  type ContactLink,
  insertLink,
  insertLinkUse,
  selectLink,
  selectLinksByHash,
  selectLinkSituation,
  updateToRevoked,
} from './sql.ts'
import { newToken, parseToken } from './tokens.ts'

interface Created {
  readonly changed: true
  readonly link: ContactLink
  /** The only time that anybody sees it. */
  readonly token: string
}

/**
 * Makes a link of the viewer's (rules 4.1, 4.2). Refuses with INVALID_INPUT or LIMIT_REACHED; with
 * UNAVAILABLE somebody who was erased, and whose token is good still.
 */
export async function createLink(
  session: Session<Viewer>,
  input: LinkInput,
): Promise<Created | Refused> {
  const viewer = session.identity.userId
  const wanted = parseLink(input)
  if (isRefused(wanted)) return wanted
  const work = async (tx: Transaction): Promise<Created | Refused> => {
    await lockCaps(tx, viewer)
    const refused = refuseLink(
      await selectLinkSituation(tx, viewer, wanted.expiresAt),
      wanted.expiresAt,
    )
    if (refused !== null) return refused
    const { token, hash } = newToken()
    const link = await insertLink(tx, viewer, wanted, hash)
    return { changed: true, link, token }
  }
  return unlessErased('contact_links_maker_user_id_fkey', () => session.write(work))
}

interface Revoked {
  readonly changed: boolean
  readonly link: ContactLink
}

/**
 * Takes a link of the viewer's back, for good. Refuses with NOT_FOUND, for somebody else's as for
 * none.
 */
export async function revokeOwnLink(
  session: Session<Viewer>,
  id: string,
): Promise<Revoked | Refused> {
  const viewer = session.identity.userId
  return session.write(async (tx) => {
    const revoked = await updateToRevoked(tx, viewer, id)
    const link = revoked ?? (await selectLink(tx, viewer, id))
    return link === null
      ? refuseBecause('NOT_FOUND', 'You have no contact link with this `id`.', { field: ['id'] })
      : { changed: revoked !== null, link }
  })
}

interface Consumed {
  /** Whether the contact is new. */
  readonly changed: boolean
  readonly contact: Contact
}

/**
 * Keeps the maker of a link as the viewer's contact (rule 4.3). Refuses with SELF or
 * LINK_UNAVAILABLE.
 */
export async function consumeLink(
  session: Session<Viewer>,
  token: string,
): Promise<Consumed | Refused> {
  const viewer = session.identity.userId
  const hash = parseToken(token)
  if (hash === null) return linkUnavailable()
  return session.write(async (tx) => {
    // The maker of a link never changes, so the link is read first, to know which pair to hold;
    // `insertLinkUse` reads it again. A link that cannot be consumed is not found, whatever the
    // reason, so that none of them takes longer (rule 0.9).
    const maker = (await selectLinksByHash(tx, [hash])).get(hash)?.maker
    if (maker === undefined) return linkUnavailable()
    if (maker === viewer) return refuse('SELF', { field: ['token'] })
    await lockPair(tx, viewer, maker)
    if (!(await insertLinkUse(tx, hash))) return linkUnavailable()
    const contact = await upsertContact(tx, viewer, maker)
    return contact === null ? linkUnavailable() : { changed: contact.added, contact }
  })
}
