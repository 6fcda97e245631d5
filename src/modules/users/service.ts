import type { Service, Viewer } from '../../database/identity.ts'
import type { Session } from '../../database/session.ts'
import { tooMany } from '../../graphql/errors.ts'
import { notUuid, parseUserId, type UserId } from '../../graphql/ids.ts'
import { type Refused, refuseInput } from '../../graphql/refusals.ts'
import { limits } from '../../limits.ts'
import { insertDeletion, insertUsers, isDeleted } from './sql.ts'

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

/**
 * Makes the row of a person who has got an account, unless the account service has said before that
 * it is gone: its messages come in any order. Whether there is a new row.
 */
export async function registerAccount(session: Session<Service>, id: UserId): Promise<boolean> {
  return session.write(async (tx) => {
    if (await isDeleted(tx, id)) return false
    return (await insertUsers(tx, [id])) > 0
  })
}

/**
 * Keeps it that a person's account is gone, until they are erased. Whether this was the first to
 * say so.
 * @param eventId of the message that says so
 */
export async function keepDeletion(
  session: Session<Service>,
  id: UserId,
  eventId: string,
): Promise<boolean> {
  return session.write((tx) => insertDeletion(tx, id, eventId))
}
