import { sql, type Transaction } from '../database/sql.ts'

/**
 * The data of events that are dispatched now: ids, and for `block.changed` the blocks that stand in
 * this moment. Each event has the members that the catalogue describes for its kind. Ask it after
 * the locks of the pairs, in a statement of its own: then it sees what was committed while those
 * were waited for.
 * @returns by the event's id
 */
export async function eventData(
  tx: Transaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, object>> {
  const rows = await tx.rows<{ id: string; data: object }>(
    'outbox.data',
    sql`select event.id, ${dataOfEvent} as data from outbox as event where event.id = any (${ids}::uuid[])`,
  )
  return new Map(rows.map(({ id, data }) => [id, data]))
}

/** The data of a row of `outbox as event`, as it would be told in this moment. */
export const dataOfEvent = sql`
  case event.kind
    when 'follow.created' then
      jsonb_build_object('followerId', event.actor_user_id, 'targetId', event.other_user_id)
    when 'friend_request.created' then
      jsonb_build_object('requestId', event.subject_id, 'requesterId', event.actor_user_id,
                         'targetId', event.other_user_id, 'level', upper(event.level))
    -- Who accepts is the target.
    when 'friend_request.accepted' then
      jsonb_build_object('requestId', event.subject_id, 'requesterId', event.other_user_id,
                         'targetId', event.actor_user_id, 'level', upper(event.level))
    when 'game.friend_joined' then
      jsonb_build_object('gameId', event.game_id, 'userId', event.actor_user_id,
                         'creatorId', event.other_user_id)
    when 'block.changed' then
      jsonb_build_object(
        'userIds', array[least(event.actor_user_id, event.other_user_id),
                         greatest(event.actor_user_id, event.other_user_id)],
        'blockers', array(
          select blocker_user_id from user_blocks
           where (blocker_user_id = event.actor_user_id and blocked_user_id = event.other_user_id
                  or blocker_user_id = event.other_user_id and blocked_user_id = event.actor_user_id)
             and (expires_at is null or expires_at > statement_timestamp())
           order by blocker_user_id))
    else '{}'::jsonb end`
