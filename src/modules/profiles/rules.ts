import { refuse, type Refused } from '../../graphql/refusals.ts'
import { parseLine, parseText } from '../../graphql/texts.ts'
import { searchableWords } from '../../pairs/search-words.ts'
import type { UserProfileInput } from '../../generated/graphql.ts'
import { limits } from '../../limits.ts'
import type { ProfileChanges } from './sql.ts'

const { profile } = limits

/** What each field of the input comes to: columns, or undefined for what is not valid. */
const readers = {
  displayName: (text: string | null) => {
    const name = text === null ? null : parseLine(text, profile.displayName)
    if (name === undefined) return undefined
    return { display_name: name, display_words: name === null ? [] : searchableWords(name) }
  },
  avatarUrl: (text: string | null) => column('avatar_url', text, parseAvatarUrl),
  bio: (text: string | null) => column('bio', text, (words) => parseText(words, profile.bio)),
  city: (text: string | null) => column('city', text, (line) => parseLine(line, profile.city)),
  region: (text: string | null) =>
    column('region', text, (line) => parseLine(line, profile.region)),
  sportPreferences: (sports: readonly string[] | null) => {
    const folded = sports === null ? [] : parseSports(sports)
    return folded === undefined ? undefined : { sport_preferences: folded }
  },
} as const

/** Reads a partial profile (rule 3): what is left out stays, null and the empty text take back. Refuses with INVALID_INPUT. */
export function readProfile(input: UserProfileInput): ProfileChanges | Refused {
  let changes: ProfileChanges = {}
  for (const field of Object.keys(readers) as (keyof typeof readers)[]) {
    const given = input[field]
    if (given === undefined) continue
    const read = readers[field] as (value: typeof given) => ProfileChanges | undefined
    const columns = read(given)
    if (columns === undefined) return refuse('INVALID_INPUT', { field: ['profile', field] })
    changes = { ...changes, ...columns }
  }
  return changes
}

function column(
  name: 'avatar_url' | 'bio' | 'city' | 'region',
  text: string | null,
  parse: (text: string) => string | null | undefined,
): ProfileChanges | undefined {
  const value = text === null ? null : parse(text)
  return value === undefined ? undefined : { [name]: value }
}

/** An absolute https address without a password in it, as a browser would write it. */
function parseAvatarUrl(text: string): string | null | undefined {
  const line = parseLine(text, profile.avatarUrl)
  if (line == null) return line
  const url = URL.parse(line)
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return undefined
  return url.href.length > profile.avatarUrl ? undefined : url.href
}

/** Folded, each once, in the order given. Folding comes before measuring, because it can make a text longer. */
function parseSports(sports: readonly string[]): string[] | undefined {
  const folded = sports.map((sport) => parseLine(foldSport(sport), profile.sportPreference))
  const known = folded.filter((sport) => sport != null)
  if (known.length < sports.length) return undefined
  const once = [...new Set(known)]
  return once.length > profile.sportPreferences ? undefined : once
}

function foldSport(sport: string): string {
  return sport.normalize('NFKC').toLowerCase().normalize('NFKC').replace(/\s+/gu, ' ')
}
