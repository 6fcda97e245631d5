import type { Queryable } from '../../database/sql.ts'
import { lookup } from '../../graphql/loaders.ts'
import { selectPrivacy } from './sql.ts'

/**
 * The settings of many people at once, the defaults where none were set; null for a person who does
 * not exist.
 */
export const privacyLoader = (from: Queryable) => lookup(from, 'privacy.settings', selectPrivacy)
