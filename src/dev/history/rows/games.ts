import type { Game } from '../member.ts'
import { idFrom } from '../random.ts'
import type { World } from '../world.ts'
import { type Calendar, idOf, rowsOf, type TableRows } from './rows.ts'

/** The ids of all games. */
export function gameIds(world: World, seed: string): Map<Game, string> {
  return new Map(world.games.map((game, place) => [game, idFrom(seed, 'game', place)]))
}

/** What other services have told: games and invitations, days of activity, and reports. */
export function gameTables(world: World, seed: string, calendar: Calendar): TableRows[] {
  const { moment, maybe, date } = calendar
  const games = gameIds(world, seed)
  return [
    {
      table: 'games',
      rows: Array.from(games, ([{ creator }, game_id]) => ({
        game_id,
        creator_user_id: idOf(creator),
      })),
    },
    {
      table: 'game_participations',
      rows: [...games].flatMap(([{ players }, game_id]) =>
        Array.from(players, ([player, at]) => ({
          user_id: idOf(player),
          game_id,
          joined_at: moment(at),
        })),
      ),
    },
    {
      table: 'game_invites',
      rows: world.invites.map((invite) => ({
        inviter_user_id: idOf(invite.inviter),
        invitee_user_id: idOf(invite.invitee),
        game_id: games.get(invite.game),
        invited_at: moment(invite.at),
        between_friends: invite.betweenFriends,
        outcome: invite.outcome,
        answered_at: maybe(invite.answeredAt),
      })),
    },
    {
      table: 'activity_days',
      rows: rowsOf(
        world.members,
        ({ activeDays }) => activeDays,
        (user_id, day) => ({ user_id, day: date(day) }),
      ),
    },
    {
      table: 'user_reports',
      rows: world.reports.map(({ reporter, reported, at }) => ({
        reporter_user_id: idOf(reporter),
        reported_user_id: idOf(reported),
        reported_at: moment(at),
      })),
    },
  ]
}
