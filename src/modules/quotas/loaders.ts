import type { Queryable } from '../../database/sql.ts'
import { lookup } from '../../graphql/loaders.ts'
import { selectUses } from './sql.ts'

/** What many people have used up; null for a person who does not exist. */
export const quotaLoader = (from: Queryable) => lookup(from, 'quotas.uses', selectUses)
