import type { UserId } from '../base/ids.ts'
import { lookup } from '../base/loaders.ts'
import type { Sql } from '../base/sql.ts'
import { selectUses } from './sql.ts'

/** What many people have used up; null for a person who does not exist. */
export function quotaLoader(from: Sql) {
  return lookup(from, 'quotas.uses', (people: readonly UserId[]) => selectUses(from, people))
}
