import {
  empty,
  type Fragment,
  isAmong,
  type Queryable,
  sql,
  type Transaction,
} from '../../database/sql.ts'
import type { TimePosition } from '../../graphql/connections.ts'
import type { UserId } from '../../graphql/ids.ts'
import { type OwnedRow, type Page, pagesByOwner, selectCounts } from '../../graphql/pages.ts'
import { limits } from '../../limits.ts'
import type { FriendshipLevel } from '../../pairs/pair-summary.ts'
import { joinUserSummaries, type UserSummaryRow } from '../../pairs/user-summary.ts'

/** A friend as a person has them. */
export interface Friend {
  readonly owner: UserId
  readonly friend: UserId
  readonly level: FriendshipLevel
  readonly since: Date
}

/**
 * A friend with what they show; without it when it was not asked for. In the order that asks for it
 * also whether they were online, and by which moment that was judged.
 */
export type ShownFriend = Friend &
  Partial<UserSummaryRow & { readonly isOnline: boolean; readonly judgedAt: Date }>

/** Which of somebody's friends. */
interface FriendFilter {
  readonly level: FriendshipLevel | null
  /** Friends to leave out. */
  readonly exclude: readonly UserId[]
  /**
   * Only friends whose username or a word of whose display name begins with each of these; nobody
   * without any. Null: all.
   */
  readonly search: readonly { readonly name: string; readonly word: string }[] | null
}

/** A page of them. */
export interface FriendQuery extends FriendFilter {
  readonly first: number
  readonly order: 'RECENT' | 'CLOSE_FIRST'
  /** Whether what the friends show is to come with the page. */
  readonly summaries: boolean
  readonly after: FriendPosition
}

/** What a page begins behind. */
interface FriendPosition extends TimePosition {
  readonly level: FriendshipLevel
  readonly isOnline: boolean
  /** The moment of the first page; null on that. */
  readonly judgedAt: string | null
}

/**
 * The same page of many people's friends. A person without friends has an empty page; one who does
 * not exist has none. Friends never block each other, so nobody has to be left out.
 */
export async function selectFriendPages(
  from: Queryable,
  people: readonly UserId[],
  query: FriendQuery,
): Promise<Map<UserId, Page<ShownFriend>>> {
  const summaries = joinUserSummaries(query.summaries, 'friend')
  const { found, isFound } = searched(people, query.search)
  const { list, online, order } =
    query.order === 'RECENT' ? recent(query, isFound) : closeFirst(query)
  const rows = await from.rows<OwnedRow<ShownFriend, 'friend'>>(
    'friends.pages',
    sql`
        with ${found === null ? empty : sql`${found}, `}page as materialized (
      select person.id as owner, page.friend, upper(page.level) as level, page.since ${online}
        from users as person
        left join lateral ${list} as page on true
       where person.id ${isAmong(people)}
             )
      select page.* ${summaries.columns}
        from page ${summaries.join}
       order by page.owner, ${order} page.since desc, page.friend desc`,
  )
  return pagesByOwner(rows, 'friend', query.first)
}

/** The parts of the statement for the order that the index has. */
function recent({ level, exclude, first, after: { at, id } }: FriendQuery, isFound: Fragment) {
  return {
    list: sql`(
             select friendship.friend_id as friend, friendship.friendship_level as level,
                    friendship.created_at as since
               from user_friends as friendship
              where friendship.user_id = person.id ${ofLevel(level)} ${without(exclude)} ${isFound}
                and (friendship.created_at, friendship.friend_id) < (${at}::timestamptz, ${id}::uuid)
              order by friendship.created_at desc, friendship.friend_id desc
              limit ${first + 1}
             )`,
    online: empty,
    order: empty,
  }
}

/**
 * The same for close friends first, then those who are online: by a function, because who is online
 * is no row that a viewer may read.
 */
function closeFirst({ level, search, exclude, first, after }: FriendQuery) {
  const found = search === null ? sql`null` : search.length === 0 ? sql`'{}'` : foundIds
  const part = (after.level === 'CLOSE' ? 0 : 2) + (after.isOnline ? 0 : 1)
  const seconds = limits.presence.onlineMs / 1_000
  return {
    list: sql`
      close_first_friends(person.id, lower(${level}), ${found}::uuid[], ${exclude}::uuid[], ${seconds}::int,
                          ${after.judgedAt}::timestamptz, ${part}::int, ${after.at}::timestamptz,
                          ${after.id}::uuid, ${first + 1}::int)`,
    online: sql`, page.is_online as "isOnline", page.judged_at as "judgedAt"`,
    order: sql`page.level, page."isOnline" desc,`,
  }
}

const foundIds = sql`array(select id from found)`

export async function countFriends(
  from: Queryable,
  people: readonly UserId[],
  { level, exclude, search }: FriendFilter,
): Promise<Map<UserId, number>> {
  const { found, isFound } = searched(people, search)
  return selectCounts(
    from,
    'friends.count',
    sql`
        ${found === null ? empty : sql`with ${found}`}
      select friendship.user_id as owner, count(*)::int as count
        from user_friends as friendship
       where friendship.user_id ${isAmong(people)} ${ofLevel(level)} ${without(exclude)} ${isFound}
       group by friendship.user_id`,
  )
}

/**
 * Ends the friendship, the other side with it, and gives one's own side as it was; null when there
 * was none.
 */
export async function deleteFriendship(
  tx: Transaction,
  one: UserId,
  other: UserId,
): Promise<Friend | null> {
  const [ended] = await tx.rows<Friend>(
    'friends.delete',
    sql`
      delete from user_friends where user_id = ${one}::uuid and friend_id = ${other}::uuid
   returning user_id as owner, friend_id as friend, upper(friendship_level) as level, created_at as since`,
  )
  return ended ?? null
}

/** Makes close friends friends, on both sides; whether they were close. */
export async function updateCloseToFriend(
  tx: Transaction,
  one: UserId,
  other: UserId,
): Promise<boolean> {
  const rows = await tx.rows(
    'friends.stepDown',
    sql`
      update user_friends set friendship_level = 'friend'
       where friendship_level = 'close'
         and ((user_id = ${one}::uuid and friend_id = ${other}::uuid)
           or (user_id = ${other}::uuid and friend_id = ${one}::uuid))
   returning 1`,
  )
  return rows.length > 0
}

/**
 * Friends by name, as parts of a statement: which of all friends of these people are found, which
 * is asked once, and the condition on a friendship. Null: nothing is to be asked.
 */
function searched(people: readonly UserId[], search: FriendFilter['search']) {
  if (search === null) return { found: null, isFound: empty }
  // A text in which there is nothing to search for finds nobody.
  if (search.length === 0) return { found: null, isFound: sql`and false` }
  const friends = sql`select friend_id from user_friends where user_id ${isAmong(people)}`
  return {
    found: sql`found as materialized (
      select named_people(array(${friends}), ${search.map(({ name }) => name)}::text[],
                          ${search.map(({ word }) => word)}::text[]) as id)`,
    // `is true` keeps Postgres from making a join of it: the friendships are read in the order of
    // the list.
    isFound: sql`and (friendship.friend_id in (select id from found)) is true`,
  }
}

function ofLevel(level: FriendshipLevel | null) {
  return level === null ? empty : sql`and friendship.friendship_level = lower(${level})`
}

function without(exclude: readonly UserId[]) {
  return exclude.length === 0 ? empty : sql`and friendship.friend_id <> all (${exclude}::uuid[])`
}
