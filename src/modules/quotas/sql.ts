import { type Queryable, sql } from '../../database/sql.ts'
import type { UserId } from '../../graphql/ids.ts'
import { limits } from '../../limits.ts'
import type { Quota } from '../../pairs/quota.ts'

/** What a person has used up, and what they have at present. */
export interface Uses {
  readonly friendRequests: number
  /** When the oldest request that counts stops counting; null when none does. */
  readonly friendRequestsResetAt: Date | null
  readonly upgrades: number
  readonly upgradesResetAt: Date | null
  readonly blocks: number
  readonly openRequests: number
  readonly friends: number
  readonly links: number
}

/** Of many people at once; a person who does not exist is not in the answer. */
export async function selectUses(
  from: Queryable,
  people: readonly UserId[],
): Promise<Map<UserId, Uses>> {
  const { friendRequests, upgrades } = limits.quotas
  const rows = await from.rows<Uses & { person: UserId }>(
    'quotas.uses',
    sql`
      select person.id as person,
             requests.used as "friendRequests", requests.reset_at as "friendRequestsResetAt",
             upgrades.used as upgrades, upgrades.reset_at as "upgradesResetAt",
             (select count(*)::int
                from user_blocks as block
               where block.blocker_user_id = person.id
                 and (block.expires_at is null or block.expires_at > statement_timestamp())) as blocks,
             (select count(*)::int
                from user_friend_requests as request
               where request.requester_user_id = person.id and request.status in ('pending', 'rejected')
                 and request.expires_at > statement_timestamp()) as "openRequests",
             (select count(*)::int from user_friends as friendship where friendship.user_id = person.id) as friends,
             (select count(*)::int
                from contact_links as link
               where link.maker_user_id = person.id and link.revoked_at is null
                 and (link.expires_at is null or link.expires_at > statement_timestamp())
                 and (link.max_uses is null or link.uses < link.max_uses)) as links
        from users as person
       cross join lateral (${usesOf('requestFriend', friendRequests)}) as requests
       cross join lateral (${usesOf('upgradeFriendship', upgrades)}) as upgrades
       where person.id = any (${people}::uuid[])`,
  )
  return new Map(rows.map(({ person, ...uses }) => [person, uses]))
}

/** The same uses that `use_quota` counts, under the name that the write gave them. */
function usesOf(action: string, { hours }: Quota) {
  const period = sql`make_interval(hours => ${hours}::int)`
  return sql`
    select count(*)::int as used, min(use.used_at) + ${period} as reset_at
      from quota_uses as use
     where use.user_id = person.id and use.action = ${action} and use.other_user_id is null
       and use.used_at > statement_timestamp() - ${period}`
}
