import { idOf, type Person } from '../../seed/people.ts'
import type { GameAudience } from './game.ts'

/** The games of the demo people, the newest first, and who has joined besides their creators. */
const games: readonly (readonly [Person, string, GameAudience, readonly Person[]])[] = [
  ['alice', 'Five-a-side on Thursday', 'PUBLIC', ['bob', 'dave']],
  ['alice', 'Climbing with friends', 'FRIENDS', ['carol']],
  ['alice', 'Chess at the kitchen table', 'CLOSE', []],
  ['bob', 'Sunday tennis doubles', 'FRIENDS', ['dave']],
  ['mallory', 'Street basketball, all welcome', 'PUBLIC', []],
  ['judy', 'Morning run', 'PUBLIC', ['heidi']],
]

/** The id of a demo game: `00000000-0000-4000-9000-000000000001` is the first of the list. */
function demoGameId(place: number): string {
  return `00000000-0000-4000-9000-${String(place).padStart(12, '0')}`
}

/**
 * Inserts the demo games, an hour between each and the next. Names and titles are ours, and have no
 * quotes in them.
 */
export const demoGames = games
  .map(([creator, title, visibility, participants], index) => {
    const id = demoGameId(index + 1)
    const made = `now() - interval '${index} hours'`
    const joined = [creator, ...participants].map((each, nth) => {
      return `('${id}', '${idOf(each)}', ${made} + interval '${nth} minutes')`
    })
    return `
      insert into games (id, creator_user_id, title, visibility, created_at)
      values ('${id}', '${idOf(creator)}', '${title}', '${visibility}', ${made});
      insert into game_participants (game_id, user_id, joined_at) values ${joined.join(', ')};`
  })
  .join('')
