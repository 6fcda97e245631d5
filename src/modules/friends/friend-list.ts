import type { GraphQLResolveInfo } from 'graphql'
import { countBeside, toConnection } from '../../graphql/connections.ts'
import { invalidId, requireAtMost } from '../../graphql/errors.ts'
import { parseUserId, type UserId } from '../../graphql/ids.ts'
import type { Reader } from '../../graphql/loaders.ts'
import { pageSize } from '../../graphql/pages.ts'
import { limits } from '../../limits.ts'
import { asksForUserSummaries } from '../../pairs/user-summary.ts'
import { mayReadOwn, type VisibleLoader } from '../../pairs/visibility.ts'
import { parseSearch } from '../usernames/search/rules.ts'
import {
  decodeFriendPosition,
  type FriendConnection,
  type FriendList,
  toFriendEdge,
} from './connection.ts'
import type { FriendLoaders } from './loaders.ts'
import type { ShownFriend } from './sql.ts'

type FriendReader = Reader<{ readonly friends: FriendLoaders; readonly visible: VisibleLoader }>

/**
 * A page of a person's friends, for themselves and for services.
 * @param exclude friends to leave out, of the page and of its count
 * @returns null for a person who is not there for the one who asks
 * @throws FORBIDDEN for somebody else's list, BAD_USER_INPUT for a page that the list does not have
 */
export async function loadFriends(
  { identity, loaders }: FriendReader,
  person: UserId,
  list: FriendList,
  exclude: readonly UserId[],
  first: number | null | undefined,
  after: string | null | undefined,
  info: GraphQLResolveInfo,
): Promise<FriendConnection | null> {
  if (!(await mayReadOwn(identity, loaders.visible, person))) return null
  const { level, order, search } = list
  const position = decodeFriendPosition(person, list, after)
  const summaries = asksForUserSummaries(info)
  const query = {
    level,
    order,
    search,
    exclude,
    summaries,
    first: pageSize(first),
    after: position,
  }
  const counted = loaders.friends.count({ level, search, exclude })
  const count = countBeside(info, () => counted.load(person))
  const page = await loaders.friends.page(query).load(person)
  const edgeOf = (friend: ShownFriend) => toFriendEdge(list, friend, summaries)
  return page && toConnection(page, edgeOf, after, count)
}

/**
 * What friends are searched for by: as everybody is (rule 2.6). Null: nothing was said, so all are
 * asked for; no words: there is nothing in the text to search for.
 */
export function parseFriendSearch(text: string | null | undefined): FriendList['search'] {
  return text == null ? null : (parseSearch(text)?.tokens ?? [])
}

/**
 * The people to leave out, each once.
 * @throws BAD_USER_INPUT for too many, and for what is not a UUID
 */
export function parseExcluded(ids: readonly string[]): UserId[] {
  requireAtMost(limits.excludedAtOnce, 'exclude', ids)
  const people = ids.map((id, place) => {
    const person = parseUserId(id)
    if (person === null) throw invalidId(`exclude[${place}]`)
    return person
  })
  return [...new Set(people)].sort()
}
