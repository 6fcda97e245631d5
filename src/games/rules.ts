import type { Tie } from '../ties/tie.ts'
import type { GameVisibility } from './game.ts'

/** Whether a game is open to somebody who stands so to its creator, and is not the creator (RULES 12.1). */
export function isOpenTo(visibility: GameVisibility, tie: Tie): boolean {
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
