import { notUuid, parseUserId, type UserId } from '../../graphql/ids.ts'
import { isRefused } from '../../graphql/refusals.ts'
import { trimInvisible } from '../../graphql/texts.ts'
import { parseProfile } from '../../modules/profiles/rules.ts'
import type { ProfileChanges } from '../../modules/profiles/sql.ts'
import { isReserved, parseUsername, unfitUsername } from '../../modules/usernames/rules.ts'

/**
 * A person as their platform writes them down: texts, and of sports a list or one text with `|`
 * between.
 */
type PersonRow = Readonly<Record<string, unknown>>

/** Somebody to import. */
export interface Newcomer {
  readonly id: UserId
  /** Canonical; null for nobody's wish, or one that cannot be. */
  readonly username: string | null
  readonly profile: ProfileChanges | null
}

/** Why something of a row, or all of it, is not imported. */
export type Rejection =
  | 'stray quote'
  | 'wrong number of fields'
  | 'not an object'
  | 'malformed id'
  | 'same id twice'
  | 'malformed username'
  | 'reserved username'
  | 'same username twice'
  | 'taken username'
  | 'malformed profile'

/** A part of a row that is not imported. */
export interface RejectedPart {
  readonly reason: Rejection
  /** What is wrong with the value: the column, the limit and the size of the value. */
  readonly problem?: string
}

/** What a row comes to: somebody, unless the id is no id, and what of them is left out. */
interface ReadPerson {
  readonly person: Newcomer | null
  readonly rejected: readonly RejectedPart[]
}

const texts = ['displayName', 'avatarUrl', 'bio', 'city', 'region'] as const

/**
 * Reads a row by the rules that a person's own claim and profile go by (rules 2.1, 2.4, 3). Other
 * columns are ignored.
 */
export function readPerson(row: unknown): ReadPerson {
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    return { person: null, rejected: [{ reason: 'not an object' }] }
  const fields = row as PersonRow
  const id = typeof fields['id'] === 'string' ? parseUserId(fields['id']) : null
  if (id === null)
    return { person: null, rejected: [{ reason: 'malformed id', problem: `\`id\` ${notUuid}` }] }
  const username = readUsername(fields['username'])
  const profile = readTheirProfile(fields)
  return {
    person: {
      id,
      username: isRejected(username) ? null : username,
      profile: isRejected(profile) ? null : profile,
    },
    rejected: [username, profile].filter(isRejected),
  }
}

function isRejected(part: unknown): part is RejectedPart {
  return typeof part === 'object' && part !== null && 'reason' in part
}

/** Null for a person who is given none. */
function readUsername(wish: unknown): string | null | RejectedPart {
  if (wish === undefined || wish === null || wish === '') return null
  const reason = 'malformed username'
  if (typeof wish !== 'string') return { reason, problem: '`username` must be text.' }
  const name = parseUsername(wish)
  if (name === null) return { reason, problem: unfitUsername(wish) }
  return isReserved(name) ? { reason: 'reserved username' } : name
}

/** Null for a person about whom the row says nothing. */
function readTheirProfile(fields: PersonRow): ProfileChanges | null | RejectedPart {
  const reason = 'malformed profile'
  const said = texts.flatMap((field) => {
    const value = fields[field]
    const isBlank = typeof value === 'string' && trimInvisible(value) === ''
    return value === undefined || value === null || isBlank ? [] : [[field, value] as const]
  })
  const [odd] = said.find(([, value]) => typeof value !== 'string') ?? []
  if (odd !== undefined) return { reason, problem: `\`${odd}\` must be text.` }
  const sports = readSports(fields['sportPreferences'])
  if (sports === undefined)
    return {
      reason,
      problem: '`sportPreferences` must be a list of texts, or one text separated by |.',
    }
  const input = {
    ...Object.fromEntries(said),
    ...(sports.length > 0 && { sportPreferences: sports }),
  }
  if (Object.keys(input).length === 0) return null
  const profile = parseProfile(input)
  if (!isRefused(profile)) return profile
  // The file has columns where the mutation has fields of one argument.
  return { reason, problem: profile.message.replace('`profile.', '`') }
}

function readSports(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return []
  if (typeof value === 'string')
    return value.split('|').filter((sport) => trimInvisible(sport) !== '')
  const isList = Array.isArray(value) && value.every((sport) => typeof sport === 'string')
  return isList ? value : undefined
}
