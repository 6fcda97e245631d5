import { lookup } from '../../graphql/loaders.ts'
import type { Queryable } from '../../database/sql.ts'
import { selectByUsernames } from './sql.ts'

/** The person behind a canonical name; null when nobody is whom the one who asks can see. */
export function usernameLoader(from: Queryable) {
  return lookup(from, 'usernames.find', (names: readonly string[]) =>
    selectByUsernames(from, names),
  )
}
