import type { Standing } from '../ties/standing.ts'
import type { GameVisibility } from './game.ts'

/** Whether a game is open to somebody who stands so to its creator, and is not the creator (RULES 12.1). */
export function isOpenTo(visibility: GameVisibility, standing: Standing): boolean {
  if (standing.isAbsent || standing.isBlocking) return false
  switch (visibility) {
    case 'PUBLIC':
      return true
    case 'FRIENDS':
      return standing.friendshipLevel !== null
    case 'CLOSE':
      return standing.friendshipLevel === 'CLOSE'
  }
}
