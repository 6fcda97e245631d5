import type { UserId } from '../base/ids.ts'
import type { TimePosition } from '../base/pages.ts'
import { empty, isAmong, sql, type Sql, type Tx } from '../base/sql.ts'
import { limits } from '../limits.ts'
import type { FriendshipLevel } from '../ties/tie.ts'
import type { FriendRequest, FriendRequestStatus } from './request.ts'

/** Which of a person's requests, from where. */
export interface RequestQuery {
  readonly direction: 'INCOMING' | 'OUTGOING'
  readonly status: FriendRequestStatus | null
  readonly quiet: boolean
  readonly first: number
  readonly after: TimePosition
}

/** What comes out of reading: the request, and whose list it stands in. */
type ListedRequest = FriendRequest & { readonly person: UserId }

/** Those requests that the one who asks is a party of (a service reads all), by id. */
export async function selectRequests(
  from: Sql,
  ids: readonly string[],
): Promise<Map<string, FriendRequest>> {
  const rows = await from.rows<FriendRequest>(
    'requests.byId',
    sql`
      select ${columns} from user_friend_requests as request
       where request.id = any (${ids}::uuid[])
         and request.requester_user_id not in (select hidden_users())
         and request.target_user_id not in (select hidden_users())`,
  )
  return new Map(rows.map((row) => [row.id, row]))
}

/** The same page of many people's requests, one row more than `first`; nothing for a person who does not exist. */
export async function selectRequestPages(
  from: Sql,
  people: readonly UserId[],
  query: RequestQuery,
): Promise<Map<UserId, FriendRequest[]>> {
  const rows = await from.rows<ListedRequest | { person: UserId; id: null }>(
    'requests.pages',
    sql`
      select person.id as person, page.*
        from users as person
        left join lateral (
             select ${columns} from user_friend_requests as request
              where ${listOf(query)}
                and (request.created_at, request.id) < (${query.after.at}::timestamptz, ${query.after.id}::uuid)
              order by request.created_at desc, request.id desc
              limit ${query.first + 1}
             ) as page on true
       where person.id ${isAmong(people)}
       order by person.id, page."createdAt" desc, page.id desc`,
  )
  const pages = new Map<UserId, FriendRequest[]>()
  for (const row of rows) {
    const page = pages.get(row.person) ?? []
    if (row.id !== null) page.push(row)
    pages.set(row.person, page)
  }
  return pages
}

export async function countRequests(
  from: Sql,
  people: readonly UserId[],
  query: Pick<RequestQuery, 'direction' | 'status' | 'quiet'>,
): Promise<Map<UserId, number>> {
  const rows = await from.rows<{ person: UserId; count: number }>(
    'requests.count',
    sql`
      select person.id as person, (select count(*)::int from user_friend_requests as request where ${listOf(query)}) as count
        from users as person
       where person.id ${isAmong(people)}`,
  )
  return new Map(rows.map(({ person, count }) => [person, count]))
}

/** How many requests of the viewer are open, declined ones among them. */
export async function countOpenRequests(tx: Tx, requester: UserId): Promise<number> {
  const [row] = await tx.rows<{ count: number }>(
    'requests.countOpen',
    sql`
      select count(*)::int as count from user_friend_requests
       where requester_user_id = ${requester}::uuid and status in ('pending', 'rejected')
         and expires_at > statement_timestamp()`,
  )
  return row?.count ?? 0
}

/**
 * Asks. What has run out between the two is put away first, for it would stand in the way of the one pending request
 * that a pair can have. After a decline the request comes quietly: a trigger says so.
 */
export async function insertRequest(
  tx: Tx,
  requester: UserId,
  target: UserId,
  level: FriendshipLevel,
  message: string | null,
): Promise<{ id: string; quiet: boolean }> {
  await tx.rows(
    'requests.expire',
    sql`
      update user_friend_requests set status = 'expired'
       where status = 'pending' and expires_at <= statement_timestamp() and friendship_level = lower(${level})
         and ((requester_user_id = ${requester}::uuid and target_user_id = ${target}::uuid)
           or (requester_user_id = ${target}::uuid and target_user_id = ${requester}::uuid))`,
  )
  const [row] = await tx.rows<{ id: string; quiet: boolean }>(
    'requests.insert',
    sql`
      insert into user_friend_requests
             (requester_user_id, target_user_id, friendship_level, message, expires_at)
      values (${requester}::uuid, ${target}::uuid, lower(${level}), ${message},
              statement_timestamp() + make_interval(days => ${limits.requestsExpireAfterDays}))
   returning id, quiet`,
  )
  if (row === undefined) throw new Error('A request was neither made nor refused.')
  return row
}

/** Takes an open request back, or declines it; false when it was not open any more. */
export async function closeRequest(
  tx: Tx,
  id: string,
  status: 'REJECTED' | 'CANCELED',
): Promise<boolean> {
  const from =
    status === 'REJECTED' ? sql`status = 'pending'` : sql`status in ('pending', 'rejected')`
  const rows = await tx.rows(
    'requests.close',
    sql`
      update user_friend_requests set status = lower(${status}), responded_at = statement_timestamp()
       where id = ${id}::uuid and ${from} and expires_at > statement_timestamp()
   returning 1`,
  )
  return rows.length > 0
}

/**
 * Takes back open requests to become close: the viewer's own or, with `both`, either's. Whether there were any. Requests that
 * have run out stay, answered or not (RULES 6.10).
 */
export async function withdrawCloseRequests(
  tx: Tx,
  viewer: UserId,
  other: UserId,
  both: boolean,
): Promise<boolean> {
  const theirs = sql`or (requester_user_id = ${other}::uuid and target_user_id = ${viewer}::uuid)`
  const rows = await tx.rows(
    'requests.withdraw',
    sql`
      delete from user_friend_requests
       where friendship_level = 'close' and status in ('pending', 'rejected')
         and expires_at > statement_timestamp()
         and ((requester_user_id = ${viewer}::uuid and target_user_id = ${other}::uuid) ${both ? theirs : empty})
   returning 1`,
  )
  return rows.length > 0
}

/** Remembers that the viewer declined somebody, or, having accepted them after all, forgets it. */
export async function rememberDecline(tx: Tx, decliner: UserId, requester: UserId): Promise<void> {
  await tx.rows(
    'declines.count',
    sql`
      insert into friend_request_declines as known (decliner_user_id, requester_user_id)
      values (${decliner}::uuid, ${requester}::uuid)
          on conflict (decliner_user_id, requester_user_id)
          do update set declines = known.declines + 1, last_declined_at = excluded.last_declined_at`,
  )
}

export async function forgetDeclines(tx: Tx, decliner: UserId, requester: UserId): Promise<void> {
  await tx.rows(
    'declines.forget',
    sql`
      delete from friend_request_declines
       where decliner_user_id = ${decliner}::uuid and requester_user_id = ${requester}::uuid`,
  )
}

/** The requests of one list, as its reader may know them: the state that the clock gives, and declines kept silent. */
function listOf({
  direction,
  status,
  quiet,
}: Pick<RequestQuery, 'direction' | 'status' | 'quiet'>) {
  const incoming = direction === 'INCOMING'
  const mine = incoming
    ? sql`request.target_user_id = person.id and request.quiet = ${quiet}
          and request.requester_user_id not in (select hidden_users())`
    : sql`request.requester_user_id = person.id and request.target_user_id not in (select hidden_users())`
  if (status === null) return mine
  const isOver = sql`request.expires_at <= statement_timestamp()`
  const silent = incoming ? empty : sql`or request.status = 'rejected'`
  switch (status) {
    case 'PENDING':
      return sql`${mine} and (request.status = 'pending' ${silent}) and not ${isOver}`
    case 'EXPIRED':
      return sql`${mine} and (request.status = 'expired' or (request.status = 'pending' ${silent}) and ${isOver})`
    case 'REJECTED':
      return incoming ? sql`${mine} and request.status = 'rejected'` : sql`${mine} and false`
    case 'ACCEPTED':
    case 'CANCELED':
      return sql`${mine} and request.status = lower(${status})`
  }
}

const columns = sql`
  request.id, request.requester_user_id as requester, request.target_user_id as target,
  upper(request.friendship_level) as level,
  case when request.status = 'pending' and request.expires_at <= statement_timestamp() then 'EXPIRED'
       else upper(request.status) end as status,
  request.message, request.created_at as "createdAt", request.responded_at as "respondedAt",
  request.expires_at as "expiresAt", request.expires_at <= statement_timestamp() as "isOver"`
