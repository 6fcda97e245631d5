import type { TimePosition } from '../../../graphql/connections.ts'
import type { BlockChange } from '../block-change.ts'
import type { Store } from '../store.ts'

/** What people are notified of. */
export const notificationKinds = [
  'FRIEND_REQUESTED',
  'FRIEND_REQUEST_ACCEPTED',
  'CLOSE_FRIEND_REQUESTED',
  'CLOSE_FRIEND_ACCEPTED',
  'FOLLOWED',
  'FRIEND_JOINED_GAME',
  'GAME_INVITED',
] as const

export type NotificationKind = (typeof notificationKinds)[number]

/**
 * The inbox: one row for each event that told a person something, under the event's id, so that an
 * event that is delivered twice makes one row. And for each pair that was ever blocked, how new the
 * last such event was; and the games that are no more. A data directory with older tables begins
 * with an empty inbox.
 */
export const notificationTables = `
  drop table if exists notifications, blocked_pairs;
  create table notifications (
    id uuid primary key,
    recipient_user_id uuid not null,
    kind text not null check (kind in (${notificationKinds.map((kind) => `'${kind}'`).join(', ')})),
    actor_user_id uuid not null,
    game_id text,
    -- Whose game it is, where that is neither of the two.
    creator_user_id uuid,
    -- Of the pair, in the order of connections; null for what another service tells.
    version bigint,
    created_at timestamptz(3) not null,
    read_at timestamptz(3)
  );
  create index notifications_newest on notifications (recipient_user_id, created_at desc, id desc);
  create index notifications_of_games on notifications (game_id) where game_id is not null;
  create table blocked_pairs (
    low_user_id uuid,
    high_user_id uuid,
    version bigint not null,
    changed_at timestamptz(3) not null,
    primary key (low_user_id, high_user_id)
  );
  create table deleted_games (game_id text primary key);`

/** The last of the tables that are made: there when all of them are. */
export const lastTable = 'deleted_games'

export interface NotificationRow {
  readonly id: string
  readonly kind: NotificationKind
  readonly actor: string
  readonly gameId: string | null
  readonly createdAt: Date
  readonly readAt: Date | null
}

/** A notification as its event tells it. */
export interface NewNotification extends Omit<NotificationRow, 'readAt'> {
  readonly recipient: string
  /** Whose game it is; null where that is one of the two. */
  readonly creator: string | null
  /** The event's, as text: it may be larger than a number can say. Null without an order. */
  readonly version: string | null
}

/** Keeps a notification; one that was kept before stays as it is. @returns whether it is new */
export async function insertNotification(store: Store, added: NewNotification): Promise<boolean> {
  const { id, recipient, kind, actor, gameId, creator, version, createdAt } = added
  const rows = await store.rows(
    `insert into notifications
       (id, recipient_user_id, kind, actor_user_id, game_id, creator_user_id, version, created_at)
     select $1, $2, $3, $4, $5, $6, $7, $8
      where $5::text is null or not exists (select from deleted_games where game_id = $5)
         on conflict (id) do nothing
     returning 1`,
    [id, recipient, kind, actor, gameId, creator, version, createdAt],
  )
  return rows.length > 0
}

/** Which notifications a block ends. Without a version, the time says what came first. */
const isBeforeBlock = `
  case when notifications.version is null then notifications.created_at <= blocked.changed_at
       else notifications.version < blocked.version end`

/**
 * Forgets what the two have told each other before a block between them began or ended: a block
 * ends every connection, and nothing of it comes back. Invitations to a game of one of the two are
 * forgotten as well. What was older and is delivered later is kept out by the version.
 */
export async function forgetPair(
  store: Store,
  { userIds, version, at }: BlockChange,
): Promise<void> {
  await store.rows(
    `with blocked as (
       insert into blocked_pairs (low_user_id, high_user_id, version, changed_at)
       values (least($1::uuid, $2::uuid), greatest($1::uuid, $2::uuid), $3::bigint, $4)
           on conflict (low_user_id, high_user_id)
           do update set version = greatest(blocked_pairs.version, excluded.version),
                         changed_at = greatest(blocked_pairs.changed_at, excluded.changed_at)
       returning version, changed_at
     )
     delete from notifications using blocked
      where recipient_user_id in ($1::uuid, $2::uuid)
        and (actor_user_id in ($1::uuid, $2::uuid) or creator_user_id in ($1::uuid, $2::uuid))
        and recipient_user_id is distinct from creator_user_id
        and ${isBeforeBlock}`,
    [...userIds, version, at],
  )
}

/** Forgets what was told of a game that is no more, and keeps out what is delivered later. */
export async function forgetGame(store: Store, gameId: string): Promise<void> {
  await store.rows(
    `with deleted as (insert into deleted_games (game_id) values ($1) on conflict do nothing)
     delete from notifications where game_id = $1`,
    [gameId],
  )
}

/**
 * Which rows stand in an inbox: the recipient's, without people who are hidden from them and
 * without games of such people, and nothing from before a block of the pair.
 */
const standing = `
  recipient_user_id = $1 and actor_user_id <> all ($2::uuid[])
    and (creator_user_id is null or creator_user_id <> all ($2::uuid[]))
    and not exists (
      select from unnest(array[actor_user_id, creator_user_id]) as other (id)
        join blocked_pairs blocked
          on blocked.low_user_id = least(recipient_user_id, other.id)
         and blocked.high_user_id = greatest(recipient_user_id, other.id)
       where ${isBeforeBlock}
    )`

const columns = `id, kind, actor_user_id as actor, game_id as "gameId",
            created_at as "createdAt", read_at as "readAt"`

/** A notification that stands in an inbox. */
export async function selectNotification(
  store: Store,
  recipient: string,
  hidden: readonly string[],
  id: string,
): Promise<NotificationRow | null> {
  const [row] = await store.rows<NotificationRow>(
    `select ${columns} from notifications where ${standing} and id = $3`,
    [recipient, hidden, id],
  )
  return row ?? null
}

/** The newest of an inbox after a position. */
export function selectNotifications(
  store: Store,
  recipient: string,
  hidden: readonly string[],
  after: TimePosition,
  limit: number,
): Promise<NotificationRow[]> {
  return store.rows(
    `select ${columns} from notifications
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
 * Marks notifications that stand in an inbox as read: those with these ids, or all of them. What
 * does not stand there changes nothing, because its recipient must not learn of it.
 * @returns whether any was unread
 */
export async function updateRead(
  store: Store,
  recipient: string,
  hidden: readonly string[],
  ids: readonly string[] | null,
): Promise<boolean> {
  const rows = await store.rows(
    `update notifications set read_at = now()
      where ${standing} and read_at is null and ($3::uuid[] is null or id = any ($3))
     returning 1`,
    [recipient, hidden, ids],
  )
  return rows.length > 0
}
