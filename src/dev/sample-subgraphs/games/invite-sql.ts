import type { TimePosition } from '../../../graphql/connections.ts'
import type { Store } from '../store.ts'
import type { InviteRow } from './game.ts'

const inviteColumns = `id, game_id as "gameId", inviter_user_id as inviter,
            recipient_user_id as recipient, invited_at as "invitedAt", answer`

/**
 * Somebody's invitation of a person, or of everybody who has its id; made when missing. Nobody who
 * takes part by now is invited: then there is none, or the one from before.
 */
export async function insertInvite(
  store: Store,
  game: string,
  inviter: string,
  recipient: string | null,
): Promise<{ invite: InviteRow | null; isNew: boolean }> {
  const [added] = await store.rows<InviteRow>(
    `insert into game_invites (game_id, inviter_user_id, recipient_user_id)
     select $1, $2, $3
      where not exists (select from game_participants where game_id = $1 and user_id = $3)
         on conflict do nothing
     returning ${inviteColumns}`,
    [game, inviter, recipient],
  )
  if (added !== undefined) return { invite: added, isNew: true }
  const [there] = await store.rows<InviteRow>(
    `select ${inviteColumns} from game_invites
      where game_id = $1 and inviter_user_id = $2 and recipient_user_id is not distinct from $3`,
    [game, inviter, recipient],
  )
  return { invite: there ?? null, isNew: false }
}

export async function selectInvite(store: Store, id: string): Promise<InviteRow | null> {
  const [invite] = await store.rows<InviteRow>(
    `select ${inviteColumns} from game_invites where id = $1`,
    [id],
  )
  return invite ?? null
}

/** The invitations to many games, the newest first. */
export async function selectInvites(
  store: Store,
  games: readonly string[],
): Promise<Map<string, InviteRow[]>> {
  const rows = await store.rows<InviteRow>(
    `select ${inviteColumns} from game_invites where game_id = any ($1::uuid[])
      order by invited_at desc, id desc`,
    [games],
  )
  return Map.groupBy(rows, ({ gameId }) => gameId)
}

/**
 * The invitations that somebody has not answered, the newest first: one for each game, without
 * those from hidden people, and none to games that they are in.
 */
export function selectOpenInvites(
  store: Store,
  recipient: string,
  hidden: readonly string[],
  after: TimePosition,
  limit: number,
): Promise<InviteRow[]> {
  return store.rows(
    `select ${inviteColumns} from game_invites as invite
      where recipient_user_id = $1 and answer is null and inviter_user_id <> all ($2::uuid[])
        and (invited_at, id) < ($3::timestamptz, $4::uuid)
        and not exists (
          select from game_participants joined
           where joined.game_id = invite.game_id and joined.user_id = $1
        )
        and not exists (
          select from game_invites newer
           where newer.game_id = invite.game_id and newer.recipient_user_id = $1
             and newer.answer is null and newer.inviter_user_id <> all ($2::uuid[])
             and (newer.invited_at, newer.id) > (invite.invited_at, invite.id)
        )
      order by invited_at desc, id desc
      limit $5`,
    [recipient, hidden, after.at, after.id, limit],
  )
}

/**
 * Declines a game, whoever has invited them. Whether the answer is new: somebody who takes part has
 * accepted, and stays.
 */
export async function declineInvites(
  store: Store,
  game: string,
  recipient: string,
): Promise<boolean> {
  const rows = await store.rows(
    `update game_invites set answer = 'DECLINED', answered_at = now()
      where game_id = $1 and recipient_user_id = $2 and answer is distinct from 'DECLINED'
        and not exists (select from game_participants where game_id = $1 and user_id = $2)
      returning 1`,
    [game, recipient],
  )
  return rows.length > 0
}
