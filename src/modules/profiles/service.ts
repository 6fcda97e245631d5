import type { Viewer } from '../../database/identity.ts'
import type { Session } from '../../database/session.ts'
import type { UserProfileInput } from '../../generated/graphql.ts'
import { isRefused, type Refused } from '../../graphql/refusals.ts'
import { unlessErased } from '../../pairs/erased.ts'
import { parseProfile } from './rules.ts'
import { upsertProfile } from './sql.ts'

/**
 * Changes what the viewer says of themselves; what is left out stays (rule 3). Refuses with
 * INVALID_INPUT; with UNAVAILABLE somebody who was erased.
 */
export async function updateProfile(
  session: Session<Viewer>,
  input: UserProfileInput,
): Promise<{ readonly changed: boolean } | Refused> {
  const changes = parseProfile(input)
  if (isRefused(changes)) return changes
  return unlessErased('user_profiles_user_id_fkey', () =>
    session.write(async (tx) => ({
      changed: await upsertProfile(tx, session.identity.userId, changes),
    })),
  )
}
