import type { TimePosition } from '../../../graphql/connections.ts'
import type { Store } from '../store.ts'
import type { InviteRow } from './game.ts'

const inviteColumns = `id, game_id as "gameId", inviter_user_id as inviter,
            recipient_user_id as recipient, invited_at as "invitedAt",
            coalesce(first_invited_at, invited_at) as "firstInvitedAt",
            parted_from_inviter as "partedFromInviter", parted_from_creator as "partedFromCreator",
            answer`

/** An invitation stands while its sender takes part: nobody is invited by somebody who has left. */
const isSent = `exists (
          select from game_participants sender
           where sender.game_id = invite.game_id and sender.user_id = invite.inviter_user_id
        )`

/**
 * Somebody's invitation of a person, or of everybody who has its id; made when missing. Nobody who
 * takes part by now is invited: then there is none, or the one from before. One that a block has
 * ended is sent anew. For its sender that is new only if they were one of the two: they do not
 * learn of a block between others.
 */
export async function insertInvite(
  store: Store,
  game: string,
  inviter: string,
  recipient: string | null,
): Promise<{ invite: InviteRow | null; isNew: boolean }> {
  const theSame = `game_id = $1 and inviter_user_id = $2 and recipient_user_id is not distinct from $3`
  const [sent] = await store.rows<{ isNew: boolean }>(
    `with ended as (select parted_from_inviter from game_invites where ${theSame}),
     sent as (
       insert into game_invites as invite (game_id, inviter_user_id, recipient_user_id)
       select $1, $2, $3
        where not exists (select from game_participants where game_id = $1 and user_id = $3)
           on conflict (game_id, recipient_user_id, inviter_user_id) do update
          set invited_at = excluded.invited_at,
              first_invited_at = case when not invite.parted_from_inviter
                                      then coalesce(invite.first_invited_at, invite.invited_at) end,
              parted_from_inviter = false, parted_from_creator = false,
              answer = null, answered_at = null
        where invite.parted_from_inviter or invite.parted_from_creator
       returning 1
     )
     select coalesce((select parted_from_inviter from ended), true) as "isNew" from sent`,
    [game, inviter, recipient],
  )
  const [invite] = await store.rows<InviteRow>(
    `select ${inviteColumns} from game_invites where ${theSame} and not parted_from_inviter`,
    [game, inviter, recipient],
  )
  return { invite: invite ?? null, isNew: sent?.isNew ?? false }
}

/** An invitation that stands. */
export async function selectInvite(store: Store, id: string): Promise<InviteRow | null> {
  const [invite] = await store.rows<InviteRow>(
    `select ${inviteColumns} from game_invites as invite where id = $1 and ${isSent}`,
    [id],
  )
  return invite ?? null
}

/** The invitations to many games, the newest first, those that a block has ended among them. */
export async function selectInvites(
  store: Store,
  games: readonly string[],
): Promise<Map<string, InviteRow[]>> {
  const rows = await store.rows<InviteRow>(
    `select ${inviteColumns} from game_invites as invite
      where game_id = any ($1::uuid[]) and ${isSent}
      order by "firstInvitedAt" desc, id desc`,
    [games],
  )
  return Map.groupBy(rows, ({ gameId }) => gameId)
}

/**
 * The invitations that somebody has not answered, the newest first, without those from hidden
 * people and those that a block has ended, and none to games that they are in.
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
        and not parted_from_inviter and not parted_from_creator and ${isSent}
        and (invited_at, id) < ($3::timestamptz, $4::uuid)
        and not exists (
          select from game_participants joined
           where joined.game_id = invite.game_id and joined.user_id = $1
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
        and not parted_from_inviter and not parted_from_creator
        and not exists (select from game_participants where game_id = $1 and user_id = $2)
      returning 1`,
    [game, recipient],
  )
  return rows.length > 0
}
