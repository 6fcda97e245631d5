import type { Identity } from '../base/identity.ts'
import type { TieLoader } from '../ties/tie.ts'
import type { VisibleLoader } from '../ties/visible.ts'
import type { Game } from './game.ts'
import { isOpenTo } from './rules.ts'

/** Who asks, and what to ask with: the part of a request's context that is needed here. */
interface Asker {
  readonly identity: Identity
  readonly loaders: { readonly tie: TieLoader; readonly visible: VisibleLoader }
}

/**
 * Whether the one who asks may see a game (RULES 12.1); false when anything that decides is missing. One statement for
 * any number of games: a person's tie with the creators tells of blocks and friendship at once, and the others
 * have no friends to look for.
 */
export async function isVisible(
  { identity, loaders }: Asker,
  { creator, visibility }: Game,
): Promise<boolean> {
  if (creator === null || visibility === null) return false
  if (identity.kind !== 'viewer') {
    return visibility === 'PUBLIC' && loaders.visible.load(creator.id)
  }
  if (identity.userId === creator.id) return true
  const tie = await loaders.tie.load(creator.id)
  return tie !== null && isOpenTo(visibility, tie)
}
