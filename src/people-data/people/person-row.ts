import { parseUserId, type UserId } from '../../graphql/ids.ts'
import { isRefused } from '../../graphql/refusals.ts'
import { trimInvisible } from '../../graphql/texts.ts'
import { readProfile } from '../../modules/profiles/rules.ts'
import type { ProfileChanges } from '../../modules/profiles/sql.ts'
import { isReserved, parseUsername } from '../../modules/usernames/rules.ts'

/** A person as their platform writes them down: texts, and of sports a list or one text with `|` between. */
export type PersonRow = Readonly<Record<string, unknown>>

/** Somebody to import. */
export interface Newcomer {
  readonly id: UserId
  /** Canonical; null for nobody's wish, or one that cannot be. */
  readonly username: string | null
  readonly profile: ProfileChanges | null
}

/** Why something of a row, or all of it, is not imported. */
export const rejections = [
  'stray quote',
  'wrong number of fields',
  'not an object',
  'malformed id',
  'same id twice',
  'malformed username',
  'reserved username',
  'same username twice',
  'taken username',
  'malformed profile',
] as const
export type Rejection = (typeof rejections)[number]

/** What a row comes to: somebody, unless the id is no id, and what of them is left out. */
export interface ReadPerson {
  readonly person: Newcomer | null
  readonly rejected: readonly Rejection[]
}

const texts = ['displayName', 'avatarUrl', 'bio', 'city', 'region'] as const

/** Reads a row by the rules that a person's own claim and profile go by (rules 2.1, 2.4, 3). Other columns are ignored. */
export function readPerson(row: unknown): ReadPerson {
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    return { person: null, rejected: ['not an object'] }
  const fields = row as PersonRow
  const id = typeof fields['id'] === 'string' ? parseUserId(fields['id']) : null
  if (id === null) return { person: null, rejected: ['malformed id'] }
  const username = readUsername(fields['username'])
  const profile = readTheirProfile(fields)
  return {
    person: { id, username: username.name, profile: profile === 'malformed' ? null : profile },
    rejected: [
      ...(username.rejected === null ? [] : [username.rejected]),
      ...(profile === 'malformed' ? (['malformed profile'] as const) : []),
    ],
  }
}

function readUsername(wish: unknown): { name: string | null; rejected: Rejection | null } {
  if (wish === undefined || wish === null || wish === '') return { name: null, rejected: null }
  const name = typeof wish === 'string' ? parseUsername(wish) : null
  if (name === null) return { name, rejected: 'malformed username' }
  return isReserved(name) ? { name: null, rejected: 'reserved username' } : { name, rejected: null }
}

/** Null for a person about whom the row says nothing. */
function readTheirProfile(fields: PersonRow): ProfileChanges | null | 'malformed' {
  const said = texts.flatMap((field) => {
    const value = fields[field]
    const isBlank = typeof value === 'string' && trimInvisible(value) === ''
    return value === undefined || value === null || isBlank ? [] : [[field, value] as const]
  })
  if (said.some(([, value]) => typeof value !== 'string')) return 'malformed'
  const sports = readSports(fields['sportPreferences'])
  if (sports === undefined) return 'malformed'
  const input = {
    ...Object.fromEntries(said),
    ...(sports.length > 0 && { sportPreferences: sports }),
  }
  if (Object.keys(input).length === 0) return null
  const profile = readProfile(input)
  return isRefused(profile) ? 'malformed' : profile
}

function readSports(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return []
  if (typeof value === 'string')
    return value.split('|').filter((sport) => trimInvisible(sport) !== '')
  const isList = Array.isArray(value) && value.every((sport) => typeof sport === 'string')
  return isList ? value : undefined
}
