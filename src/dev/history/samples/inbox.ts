import type { NotificationKind } from '../../sample-subgraphs/notifications/sql.ts'
import type { History } from '../history.ts'
import type { Game, Member } from '../member.ts'
import { idFrom } from '../random.ts'
import { gameIds } from '../rows/games.ts'
import { idOf, type TableRows } from '../rows/rows.ts'
import { dayMs, hourMs } from '../span.ts'
import type { World } from '../world.ts'

/** Inboxes go back so far. */
const toldDays = 14

/** What is older was read by the person soon after. */
const unreadDays = 2

interface Happening {
  readonly kind: NotificationKind
  readonly actor: Member
  readonly recipient: Member
  readonly at: number
  readonly game?: Game
}

/** What the people of a history were told in its last two weeks, as rows of notifications. */
export function inboxRows({ world, seed, calendar: { moment, maybe } }: History): TableRows[] {
  const { end } = world.span
  const games = gameIds(world, seed)
  const told = happenings(world).filter(
    ({ at, actor, recipient }) =>
      at > end - toldDays * dayMs &&
      at < end &&
      recipient.isAround(at) &&
      // A block ends what the two have told each other.
      !actor.blocks.has(recipient) &&
      !recipient.blocks.has(actor),
  )
  const rows = told.map(({ kind, actor, recipient, at, game }, place) => ({
    id: idFrom(seed, 'notification', place),
    recipient_user_id: idOf(recipient),
    kind,
    actor_user_id: idOf(actor),
    game_id: game === undefined ? null : games.get(game),
    creator_user_id: game === undefined ? null : idOf(game.creator),
    created_at: moment(at),
    read_at: maybe(at < end - unreadDays * dayMs ? at + 5 * hourMs : null),
  }))
  return [{ table: 'notifications', rows }]
}

function happenings({ requests, members, games, invites }: World): Happening[] {
  return [
    ...requests.flatMap(({ requester, target, level, quiet, at, status, respondedAt }) => {
      if (status === 'gone' || quiet) return []
      const isClose = level === 'close'
      const asked: Happening = {
        kind: isClose ? 'CLOSE_FRIEND_REQUESTED' : 'FRIEND_REQUESTED',
        actor: requester,
        recipient: target,
        at,
      }
      if (status !== 'accepted' || respondedAt === null) return [asked]
      const accepted: Happening = {
        kind: isClose ? 'CLOSE_FRIEND_ACCEPTED' : 'FRIEND_REQUEST_ACCEPTED',
        actor: target,
        recipient: requester,
        at: respondedAt,
      }
      return [asked, accepted]
    }),
    ...members.flatMap((actor) =>
      Array.from(actor.follows, ([recipient, at]): Happening => ({
        kind: 'FOLLOWED',
        actor,
        recipient,
        at,
      })),
    ),
    ...games.flatMap((game): Happening[] => {
      const { creator, players } = game
      if (creator.traits.privacy?.notify_friend_joins_game === false) return []
      return [...players]
        .filter(([player, at]) => (creator.friends.get(player)?.since ?? Infinity) <= at)
        .map(([actor, at]) => ({
          kind: 'FRIEND_JOINED_GAME',
          actor,
          recipient: creator,
          at,
          game,
        }))
    }),
    ...invites.map(({ inviter, invitee, game, at }): Happening => ({
      kind: 'GAME_INVITED',
      actor: inviter,
      recipient: invitee,
      at,
      game,
    })),
  ]
}
