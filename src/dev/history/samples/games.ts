import type { GameAudience } from '../../sample-subgraphs/games/game.ts'
import type { History } from '../history.ts'
import type { Game, Invite, Member } from '../member.ts'
import { idFrom, Random } from '../random.ts'
import { gameIds } from '../rows/games.ts'
import { idOf, type TableRows } from '../rows/rows.ts'
import { titleOf } from './titles.ts'

/** The games and invitations of a history, as rows of the games service. */
export function gamesRows({ world, seed, calendar: { moment, maybe } }: History): TableRows[] {
  const random = new Random(`${seed} games`)
  const ids = gameIds(world, seed)
  const invited = Map.groupBy(world.invites, ({ game }) => game)
  return [
    {
      table: 'games',
      rows: Array.from(ids, ([game, id]) => ({
        id,
        creator_user_id: idOf(game.creator),
        title: titleOf(game, random),
        visibility: visibilityOf(game, invited.get(game) ?? [], random),
        created_at: moment(game.at),
      })),
    },
    {
      table: 'game_participants',
      rows: [...ids].flatMap(([{ players }, game_id]) =>
        Array.from(players, ([player, at]) => ({
          game_id,
          user_id: idOf(player),
          joined_at: moment(at),
        })),
      ),
    },
    {
      table: 'game_invites',
      rows: world.invites.map(({ game, inviter, invitee, at, outcome, answeredAt }, place) => ({
        id: idFrom(seed, 'game invite', place),
        game_id: ids.get(game),
        inviter_user_id: idOf(inviter),
        recipient_user_id: idOf(invitee),
        invited_at: moment(at),
        answer: outcome?.toUpperCase() ?? null,
        answered_at: maybe(answeredAt),
      })),
    },
  ]
}

/**
 * Who may see a game: nobody is in a private one who could not have found it, or been invited. Of
 * those that may be private, half are.
 */
function visibilityOf(
  { creator, players }: Game,
  invites: readonly Invite[],
  random: Random,
): GameAudience {
  const guests = new Set(invites.map(({ invitee }) => invitee))
  const others = [...players.keys()].filter((one) => one !== creator && !guests.has(one))
  const isClose = (one: Member) => creator.friends.get(one)?.level === 'close'
  const chance = random.next()
  if (chance < 0.1 && others.every(isClose)) return 'CLOSE'
  if (chance < 0.5 && others.every((one) => creator.friends.has(one))) return 'FRIENDS'
  return 'PUBLIC'
}
