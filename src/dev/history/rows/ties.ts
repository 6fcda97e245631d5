import { dayMs } from '../span.ts'
import type { World } from '../world.ts'
import { type Calendar, idOf, rowsOf, type TableRows } from './rows.ts'

/** Contacts and follows. */
export function listTables({ members }: World, { moment }: Calendar): TableRows[] {
  return [
    {
      table: 'user_contacts',
      rows: rowsOf(
        members,
        ({ contacts }) => contacts,
        (owner_user_id, [other, { at, imported }]) => ({
          owner_user_id,
          contact_user_id: idOf(other),
          created_at: moment(at),
          updated_at: moment(at),
          imported,
        }),
      ),
    },
    {
      table: 'user_follows',
      rows: rowsOf(
        members,
        ({ follows }) => follows,
        (follower_user_id, [other, at]) => ({
          follower_user_id,
          target_user_id: idOf(other),
          created_at: moment(at),
        }),
      ),
    },
  ]
}

/** Friendships, then the blocks that stand. */
export function bondTables({ members }: World, { moment, maybe }: Calendar): TableRows[] {
  return [
    {
      table: 'user_friends',
      rows: rowsOf(
        members,
        ({ friends }) => friends,
        (user_id, [other, { level, since }]) => ({
          user_id,
          friend_id: idOf(other),
          friendship_level: level,
          created_at: moment(since),
        }),
      ),
    },
    {
      table: 'user_blocks',
      rows: rowsOf(
        members,
        ({ blocks }) => blocks,
        (blocker_user_id, [other, { at, expiresAt }]) => ({
          blocker_user_id,
          blocked_user_id: idOf(other),
          created_at: moment(at),
          expires_at: maybe(expiresAt),
        }),
      ),
    },
  ]
}

/** Rule 11: what counts no more after so many days is not kept. */
const forgottenAfterDays = 90

/** Who was shown to whom, and is not wanted. */
export function feedbackTables({ members, span }: World, { moment, date }: Calendar): TableRows[] {
  const firstDay = span.days - forgottenAfterDays
  return [
    {
      table: 'suggestion_dismissals',
      rows: rowsOf(
        members,
        ({ dismissals }) => [...dismissals].filter(([, at]) => at >= firstDay * dayMs),
        (user_id, [other, at]) => ({ user_id, other_user_id: idOf(other), created_at: moment(at) }),
      ),
    },
    {
      table: 'suggestion_impressions',
      rows: rowsOf(
        members,
        ({ shown }) => [...shown].filter(([, { last }]) => last >= firstDay),
        (user_id, [other, { days, last }]) => ({
          user_id,
          other_user_id: idOf(other),
          days,
          last_shown_on: date(last),
        }),
      ),
    },
  ]
}
