import { idOf, type Person } from '../../seed/people.ts'
import type { GameAudience } from './game.ts'

interface DemoGame {
  readonly creator: Person
  readonly title: string
  readonly visibility: GameAudience
  /** Who has joined besides the creator. */
  readonly joined: readonly Person[]
  /** Whom the creator has invited, and who has not answered yet. */
  readonly invited: readonly Person[]
}

/** The games of the demo people, the newest first. */
const games: readonly DemoGame[] = [
  game('alice', 'Five-a-side on Thursday', 'PUBLIC', ['bob', 'dave'], ['frank']),
  game('alice', 'Climbing with friends', 'FRIENDS', ['carol'], ['bob']),
  game('alice', 'Chess at the kitchen table', 'CLOSE', [], ['carol']),
  game('bob', 'Sunday tennis doubles', 'FRIENDS', ['dave'], ['alice', 'carol']),
  game('mallory', 'Street basketball, all welcome', 'PUBLIC', [], ['alice']),
  game('judy', 'Morning run', 'PUBLIC', ['heidi'], ['trent']),
  game('carol', 'Croquet, and cake after it', 'CLOSE', [], ['alice']),
  game('erin', 'Night hike by the canal', 'CLOSE', [], ['frank']),
]

function game(
  creator: Person,
  title: string,
  visibility: GameAudience,
  joined: readonly Person[],
  invited: readonly Person[],
): DemoGame {
  return { creator, title, visibility, joined, invited }
}

/** The id of a demo game: `00000000-0000-4000-9000-000000000001` is the first of the list. */
function demoGameId(place: number): string {
  return `00000000-0000-4000-9000-${String(place).padStart(12, '0')}`
}

/**
 * Inserts the demo games, an hour between each and the next, and their invitations. Names and
 * titles are ours, and have no quotes in them.
 */
export const demoGames = games
  .map(({ creator, title, visibility, joined, invited }, index) => {
    const id = demoGameId(index + 1)
    const made = `now() - interval '${index} hours'`
    const after = (minutes: number) => `${made} + interval '${minutes} minutes'`
    const players = [creator, ...joined].map((each, nth) => {
      return `('${id}', '${idOf(each)}', ${after(nth)})`
    })
    const invites = invited.map((each, nth) => {
      return `('${id}', '${idOf(creator)}', '${idOf(each)}', ${after(nth + 1)})`
    })
    return `
      insert into games (id, creator_user_id, title, visibility, created_at)
      values ('${id}', '${idOf(creator)}', '${title}', '${visibility}', ${made});
      insert into game_participants (game_id, user_id, joined_at) values ${players.join(', ')};
      insert into game_invites (game_id, inviter_user_id, recipient_user_id, invited_at)
      values ${invites.join(', ')};`
  })
  .join('')
