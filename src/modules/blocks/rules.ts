import { isInCalendar, notInCalendar, notInFuture } from '../../graphql/calendar.ts'
import { refuseBecause, type Refused, refuseInput } from '../../graphql/refusals.ts'
import type { BlockSituation } from './sql.ts'

/**
 * Refuses an end that no calendar of ours has (rule 0.8), before the database is asked anything.
 * Null: go on.
 */
export function refuseEnd(expiresAt: Date | null): Refused | null {
  if (expiresAt === null || isInCalendar(expiresAt)) return null
  return refuseInput(['expiresAt'], notInCalendar)
}

/**
 * `blockUser` (rules 8.3, 8.4). Who the other is does not matter, nor what they have done: a block
 * is refused for its end, or because too many stand. Null: go on.
 */
export function refuseBlock(
  situation: BlockSituation,
  expiresAt: Date | null,
  maxBlocks: number,
): Refused | null {
  if (!situation.endsLater) return refuseInput(['expiresAt'], notInFuture(expiresAt))
  const isNew = situation.present === null
  return isNew && situation.standing >= maxBlocks
    ? refuseBecause('LIMIT_REACHED', `You can block at most ${maxBlocks} people at a time.`)
    : null
}
