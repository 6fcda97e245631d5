import { sql, type Transaction } from '../database/sql.ts'

/**
 * The data of events that are dispatched now: ids, and for `block.changed` the blocks that stand in
 * this moment. Each event has the members that the catalogue describes for its kind.
 * @returns by the event's id
 */
export async function eventData(
  tx: Transaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, object>> {
  const rows = await tx.rows<{ id: string; data: object }>(
    'outbox.data',
    sql`
      select id, case kind
               when 'follow.created' then
                 jsonb_build_object('followerId', actor_user_id, 'targetId', other_user_id)
               when 'friend_request.created' then
                 jsonb_build_object('requestId', subject_id, 'requesterId', actor_user_id,
                                    'targetId', other_user_id, 'level', upper(level))
               -- Who accepts is the target.
               when 'friend_request.accepted' then
                 jsonb_build_object('requestId', subject_id, 'requesterId', other_user_id,
                                    'targetId', actor_user_id, 'level', upper(level))
               when 'game.friend_joined' then
                 jsonb_build_object('gameId', game_id, 'userId', actor_user_id, 'creatorId', other_user_id)
               when 'block.changed' then
                 jsonb_build_object(
                   'userIds', array[least(actor_user_id, other_user_id), greatest(actor_user_id, other_user_id)],
                   'blockers', array(
                     select blocker_user_id from user_blocks
                      where (blocker_user_id = actor_user_id and blocked_user_id = other_user_id
                             or blocker_user_id = other_user_id and blocked_user_id = actor_user_id)
                        and (expires_at is null or expires_at > statement_timestamp())
                      order by blocker_user_id))
               else '{}'::jsonb end as data
        from outbox
       where id = any (${ids}::uuid[])`,
  )
  return new Map(rows.map(({ id, data }) => [id, data]))
}
