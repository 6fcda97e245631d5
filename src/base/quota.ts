import type { UserId } from './ids.ts'
import { sql, type Tx } from './sql.ts'

/** So many uses in any period of so many hours. */
export interface Quota {
  readonly most: number
  readonly hours: number
}

/**
 * Uses one of the viewer's allowances inside the write's own transaction: a refused or failed write uses nothing. Exact
 * under any number of parallel calls, for uses of one allowance wait for each other; so call it last, after the locks.
 * @param other for allowances that are kept for each other person apart
 * @returns null when it was granted; else when the next use will be
 */
export async function useQuota(
  tx: Tx,
  action: string,
  { most, hours }: Quota,
  other: UserId | null = null,
): Promise<Date | null> {
  const [row] = await tx.rows<{ retryAt: Date | null }>(
    'quota.use',
    sql`select use_quota(${action}, ${other}::uuid, ${most}::int, make_interval(hours => ${hours}::int)) as "retryAt"`,
  )
  return row?.retryAt ?? null
}
