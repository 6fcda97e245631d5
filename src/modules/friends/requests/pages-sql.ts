import { empty, isAmong, join, type Queryable, sql } from '../../../database/sql.ts'
import type { TimePosition } from '../../../graphql/connections.ts'
import { nobody, type UserId } from '../../../graphql/ids.ts'
import { type OwnedRow, selectCounts } from '../../../graphql/pages.ts'
import {
  type Look,
  looksByOwner,
  type TimeStop,
  toTimeStop,
  type VisiblePageQuery,
} from '../../../pairs/visible-pages.ts'
import type { FriendRequest, FriendRequestStatus } from './request.ts'
import { requestColumns } from './sql.ts'

export type RequestDirection = 'INCOMING' | 'OUTGOING'

/** Which of a person's requests. */
export interface RequestFilter {
  /** Null: both. */
  readonly direction: RequestDirection | null
  readonly status: FriendRequestStatus | null
  readonly quiet: boolean
}

/** A page of them. */
type RequestPageQuery = RequestFilter & VisiblePageQuery<TimePosition>

/**
 * Looks at so many of many people's requests, newest first, and gives the first `most` whose other
 * party the viewer sees; nothing for a person who does not exist.
 */
export async function selectRequestPages(
  from: Queryable,
  people: readonly UserId[],
  { first, after, ...filter }: RequestPageQuery,
  candidates: number,
): Promise<Map<UserId, Look<FriendRequest, TimePosition>>> {
  // Each side by an index of its own, in its order.
  const sides = directionsOf(filter).map(
    (direction) => sql`
            (select ${requestColumns}, ${otherIn(direction)} as other
               from user_friend_requests as request
              where ${listOf(direction, filter)}
                and (request.created_at, request.id) < (${after.at}::timestamptz, ${after.id}::uuid)
              order by request.created_at desc, request.id desc
              limit ${candidates + 1})`,
  )
  const rows = await from.rows<OwnedRow<FriendRequest, 'id', TimeStop>>(
    'requests.pages',
    sql`
        with candidate as materialized (
      select person.id as person, list.*
        from users as person
        left join lateral (
             select sides.*, row_number() over (order by sides."createdAt" desc, sides.id desc) as place
               from (${join(sides, ' union all ')}) as sides
              order by sides."createdAt" desc, sides.id desc
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
       where rank <= ${first + 1}
             ), stop as materialized (
      select last.person, last."createdAt" as at,
             case when last."createdAt" > next."createdAt" then ${nobody}::uuid
                  else between_ids(last.id, next.id) end as id
        from candidate as last
        join candidate as next on next.person = last.person and next.place = last.place + 1
       where last.place = ${candidates}
         and (select count(*) from page where page.person = last.person) < ${first + 1}
             )
      select owner.person as owner, page.id, page.requester, page.target, page.level, page.status, page.message, page.quiet,
             page."createdAt", page."respondedAt", page."expiresAt", page."isOver", stop.at as "stopAt", stop.id as "stopId"
        from (select distinct person from candidate) as owner
        left join page on page.person = owner.person
        left join stop on stop.person = owner.person
       order by owner.person, page.place`,
  )
  return looksByOwner(rows, 'id', toTimeStop)
}

/** How many requests each person can page through; a person without any is not in the answer. */
export async function countRequests(
  from: Queryable,
  people: readonly UserId[],
  filter: RequestFilter,
): Promise<Map<UserId, number>> {
  const sides = directionsOf(filter).map(
    (direction) => sql`
      select person.id as person, ${otherIn(direction)} as other
        from users as person
        join user_friend_requests as request on ${listOf(direction, filter)}
       where person.id ${isAmong(people)}`,
  )
  return selectCounts(
    from,
    'requests.count',
    sql`
        with listed as materialized (${join(sides, ' union all ')})
      select person as owner, count(*)::int as count
        from listed
       where other in (select id from visible_users(array(select distinct other from listed)) as id)
       group by person`,
  )
}

function directionsOf({ direction }: RequestFilter): readonly RequestDirection[] {
  return direction === null ? ['INCOMING', 'OUTGOING'] : [direction]
}

/**
 * The requests of one side, as their reader may know them: the state that the clock gives, and
 * declines kept silent.
 */
function listOf(direction: RequestDirection, { status, quiet }: RequestFilter) {
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

/** The other party of a request of one side. */
function otherIn(direction: RequestDirection) {
  return direction === 'INCOMING' ? sql`request.requester_user_id` : sql`request.target_user_id`
}
