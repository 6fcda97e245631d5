import type { FriendRequest } from '../member.ts'
import { idFrom } from '../random.ts'
import { dayMs, type Span } from '../span.ts'
import { requestDays } from '../ties.ts'
import type { World } from '../world.ts'
import { type Calendar, idOf, type Row, rowsOf, type TableRows } from './rows.ts'

/** Rule 6.10: requests that are over are moved to the archive so many days after they were sent. */
const archivedAfterDays = 90

/** Friend requests, those in the archive, and who has declined whom. */
export function requestTables(world: World, seed: string, calendar: Calendar): TableRows[] {
  const { members, span } = world
  const told = world.requests
    .map((request, place) => ({ request, id: idFrom(seed, 'request', place) }))
    .filter(({ request }) => request.status !== 'gone')
  const isArchived = ({ request }: (typeof told)[number]) =>
    request.status !== 'accepted' && request.at <= span.end - archivedAfterDays * dayMs
  const requestRow = ({ request, id }: (typeof told)[number]) => ({
    id,
    ...partiesAndTimes(request, calendar),
    status: statusOf(request, span),
  })
  return [
    // Before the declines, or else a trigger would make all of them quiet.
    {
      table: 'user_friend_requests',
      rows: told
        .filter((one) => !isArchived(one))
        .map((one) => ({ ...requestRow(one), message: one.request.message })),
    },
    { table: 'friend_requests_archive', rows: told.filter(isArchived).map(requestRow) },
    {
      table: 'friend_request_declines',
      rows: rowsOf(
        members,
        ({ declines }) => declines,
        (decliner_user_id, [other, { times, at }]) => ({
          decliner_user_id,
          requester_user_id: idOf(other),
          declines: times,
          last_declined_at: calendar.moment(at),
        }),
      ),
    },
  ]
}

function statusOf(request: FriendRequest, { end }: Span): string {
  const hasRunOut = request.at + requestDays * dayMs <= end
  return request.status === 'pending' && hasRunOut ? 'expired' : request.status
}

function partiesAndTimes(request: FriendRequest, { moment, maybe }: Calendar): Row {
  return {
    requester_user_id: idOf(request.requester),
    target_user_id: idOf(request.target),
    friendship_level: request.level,
    quiet: request.quiet,
    created_at: moment(request.at),
    responded_at: maybe(request.respondedAt),
    expires_at: moment(request.at + requestDays * dayMs),
  }
}
