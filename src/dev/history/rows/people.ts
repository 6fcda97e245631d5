import { searchableWords } from '../../../graphql/search-words.ts'
import type { ToldProfile, Traits } from '../people.ts'
import type { Calendar, Row, TableRows } from './rows.ts'

/**
 * The people themselves, their names, profiles and settings. Of demo people only when they came:
 * the seed has made the rest.
 */
export function personTables(people: readonly Traits[], { moment }: Calendar): TableRows[] {
  return [
    {
      table: 'users',
      rows: people.map(({ id, arrivesAt }) => ({ id, created_at: moment(arrivesAt) })),
    },
    {
      table: 'usernames',
      rows: people.flatMap(({ id, username, arrivesAt }) =>
        username === null ? [] : [{ user_id: id, name: username, claimed_at: moment(arrivesAt) }],
      ),
    },
    {
      table: 'user_profiles',
      rows: people.flatMap(({ id, profile }) =>
        profile === null ? [] : [profileRow(id, profile)],
      ),
    },
    {
      table: 'user_privacy_settings',
      rows: people.flatMap(({ id, privacy }) =>
        privacy === null ? [] : [{ user_id: id, ...privacy }],
      ),
    },
  ]
}

function profileRow(id: string, { displayName, bio, city, region, sports }: ToldProfile): Row {
  return {
    user_id: id,
    display_name: displayName,
    display_words: displayName === null ? [] : searchableWords(displayName),
    bio,
    city,
    region,
    sport_preferences: sports,
  }
}
