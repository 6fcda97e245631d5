import type { UserId } from '../base/ids.ts'
import type { TimePosition } from '../base/pages.ts'
import { eachOf, empty, isAmong, sql, type Sql, type Tx } from '../base/sql.ts'
import { limits } from '../limits.ts'
import type { Look } from '../pairs/visible-pages.ts'
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

/**
 * Those requests that the viewer is a party of (a service reads all), by id; none with somebody whom the viewer does not
 * see. As much is looked up for an id that nothing has.
 */
export async function selectRequests(
  from: Sql,
  ids: readonly string[],
): Promise<Map<string, FriendRequest>> {
  const rows = await from.rows<FriendRequest>(
    'requests.byId',
    sql`
        with known as materialized (
      select ${columns}, coalesce(request.requester_user_id, ${nobody}::uuid) as one,
             coalesce(request.target_user_id, ${nobody}::uuid) as another
        from ${eachOf(ids)} as asked (id)
        left join user_friend_requests as request on request.id = asked.id
             ), visible as materialized (
      select id from visible_users(array(select one from known union all select another from known)) as id
             )
      select id, requester, target, level, status, message, "createdAt", "respondedAt", "expiresAt", "isOver"
        from known
       where one in (select id from visible) and another in (select id from visible)`,
  )
  return new Map(rows.map((row) => [row.id, row]))
}

/**
 * Looks at so many of many people's requests, newest first, and gives the first `most` whose other party the viewer sees;
 * nothing for a person who does not exist.
 */
export async function selectRequestPages(
  from: Sql,
  people: readonly UserId[],
  most: number,
  candidates: number,
  after: TimePosition,
  query: Omit<RequestQuery, 'first' | 'after'>,
): Promise<Map<UserId, Look<FriendRequest, TimePosition>>> {
  const rows = await from.rows<
    (ListedRequest | { person: UserId; id: null }) & { stopAt: Date | null; stopId: string | null }
  >(
    'requests.pages',
    sql`
        with candidate as materialized (
      select person.id as person, list.*
        from users as person
        left join lateral (
             select ${columns}, ${otherIn(query)} as other,
                    row_number() over (order by request.created_at desc, request.id desc) as place
               from user_friend_requests as request
              where ${listOf(query)}
                and (request.created_at, request.id) < (${after.at}::timestamptz, ${after.id}::uuid)
              order by request.created_at desc, request.id desc
              limit ${candidates + 1}
             ) as list on true
       where person.id ${isAmong(people)}
             ), visible as materialized (
      select id from visible_users(array(select other from candidate where other is not null)) as id
             ), page as materialized (
      select ranked.*
        from (select candidate.*, row_number() over (partition by person order by place) as rank
                from candidate
               where place <= ${candidates} and other in (select id from visible)) as ranked
       where rank <= ${most}
             ), stop as materialized (
      select last.person, last."createdAt" as at,
             case when last."createdAt" > next."createdAt" then ${nobody}::uuid
                  else between_ids(last.id, next.id) end as id
        from candidate as last
        join candidate as next on next.person = last.person and next.place = last.place + 1
       where last.place = ${candidates}
         and (select count(*) from page where page.person = last.person) < ${most}
             )
      select owner.person, page.id, page.requester, page.target, page.level, page.status, page.message, page."createdAt",
             page."respondedAt", page."expiresAt", page."isOver", stop.at as "stopAt", stop.id as "stopId"
        from (select distinct person from candidate) as owner
        left join page on page.person = owner.person
        left join stop on stop.person = owner.person
       order by owner.person, page.place`,
  )
  const looks = new Map<UserId, Look<FriendRequest, TimePosition>>()
  for (const row of rows) {
    const { person, stopAt, stopId } = row
    const stop =
      stopAt === null || stopId === null ? null : { at: stopAt.toISOString(), id: stopId }
    const look = looks.get(person) ?? { rows: [], stop }
    if (row.id !== null) look.rows.push(row)
    looks.set(person, look)
  }
  return looks
}

/** How many requests each person can page through; a person without any is not in the answer. */
export async function countRequests(
  from: Sql,
  people: readonly UserId[],
  query: Pick<RequestQuery, 'direction' | 'status' | 'quiet'>,
): Promise<Map<UserId, number>> {
  const rows = await from.rows<{ person: UserId; count: number }>(
    'requests.count',
    sql`
        with listed as materialized (
      select person.id as person, ${otherIn(query)} as other
        from users as person
        join user_friend_requests as request on ${listOf(query)}
       where person.id ${isAmong(people)}
             )
      select person, count(*)::int as count
        from listed
       where other in (select id from visible_users(array(select distinct other from listed)) as id)
       group by person`,
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
    ? sql`request.target_user_id = person.id and request.quiet = ${quiet}`
    : sql`request.requester_user_id = person.id`
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

/** The other party of a request of one list. */
function otherIn({ direction }: Pick<RequestQuery, 'direction'>) {
  return direction === 'INCOMING' ? sql`request.requester_user_id` : sql`request.target_user_id`
}

/** An id that nobody has. */
const nobody = '00000000-0000-0000-0000-000000000000'

const columns = sql`
  request.id, request.requester_user_id as requester, request.target_user_id as target,
  upper(request.friendship_level) as level,
  case when request.status = 'pending' and request.expires_at <= statement_timestamp() then 'EXPIRED'
       else upper(request.status) end as status,
  request.message, request.created_at as "createdAt", request.responded_at as "respondedAt",
  request.expires_at as "expiresAt", request.expires_at <= statement_timestamp() as "isOver"`
