import type { Viewer } from '../../database/identity.ts'
import type { Session } from '../../database/session.ts'
import type { Queryable, Transaction } from '../../database/sql.ts'
import { refuse, refuseBecause, type Refused } from '../../graphql/refusals.ts'
import { unlessErased } from '../../pairs/erased.ts'
import {
  alternativesTo,
  type Availability,
  isReserved,
  judgeAvailability,
  parseUsername,
  unfitUsername,
} from './rules.ts'
import { selectFreeNames, updateUsername } from './sql.ts'

interface Claimed {
  readonly changed: boolean
  /** In its canonical form. */
  readonly username: string
}

/**
 * Gives the viewer a username in place of the one before (rule 2). Refuses with USERNAME_INVALID
 * and, alike for taken, held and reserved names, USERNAME_TAKEN; with UNAVAILABLE somebody who was
 * erased.
 */
export async function claimUsername(
  session: Session<Viewer>,
  wish: string,
): Promise<Claimed | Refused> {
  const name = parseUsername(wish)
  if (name === null)
    return refuseBecause('USERNAME_INVALID', unfitUsername(wish), { field: ['username'] })
  if (isReserved(name)) return refuse('USERNAME_TAKEN', { field: ['username'] })
  const work = async (tx: Transaction): Promise<Claimed | Refused> => {
    const outcome = await updateUsername(tx, name)
    if (outcome === 'taken') return refuse('USERNAME_TAKEN', { field: ['username'] })
    return { changed: outcome === 'claimed', username: name }
  }
  return unlessErased('usernames_user_id_fkey', () => session.write(work))
}

/** Whether a name could be claimed now and, if not, why and which others could. */
export async function selectAvailability(from: Queryable, wish: string): Promise<Availability> {
  const name = parseUsername(wish)
  const candidates = alternativesTo(wish)
  const free = await selectFreeNames(from, name === null ? candidates : [name, ...candidates])
  return judgeAvailability(name, candidates, free)
}
