import { lookup } from '../../graphql/loaders.ts'
import type { Queryable } from '../../database/sql.ts'
import { selectPrivacy } from './sql.ts'

/**
 * The settings of many people at once, the defaults where none were set; null for a person who does
 * not exist.
 */
export function privacyLoader(from: Queryable) {
  return lookup(from, 'privacy.settings', (people: readonly string[]) =>
    selectPrivacy(from, people),
  )
}
