import type { BlockChange } from '../block-change.ts'
import type { Store } from '../store.ts'

/**
 * Ends what a block ends (rule 8.1), for good: neither of the two takes part in games of the other
 * any more, and no invitation stands between them, nor one to a game of the other. What came after
 * the block stays, so the same event may come twice, or late.
 */
export async function partPair(store: Store, { userIds, at }: BlockChange): Promise<void> {
  const pair = '($1::uuid, $2::uuid)'
  await store.rows(
    `with gone as (
       delete from game_participants using games
        where games.id = game_id and user_id in ${pair} and creator_user_id in ${pair}
          and user_id <> creator_user_id and joined_at <= $3
     )
     update game_invites
        set parted_from_inviter = parted_from_inviter or inviter_user_id in ${pair},
            parted_from_creator = parted_from_creator or creator_user_id in ${pair}
       from games
      where games.id = game_id and recipient_user_id in ${pair}
        and (inviter_user_id in ${pair} or creator_user_id in ${pair})
        and invited_at <= $3`,
    [...userIds, at],
  )
}
