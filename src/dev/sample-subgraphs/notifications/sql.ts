import type { TimePosition } from '../../../graphql/connections.ts'
import type { Store } from '../store.ts'

/** The inbox: one row for each event that was delivered and tells a person something. */
export const notificationTables = `
  create table notifications (
    id uuid primary key,
    recipient_user_id uuid not null,
    kind text not null check (kind in ('FRIEND_REQUESTED', 'FRIEND_REQUEST_ACCEPTED', 'FOLLOWED')),
    actor_user_id uuid not null,
    created_at timestamptz(3) not null
  );
  create index notifications_newest on notifications (recipient_user_id, created_at desc, id desc);`

export interface NotificationRow {
  readonly id: string
  readonly kind: string
  readonly actor: string
  readonly createdAt: Date
}

/**
 * The newest of a person's notifications after a position, without those that hidden people have
 * caused.
 */
export function selectNotifications(
  store: Store,
  recipient: string,
  hidden: readonly string[],
  after: TimePosition,
  limit: number,
): Promise<NotificationRow[]> {
  return store.rows(
    `select id, kind, actor_user_id as actor, created_at as "createdAt"
       from notifications
      where recipient_user_id = $1 and actor_user_id <> all ($2::uuid[])
        and (created_at, id) < ($3::timestamptz, $4::uuid)
      order by created_at desc, id desc
      limit $5`,
    [recipient, hidden, after.at, after.id, limit],
  )
}
