import type { Service, Viewer } from '../../database/identity.ts'
import type { Session } from '../../database/session.ts'
import { tooMany } from '../../graphql/errors.ts'
import { notUuid, parseUserId, type UserId } from '../../graphql/ids.ts'
import { type Refused, refuseInput } from '../../graphql/refusals.ts'
import { limits } from '../../limits.ts'
import { insertUsers } from './sql.ts'

/** Makes the viewer's row, if there is none yet. */
export async function ensureUser(session: Session<Viewer>): Promise<void> {
  await session.write((tx) => insertUsers(tx, [session.identity.userId]))
}

interface Registered {
  readonly changed: boolean
  /** In the order of the ids given. */
  readonly users: readonly UserId[]
}

/**
 * Makes the rows of people whom another service vouches for. Takes all of the ids or, refusing,
 * none.
 */
export async function registerUsers(
  session: Session<Service>,
  ids: readonly string[],
): Promise<Registered | Refused> {
  const most = limits.registeredAtOnce
  if (ids.length > most) return refuseInput(['ids'], tooMany(most, ids.length))
  const users = ids.map(parseUserId)
  if (!users.every((id) => id !== null)) return refuseInput(['ids'], notUuid, users.indexOf(null))
  const added = await session.write((tx) => insertUsers(tx, users))
  return { changed: added > 0, users }
}
