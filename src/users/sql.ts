import type { UserId } from '../base/ids.ts'
import type { Tx } from '../base/sql.ts'

/** Inserts those who are not there yet, and says how many. In order, so that two batches cannot wait for each other. */
export async function insertUsers(tx: Tx, ids: readonly UserId[]): Promise<number> {
  const added = await tx.prisma('users.insert', (prisma) =>
    prisma.user.createMany({
      data: [...ids].sort().map((id) => ({ id })),
      skipDuplicates: true,
    }),
  )
  return added.count
}
