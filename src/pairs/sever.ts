import { sql, type Transaction } from '../database/sql.ts'
import type { UserId } from '../graphql/ids.ts'

/**
 * Ends every relationship between the viewer and another, as a block does (rule 8.1): friendship,
 * follows and open requests, both ways and of both levels, the viewer's own contact, what the two
 * have used of each other's links, and suggestions of each to the other. The other's contact stays,
 * hidden while the block lasts. Requests that have run out stay too, answered or not: they are
 * history, and deleting some of them would tell the requester which were declined (rule 6.10). Take
 * the pair's lock first.
 */
export async function severPair(tx: Transaction, viewer: UserId, other: UserId): Promise<void> {
  // One statement: the parts touch different tables, and the mirror of the friendship goes by its
  // foreign key.
  await tx.rows(
    'pairs.sever',
    sql`
      with unfriended as (
        delete from user_friends where user_id = ${viewer}::uuid and friend_id = ${other}::uuid
      ), unfollowed as (
        delete from user_follows
         where (follower_user_id = ${viewer}::uuid and target_user_id = ${other}::uuid)
            or (follower_user_id = ${other}::uuid and target_user_id = ${viewer}::uuid)
      ), withdrawn as (
        delete from user_friend_requests
         where status in ('pending', 'rejected') and expires_at > statement_timestamp()
           and ((requester_user_id = ${viewer}::uuid and target_user_id = ${other}::uuid)
             or (requester_user_id = ${other}::uuid and target_user_id = ${viewer}::uuid))
      ), removed as (
        delete from user_contacts where owner_user_id = ${viewer}::uuid and contact_user_id = ${other}::uuid
      )
      select forget_link_uses(${other}::uuid), forget_suggestions(${other}::uuid)`,
  )
}
