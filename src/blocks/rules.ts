import { refuse, type Refused } from '../base/refusals.ts'
import type { BlockSituation } from './sql.ts'

/**
 * `blockUser` (RULES 8.3, 8.4). Who the other is does not matter, nor what they have done: a block is refused for its
 * end, or because too many stand. Null: go on.
 */
export function refuseBlock(situation: BlockSituation, maxBlocks: number): Refused | null {
  if (!situation.endsLater) return refuse('INVALID_INPUT', { field: ['expiresAt'] })
  const isNew = situation.present === null
  return isNew && situation.standing >= maxBlocks ? refuse('LIMIT_REACHED') : null
}
