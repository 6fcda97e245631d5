import type { Door } from '../base/door.ts'
import type { Viewer } from '../base/identity.ts'
import { isRefused, type Refused } from '../base/refusals.ts'
import type { ProfileInput } from '../generated/graphql.ts'
import { readProfile } from './rules.ts'
import { writeProfile } from './sql.ts'

/** Changes what the viewer says of themselves; what is left out stays (RULES 3). Refuses with INVALID_INPUT. */
export async function updateProfile(
  door: Door<Viewer>,
  input: ProfileInput,
): Promise<{ readonly changed: boolean } | Refused> {
  const changes = readProfile(input)
  if (isRefused(changes)) return changes
  return door.write(async (tx) => ({
    changed: await writeProfile(tx, door.identity.userId, changes),
  }))
}
