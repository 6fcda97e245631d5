import type { UserProfileInput } from '../../generated/graphql.ts'
import { tooMany } from '../../graphql/errors.ts'
import { type Refused, refuseInput } from '../../graphql/refusals.ts'
import { searchableWords } from '../../graphql/search-words.ts'
import { parseLine, parseText, tooLong, unfitText } from '../../graphql/texts.ts'
import { limits } from '../../limits.ts'
import type { ProfileChanges } from './sql.ts'

const { profile } = limits

/** What is wrong with a field, and with which entry of a list. */
interface Unfit {
  readonly problem: string
  readonly entry?: number
}

/** What each field of the input comes to. */
const parsers = {
  displayName: (text: string | null) => {
    const name = parseField(text, profile.displayName, parseLine)
    if (isUnfit(name)) return name
    return { display_name: name, display_words: name === null ? [] : searchableWords(name) }
  },
  avatarUrl: (text: string | null) => toColumn('avatar_url', parseAvatarUrl(text)),
  bio: (text: string | null) => toColumn('bio', parseField(text, profile.bio, parseText)),
  city: (text: string | null) => toColumn('city', parseField(text, profile.city, parseLine)),
  region: (text: string | null) => toColumn('region', parseField(text, profile.region, parseLine)),
  sportPreferences: (sports: readonly string[] | null) => {
    const folded = parseSports(sports ?? [])
    return isUnfit(folded) ? folded : { sport_preferences: folded }
  },
} as const

/**
 * Reads a partial profile (rule 3): what is left out stays, null and the empty text take back.
 * Refuses with INVALID_INPUT.
 */
export function parseProfile(input: UserProfileInput): ProfileChanges | Refused {
  let changes: ProfileChanges = {}
  for (const field of Object.keys(parsers) as (keyof typeof parsers)[]) {
    const given = input[field]
    if (given === undefined) continue
    const read = parsers[field] as (value: typeof given) => ProfileChanges | Unfit
    const columns = read(given)
    if (isUnfit(columns)) return refuseInput(['profile', field], columns.problem, columns.entry)
    changes = { ...changes, ...columns }
  }
  return changes
}

function isUnfit(read: string | object | null): read is Unfit {
  return typeof read === 'object' && read !== null && 'problem' in read
}

function toColumn(
  name: 'avatar_url' | 'bio' | 'city' | 'region',
  value: string | null | Unfit,
): ProfileChanges | Unfit {
  return isUnfit(value) ? value : { [name]: value }
}

function parseField(
  text: string | null,
  most: number,
  parse: typeof parseText,
): string | null | Unfit {
  const parsed = text === null ? null : parse(text, most)
  return parsed === undefined ? { problem: unfitText(text ?? '', most) } : parsed
}

/** An absolute https address without a password in it, as a browser would write it. */
function parseAvatarUrl(text: string | null): string | null | Unfit {
  const line = parseField(text, profile.avatarUrl, parseLine)
  if (line === null || isUnfit(line)) return line
  if (!/^https:/i.test(line)) return { problem: 'must start with https://.' }
  const url = URL.parse(line)
  if (url === null) return { problem: 'is not a URL.' }
  if (url.username !== '' || url.password !== '')
    return { problem: 'may not contain a user name or a password.' }
  if (url.href.length > profile.avatarUrl)
    return { problem: tooLong(profile.avatarUrl, url.href.length) }
  return url.href
}

/**
 * Folded, each once, in the order given. Folding comes before measuring, because it can make a text
 * longer.
 */
function parseSports(sports: readonly string[]): string[] | Unfit {
  const read: string[] = []
  for (const [entry, sport] of sports.entries()) {
    const folded = parseField(foldSport(sport), profile.sportPreference, parseLine)
    if (folded === null) return { problem: 'has nothing visible in it.', entry }
    if (isUnfit(folded)) return { ...folded, entry }
    read.push(folded)
  }
  const once = [...new Set(read)]
  const most = profile.sportPreferences
  return once.length > most ? { problem: tooMany(most, once.length) } : once
}

function foldSport(sport: string): string {
  return sport.normalize('NFKC').toLowerCase().normalize('NFKC').replace(/\s+/gu, ' ')
}
