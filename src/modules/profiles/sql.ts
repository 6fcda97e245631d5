import { join, raw } from 'sql-template-tag'
import { sql, type Transaction } from '../../database/sql.ts'
import type { UserId } from '../../graphql/ids.ts'

/** The columns of a profile that a change writes; null takes a text back. */
export interface ProfileChanges {
  readonly display_name?: string | null
  readonly display_words?: readonly string[]
  readonly avatar_url?: string | null
  readonly bio?: string | null
  readonly city?: string | null
  readonly region?: string | null
  readonly sport_preferences?: readonly string[]
}

/**
 * Writes the changed columns of a person's profile, which is made when something is said for the
 * first time.
 * @returns whether anything is different from before
 */
export async function upsertProfile(
  tx: Transaction,
  person: UserId,
  changes: ProfileChanges,
): Promise<boolean> {
  const given = Object.entries<string | readonly string[] | null>({ ...changes })
  if (given.length === 0) return false
  const columns = join(given.map(([name]) => raw(name)))
  const values = join(given.map(([name, value]) => sql`${value}::${raw(types[name as Column])}`))
  const old = join(given.map(([name]) => raw(`present.${name}`)))
  const fresh = join(given.map(([name]) => raw(`excluded.${name}`)))
  const saysNothing = given.every(([, value]) => value === null || value.length === 0)
  // One statement, so that of two equal changes at the same instant one says that it changed
  // something.
  const rows = await tx.rows(
    'profiles.write',
    sql`
      insert into user_profiles as present (user_id, ${columns})
      select ${person}::uuid, ${values}
       where ${!saysNothing} or exists (select from user_profiles where user_id = ${person}::uuid)
          on conflict (user_id) do update
         set (${columns}) = row (${fresh})
       where row (${old}) is distinct from row (${fresh})
   returning user_id`,
  )
  return rows.length > 0
}

type Column = keyof ProfileChanges

const types: Readonly<Record<Column, string>> = {
  display_name: 'text',
  display_words: 'text[]',
  avatar_url: 'text',
  bio: 'text',
  city: 'text',
  region: 'text',
  sport_preferences: 'text[]',
}
