import type { TimePosition } from '../../../graphql/connections.ts'
import type { Store } from '../store.ts'

/**
 * The inbox: one row for each event that told a person something, under the event's id, so that an
 * event that is delivered twice makes one row. And for each pair that was ever blocked, how new the
 * last such event was. A data directory from before events were delivered has an empty inbox.
 */
export const notificationTables = `
  drop table if exists notifications;
  create table notifications (
    id uuid primary key,
    recipient_user_id uuid not null,
    kind text not null check (
      kind in ('FRIEND_REQUESTED', 'FRIEND_REQUEST_ACCEPTED', 'FOLLOWED', 'FRIEND_JOINED_GAME')
    ),
    actor_user_id uuid not null,
    game_id text,
    version bigint not null,
    created_at timestamptz(3) not null,
    read_at timestamptz(3)
  );
  create index notifications_newest on notifications (recipient_user_id, created_at desc, id desc);
  create table blocked_pairs (
    low_user_id uuid,
    high_user_id uuid,
    version bigint not null,
    primary key (low_user_id, high_user_id)
  );`

/** The last of the tables that are made: there when all of them are. */
export const lastTable = 'blocked_pairs'

export interface NotificationRow {
  readonly id: string
  readonly kind: NotificationKind
  readonly actor: string
  readonly gameId: string | null
  readonly createdAt: Date
  readonly readAt: Date | null
}

export type NotificationKind =
  'FRIEND_REQUESTED' | 'FRIEND_REQUEST_ACCEPTED' | 'FOLLOWED' | 'FRIEND_JOINED_GAME'

/** A notification as its event tells it. */
export interface NewNotification extends Omit<NotificationRow, 'readAt'> {
  readonly recipient: string
  /** The event's, as text: it may be larger than a number can say. */
  readonly version: string
}

/** Keeps a notification; one that was kept before stays as it is. */
export async function insertNotification(store: Store, added: NewNotification): Promise<void> {
  const { id, recipient, kind, actor, gameId, version, createdAt } = added
  await store.rows(
    `insert into notifications
       (id, recipient_user_id, kind, actor_user_id, game_id, version, created_at)
     values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (id) do nothing`,
    [id, recipient, kind, actor, gameId, version, createdAt],
  )
}

/**
 * Forgets what the two have told each other before a block between them began or ended: a block
 * ends every connection, and nothing of it comes back. What was older and is delivered later is
 * kept out by the version.
 */
export async function forgetPair(
  store: Store,
  userIds: readonly [string, string],
  version: string,
): Promise<void> {
  await store.rows(
    `with blocked as (
       insert into blocked_pairs (low_user_id, high_user_id, version)
       values (least($1::uuid, $2::uuid), greatest($1::uuid, $2::uuid), $3::bigint)
           on conflict (low_user_id, high_user_id)
           do update set version = greatest(blocked_pairs.version, excluded.version)
     )
     delete from notifications
      where (recipient_user_id, actor_user_id) in (($1::uuid, $2::uuid), ($2::uuid, $1::uuid))
        and version < $3::bigint`,
    [...userIds, version],
  )
}

/**
 * Which rows stand in an inbox: the recipient's, without people who are hidden from them, and
 * nothing from before a block of the pair.
 */
const standing = `
  recipient_user_id = $1 and actor_user_id <> all ($2::uuid[])
    and not exists (
      select from blocked_pairs blocked
       where blocked.low_user_id = least(recipient_user_id, actor_user_id)
         and blocked.high_user_id = greatest(recipient_user_id, actor_user_id)
         and blocked.version > notifications.version
    )`

/** The newest of an inbox after a position. */
export function selectNotifications(
  store: Store,
  recipient: string,
  hidden: readonly string[],
  after: TimePosition,
  limit: number,
): Promise<NotificationRow[]> {
  return store.rows(
    `select id, kind, actor_user_id as actor, game_id as "gameId",
            created_at as "createdAt", read_at as "readAt"
       from notifications
      where ${standing}
        and (created_at, id) < ($3::timestamptz, $4::uuid)
      order by created_at desc, id desc
      limit $5`,
    [recipient, hidden, after.at, after.id, limit],
  )
}

/** How many of an inbox are unread. */
export async function countUnread(
  store: Store,
  recipient: string,
  hidden: readonly string[],
): Promise<number> {
  const [row] = await store.rows<{ count: number }>(
    `select count(*)::int as count from notifications where ${standing} and read_at is null`,
    [recipient, hidden],
  )
  return row?.count ?? 0
}

/**
 * Marks notifications of a person as read: those with these ids, or all of them.
 * @returns whether any was unread
 */
export async function updateRead(
  store: Store,
  recipient: string,
  ids: readonly string[] | null,
): Promise<boolean> {
  const rows = await store.rows(
    `update notifications set read_at = now()
      where recipient_user_id = $1 and read_at is null and ($2::uuid[] is null or id = any ($2))
     returning 1`,
    [recipient, ids],
  )
  return rows.length > 0
}
