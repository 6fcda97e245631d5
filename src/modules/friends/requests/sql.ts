import { eachOf, empty, type Queryable, sql, type Transaction } from '../../../database/sql.ts'
import { nobody, type RequestId, type UserId } from '../../../graphql/ids.ts'
import { limits } from '../../../limits.ts'
import type { FriendshipLevel } from '../../../pairs/pair-summary.ts'
import type { FriendRequest } from './request.ts'

/**
 * Those requests that the viewer is a party of (a service reads all), by id; none with somebody
 * whom the viewer does not see. As much is looked up for an id that nothing has: the viewer, and
 * somebody who is not there.
 */
export async function selectRequests(
  from: Queryable,
  ids: readonly RequestId[],
): Promise<Map<RequestId, FriendRequest>> {
  const rows = await from.rows<FriendRequest>(
    'requests.byId',
    sql`
        with known as materialized (
      select ${requestColumns}, coalesce(request.requester_user_id, nullif(current_setting('app.user_id', true), '')::uuid) as one,
             coalesce(request.target_user_id, ${nobody}::uuid) as another
        from ${eachOf(ids)} as asked (id)
        left join user_friend_requests as request on request.id = asked.id
             ), visible as materialized (
      select id from visible_users(array(select one from known union all select another from known)) as id
             )
      select id, requester, target, level, status, message, quiet, "createdAt", "respondedAt", "expiresAt", "isOver"
        from known
       where one in (select id from visible) and another in (select id from visible)`,
  )
  return new Map(rows.map((row) => [row.id, row]))
}

/** How many requests of the viewer are open, declined ones among them. */
export async function countOpenRequests(tx: Transaction, requester: UserId): Promise<number> {
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
 * Inserts a request. Requests between the two that have expired are closed first, because a pair
 * can have only one pending request. After a decline a trigger makes the request quiet.
 * @returns its id; null when the target cannot be asked by then, which a privacy setting may say at
 * any moment without the pair's lock
 */
export async function insertRequest(
  tx: Transaction,
  requester: UserId,
  target: UserId,
  level: FriendshipLevel,
  message: string | null,
): Promise<RequestId | null> {
  await tx.rows(
    'requests.expire',
    sql`
      update user_friend_requests set status = 'expired'
       where status = 'pending' and expires_at <= statement_timestamp() and friendship_level = lower(${level})
         and ((requester_user_id = ${requester}::uuid and target_user_id = ${target}::uuid)
           or (requester_user_id = ${target}::uuid and target_user_id = ${requester}::uuid))`,
  )
  const [row] = await tx.rows<{ id: RequestId }>(
    'requests.insert',
    sql`
      insert into user_friend_requests
             (requester_user_id, target_user_id, friendship_level, message, expires_at)
      select ${requester}::uuid, ${target}::uuid, lower(${level}), ${message},
             statement_timestamp() + make_interval(days => ${limits.requestsExpireAfterDays})
       where may_ask(${target}::uuid, lower(${level}))
   returning id`,
  )
  return row?.id ?? null
}

/** Takes an open request back, or declines it; false when it was not open any more. */
export async function updateOpenRequest(
  tx: Transaction,
  id: RequestId,
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
 * Of the viewer and the one whose open request to the viewer it is: how many friends the one has
 * who has more, for the limit that holds on both sides. 0 when there is no such request.
 */
export async function selectLargerFriendCount(
  tx: Transaction,
  request: RequestId,
): Promise<number> {
  const [row] = await tx.rows<{ most: number | null }>(
    'friends.countBoth',
    sql`select count_friends_of_both(${request}::uuid) as most`,
  )
  return row?.most ?? 0
}

/**
 * Accepts an open request to the viewer and makes what it asks for; false when it was not open any
 * more.
 */
export async function updateToAccepted(tx: Transaction, request: RequestId): Promise<boolean> {
  const [row] = await tx.rows<{ done: boolean }>(
    'friends.accept',
    sql`select accept_request(${request}::uuid) as done`,
  )
  return row?.done ?? false
}

/**
 * Takes back open requests to become close: the viewer's own or, with `both`, either's. Whether
 * there were any. Requests that have run out stay, answered or not (rule 6.10).
 */
export async function deleteCloseRequests(
  tx: Transaction,
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

/** Counts that somebody was declined. */
export async function upsertDecline(
  tx: Transaction,
  decliner: UserId,
  requester: UserId,
): Promise<void> {
  await tx.rows(
    'declines.count',
    sql`
      insert into friend_request_declines as known (decliner_user_id, requester_user_id)
      values (${decliner}::uuid, ${requester}::uuid)
          on conflict (decliner_user_id, requester_user_id)
          do update set declines = known.declines + 1, last_declined_at = excluded.last_declined_at`,
  )
}

/** Forgets that somebody was declined, because they were accepted after all. */
export async function deleteDeclines(
  tx: Transaction,
  decliner: UserId,
  requester: UserId,
): Promise<void> {
  await tx.rows(
    'declines.forget',
    sql`
      delete from friend_request_declines
       where decliner_user_id = ${decliner}::uuid and requester_user_id = ${requester}::uuid`,
  )
}

/** The columns of a `FriendRequest`, of `user_friend_requests as request`. */
export const requestColumns = sql`
  request.id, request.requester_user_id as requester, request.target_user_id as target,
  upper(request.friendship_level) as level,
  case when request.status = 'pending' and request.expires_at <= statement_timestamp() then 'EXPIRED'
       else upper(request.status) end as status,
  request.message, request.quiet, request.created_at as "createdAt", request.responded_at as "respondedAt",
  request.expires_at as "expiresAt", request.expires_at <= statement_timestamp() as "isOver"`
