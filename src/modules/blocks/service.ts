import type { Viewer } from '../../database/identity.ts'
import type { Session } from '../../database/session.ts'
import type { Transaction } from '../../database/sql.ts'
import { recordBlockChange } from '../../events/outbox.ts'
import type { UserId } from '../../graphql/ids.ts'
import type { Refused } from '../../graphql/refusals.ts'
import { unlessErased } from '../../pairs/erased.ts'
import { lockCaps, lockPair } from '../../pairs/lock.ts'
import { severPair } from '../../pairs/sever.ts'
import { refuseBlock, refuseEnd } from './rules.ts'
import { type Block, deleteBlock, selectBlockSituation, upsertBlock } from './sql.ts'

export interface Blocked {
  readonly changed: boolean
  readonly block: Block
}

/**
 * Blocks `other`, whoever that is, and ends every relationship between the two in the same
 * transaction (rules 8.1, 8.3). Refuses with INVALID_INPUT or LIMIT_REACHED; with UNAVAILABLE
 * somebody who was erased.
 * @param expiresAt when the block ends by itself; null for never
 * @param maxBlocks how many blocks of one person may stand
 */
export async function blockUser(
  session: Session<Viewer>,
  other: UserId,
  expiresAt: Date | null,
  maxBlocks: number,
): Promise<Blocked | Refused> {
  const viewer = session.identity.userId
  const noEnd = refuseEnd(expiresAt)
  if (noEnd !== null) return noEnd
  const work = async (tx: Transaction): Promise<Blocked | Refused> => {
    const [, , situation] = await Promise.all([
      lockPair(tx, viewer, other),
      lockCaps(tx, viewer),
      selectBlockSituation(tx, viewer, other, expiresAt),
    ])
    const refused = refuseBlock(situation, expiresAt, maxBlocks)
    if (refused !== null) return refused
    const { present } = situation
    if (present !== null && sameMoment(present.expiresAt, expiresAt))
      return { changed: false, block: present }
    // No block stands between friends, not even for a moment: so their friendship ends first.
    const [, block] = await tx.last(
      Promise.all([
        severPair(tx, viewer, other),
        upsertBlock(tx, viewer, other, expiresAt),
        recordBlockChange(tx, other),
      ]),
    )
    return { changed: true, block }
  }
  return unlessErased('user_blocks_blocker_user_id_fkey', () => session.write(work))
}

export interface Unblocked {
  readonly changed: boolean
  /** As it was; null when there was none. */
  readonly block: Block | null
}

/** Takes the viewer's block of `other` back, which restores nothing (rule 8.5). */
export async function unblockUser(session: Session<Viewer>, other: UserId): Promise<Unblocked> {
  const viewer = session.identity.userId
  return session.write(async (tx) => {
    const [, block] = await tx.last(
      Promise.all([lockPair(tx, viewer, other), deleteBlock(tx, viewer, other)]),
    )
    return { changed: block !== null, block }
  })
}

function sameMoment(one: Date | null, other: Date | null): boolean {
  return one?.getTime() === other?.getTime()
}
