import type { Queryable } from '../../database/sql.ts'
import { lookup } from '../../graphql/loaders.ts'
import { selectByUsernames } from './sql.ts'

/** The person behind a canonical name; null when nobody is whom the one who asks can see. */
export const usernameLoader = (from: Queryable) => lookup(from, 'usernames.find', selectByUsernames)
