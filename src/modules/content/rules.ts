import type { PairSummary } from '../../pairs/pair-summary.ts'
import type { ContentVisibility } from './content.ts'

/**
 * Whether content is open to somebody who stands so to its owner, and is not the owner (rule 12.1).
 */
export function isOpenTo(visibility: ContentVisibility, summary: PairSummary): boolean {
  if (summary.isAbsent || summary.isBlocking) return false
  switch (visibility) {
    case 'PUBLIC':
      return true
    case 'FRIENDS':
      return summary.friendshipLevel !== null
    case 'CLOSE':
      return summary.friendshipLevel === 'CLOSE'
  }
}
