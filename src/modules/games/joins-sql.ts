import { sql, type Transaction } from '../../database/sql.ts'
import { eventsInsertion } from '../../events/outbox.ts'
import type { UserId } from '../../graphql/ids.ts'
import { limits } from '../../limits.ts'
import type { Participation } from './sql.ts'

/** Somebody who joined, and the friend who made the game. */
export type Joining = readonly [joined: UserId, creator: UserId]

/**
 * Those who joined a game of a friend who wants to hear of it (rule 12.4), as it is now: the pairs
 * to hold before it is told.
 */
export async function selectJoinings(
  tx: Transaction,
  joined: readonly Participation[],
): Promise<Joining[]> {
  const rows = await tx.rows<{ joined: UserId; creator: UserId }>(
    'games.joinings',
    sql`select distinct joined.user_id as joined, game.creator_user_id as creator ${toTell(joined)}`,
  )
  return rows.map(({ joined, creator }) => [joined, creator])
}

/**
 * Tells the creators. Hold the pairs: the conditions are asked again, and stay as they are.
 * @param held the pairs that are held; of others nothing is told
 */
export async function recordJoinings(
  tx: Transaction,
  joined: readonly Participation[],
  held: readonly Joining[],
): Promise<void> {
  const [people, creators] = [held.map(([person]) => person), held.map(([, creator]) => creator)]
  const source = sql`
      select joined.user_id as actor, game.creator_user_id as other, game.game_id ${toTell(joined)}
         and (joined.user_id, game.creator_user_id) in (
             select * from unnest(${people}::uuid[], ${creators}::uuid[]))
       order by game.game_id, joined.user_id`
  await tx.rows('outbox.recordAll', eventsInsertion('game.friend_joined', 'people', source))
}

/** From those who joined to those to tell of. Who joined long ago is history, and no news. */
function toTell(joined: readonly Participation[]) {
  const [people, games] = [joined.map(({ user }) => user), joined.map(({ gameId }) => gameId)]
  const since = joined.map(({ at }) => at.toISOString())
  return sql`
        from unnest(${people}::uuid[], ${games}::text[], ${since}::timestamptz[]) as joined (user_id, game_id, at)
        join games as game on game.game_id = joined.game_id
        join user_friends as friendship
          on friendship.user_id = game.creator_user_id and friendship.friend_id = joined.user_id
        left join user_privacy_settings as settings on settings.user_id = game.creator_user_id
       where coalesce(settings.notify_friend_joins_game, true)
         and joined.at > statement_timestamp() - make_interval(hours => ${limits.gameFacts.toldWithinHours}::int)
         and not exists (
             select from user_blocks as block
              where (block.blocker_user_id, block.blocked_user_id) in
                    ((joined.user_id, game.creator_user_id), (game.creator_user_id, joined.user_id))
                and (block.expires_at is null or block.expires_at > statement_timestamp()))`
}
