import type { UserId } from '../../graphql/ids.ts'
import { lookup } from '../../graphql/loaders.ts'
import type { Queryable } from '../../database/sql.ts'
import { selectCards } from './sql.ts'

/** What people show; null for those whom the one who asks cannot see. */
export function cardLoader(from: Queryable) {
  return lookup(from, 'users.cards', (people: readonly UserId[]) => selectCards(from, people))
}
