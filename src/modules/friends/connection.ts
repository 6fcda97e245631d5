import { isCanonicalMoment } from '../../graphql/calendar.ts'
import {
  badCursor,
  type Connection,
  cursorScope,
  decodeCursor,
  encodeCursor,
  isTimePosition,
  newest,
  toEdge,
} from '../../graphql/connections.ts'
import type { UserId } from '../../graphql/ids.ts'
import type { FriendshipLevel } from '../../pairs/pair-summary.ts'
import { toPerson, type UserSummary } from '../../pairs/user-summary.ts'
import type { FriendQuery, ShownFriend } from './sql.ts'

/** An edge of somebody's friends, all of it plain. */
export interface FriendEdge {
  readonly cursor: string
  readonly node: { readonly id: UserId; readonly summary?: UserSummary | null }
  readonly level: FriendshipLevel
  readonly since: Date
}

export type FriendConnection = Connection<FriendEdge>

/** Which list: of all friends, or of those to invite; a cursor of the one is none of the other. */
export type FriendList = Pick<FriendQuery, 'level' | 'order' | 'search'> & {
  readonly name: 'friends' | 'inviteCandidates'
}

/** The list of friends that is asked for with nothing else said. */
export const allFriends: FriendList = {
  name: 'friends',
  level: null,
  order: 'RECENT',
  search: null,
}

/**
 * Where a list of friends goes on; from the start without a cursor.
 * @throws BAD_USER_INPUT for a cursor of another list
 */
export function decodeFriendPosition(
  person: UserId,
  which: FriendList,
  after: string | null | undefined,
): FriendQuery['after'] {
  if (after == null) return { ...newest, level: 'CLOSE', isOnline: true, judgedAt: null }
  const [level, at = '', id = '', ...more] = decodeCursor(
    friendCursorScope(person, which),
    after,
  ).split('|')
  if ((level !== 'CLOSE' && level !== 'FRIEND') || !isTimePosition(at, id)) throw badCursor()
  return { level, at, id, ...decodeOnline(which, more) }
}

/** In the list that puts people first who are online, whether they were, and when. */
function decodeOnline(
  { order }: FriendList,
  parts: readonly string[],
): Pick<FriendQuery['after'], 'isOnline' | 'judgedAt'> {
  if (order === 'RECENT') {
    if (parts.length > 0) throw badCursor()
    return { isOnline: true, judgedAt: null }
  }
  const [online, judgedAt = '', ...more] = parts
  if ((online !== 'on' && online !== 'off') || !isCanonicalMoment(judgedAt) || more.length > 0)
    throw badCursor()
  return { isOnline: online === 'on', judgedAt }
}

export function toFriendEdge(which: FriendList, row: ShownFriend, summaries = false): FriendEdge {
  const { owner, friend, level, since, isOnline, judgedAt } = row
  return toEdge({ node: toPerson(friend, summaries, row), level, since }, () => {
    const place = `${level}|${since.toISOString()}|${friend}`
    const online =
      judgedAt === undefined ? '' : `|${isOnline === true ? 'on' : 'off'}|${judgedAt.toISOString()}`
    return encodeCursor(friendCursorScope(owner, which), place + online)
  })
}

function friendCursorScope(person: UserId, { name, level, order, search }: FriendList): string {
  const searched = search?.map((token) => `${token.name} ${token.word}`).join(' ')
  const filters = searched === undefined ? [] : [searched]
  return cursorScope(name, person, level ?? 'ALL', order, ...filters)
}
