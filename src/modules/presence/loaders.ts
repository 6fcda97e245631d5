import type { Queryable } from '../../database/sql.ts'
import { lookup } from '../../graphql/loaders.ts'
import { selectMyPresences, selectPresences } from './sql.ts'

/** When many people were last here; null for those of whom the one who asks may not know it. */
export function presenceLoaders(from: Queryable) {
  return {
    forViewer: lookup(from, 'presence.mine', selectMyPresences),
    forService: lookup(from, 'presence.any', selectPresences),
  }
}
