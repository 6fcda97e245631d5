import type { Viewer } from '../../database/identity.ts'
import type { Session } from '../../database/session.ts'
import type { UserId } from '../../graphql/ids.ts'
import type { Refused } from '../../graphql/refusals.ts'
import { lockPair } from '../../pairs/lock.ts'
import { selectPairState } from '../../pairs/pair-state.ts'
import { refuseStrangers } from '../../pairs/rules.ts'
import type { Requested } from './requests/request.ts'
import { deleteCloseRequests } from './requests/sql.ts'
import { deleteFriendship, type Friend, updateCloseToFriend } from './sql.ts'

/**
 * Steps down to friends, silently, and takes back the viewer's open request to become close
 * (rule 7.2).
 */
export async function stepDownToFriend(
  session: Session<Viewer>,
  other: UserId,
): Promise<Requested | Refused> {
  const viewer = session.identity.userId
  return session.write(async (tx) => {
    const [, pair] = await Promise.all([lockPair(tx, viewer, other), selectPairState(tx, other)])
    const refused = refuseStrangers(pair)
    if (refused !== null) return refused
    const withdrawn = await deleteCloseRequests(tx, viewer, other, false)
    return { changed: (await updateCloseToFriend(tx, viewer, other)) || withdrawn, request: null }
  })
}

/** What ending a friendship has done. */
interface Unfriended {
  readonly changed: boolean
  /** The friend as the viewer had them; null when there was none. */
  readonly friend: Friend | null
}

/** Ends a friendship, whether or not there was one (rule 7.3). */
export async function removeFriend(session: Session<Viewer>, other: UserId): Promise<Unfriended> {
  const viewer = session.identity.userId
  return session.write(async (tx) => {
    const [, friend] = await tx.last(
      Promise.all([
        lockPair(tx, viewer, other),
        deleteFriendship(tx, viewer, other),
        deleteCloseRequests(tx, viewer, other, true),
      ]),
    )
    return { changed: friend !== null, friend }
  })
}
