import type { UserId } from '../../graphql/ids.ts'
import { lookup } from '../../graphql/loaders.ts'
import type { Queryable } from '../../database/sql.ts'
import { selectUses } from './sql.ts'

/** What many people have used up; null for a person who does not exist. */
export function quotaLoader(from: Queryable) {
  return lookup(from, 'quotas.uses', (people: readonly UserId[]) => selectUses(from, people))
}
