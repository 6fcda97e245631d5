import type { Reader } from '../../graphql/loaders.ts'
import type { PairSummaryLoader } from '../../pairs/pair-summary.ts'
import type { VisibleLoader } from '../../pairs/visibility.ts'
import type { Content } from './content.ts'
import { isOpenTo } from './rules.ts'

/** Who asks, and what the platform shows them. */
interface Asker extends Reader<{
  readonly pairSummary: PairSummaryLoader
  readonly visible: VisibleLoader
}> {
  /** Whether the platform shows public content across a block (rule 16.4). */
  readonly publicIgnoresBlocks: boolean
}

/**
 * Whether the one who asks may see a game, an event and the like (rule 12.1); false when anything
 * that decides is missing. One statement whatever is asked for, of however many types: the pair of
 * viewer and owner tells of blocks and friendship at once, and the others have no friends to look
 * for.
 *
 * Where blocks do not count for what is public, its owner is not looked up at all. To look up
 * whether the owner exists would tell a viewer who is blocked from one whose owner was erased,
 * which is told apart nowhere (rule 0.4).
 */
export async function isVisible(
  { identity, loaders, publicIgnoresBlocks }: Asker,
  { owner, visibility }: Content,
): Promise<boolean> {
  if (owner === null || visibility === null) return false
  if (visibility === 'PUBLIC' && publicIgnoresBlocks) return true
  if (identity.kind !== 'viewer') {
    return visibility === 'PUBLIC' && loaders.visible.load(owner.id)
  }
  if (identity.userId === owner.id) return true
  const summary = await loaders.pairSummary.load(owner.id)
  return summary !== null && isOpenTo(visibility, summary)
}
