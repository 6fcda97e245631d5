import type { Viewer } from '../../database/identity.ts'
import type { Session } from '../../database/session.ts'
import type { Transaction } from '../../database/sql.ts'
import { isRefused, type Refused } from '../../graphql/refusals.ts'
import { unlessErased } from '../../pairs/erased.ts'
import { parseChanges, type PrivacyInput } from './rules.ts'
import { type Privacy, selectPrivacy, upsertPrivacy } from './sql.ts'

interface Updated {
  readonly changed: boolean
  /** All settings as they are now; null for somebody who is no longer here. */
  readonly settings: Privacy | null
}

/**
 * Changes what the viewer allows others, from now on: no existing relationship is touched (rule 9).
 * Refuses with INVALID_INPUT; with UNAVAILABLE somebody who was erased.
 */
export async function updatePrivacySettings(
  session: Session<Viewer>,
  input: PrivacyInput,
): Promise<Updated | Refused> {
  const viewer = session.identity.userId
  const changes = parseChanges(input)
  if (isRefused(changes)) return changes
  const work = async (tx: Transaction): Promise<Updated> => {
    if (Object.keys(changes).length > 0) return upsertPrivacy(tx, viewer, changes)
    return { changed: false, settings: (await selectPrivacy(tx, [viewer])).get(viewer) ?? null }
  }
  return unlessErased('user_privacy_settings_user_id_fkey', () => session.write(work))
}
