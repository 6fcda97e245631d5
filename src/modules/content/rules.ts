import type { Tie } from '../../pairs/pair-summary.ts'
import type { ContentVisibility } from './content.ts'

/** Whether content is open to somebody who stands so to its owner, and is not the owner (rule 12.1). */
export function isOpenTo(visibility: ContentVisibility, tie: Tie): boolean {
  if (tie.isAbsent || tie.isBlocking) return false
  switch (visibility) {
    case 'PUBLIC':
      return true
    case 'FRIENDS':
      return tie.friendshipLevel !== null
    case 'CLOSE':
      return tie.friendshipLevel === 'CLOSE'
  }
}
