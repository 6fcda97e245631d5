import { sql, type Transaction } from '../database/sql.ts'

/** So many uses in any period of so many hours. */
export interface Quota {
  readonly most: number
  readonly hours: number
}

/** What is counted, by the name that the database has its numbers under (`quota_limit`). */
type QuotaName = 'requestFriend' | 'upgradeFriendship'

/**
 * Uses one of the viewer's quotas inside the write's own transaction: a refused or failed write
 * uses nothing. Exact under any number of parallel calls, because uses of one quota wait for each
 * other; so call it last, after the locks.
 * @returns null when it was granted; else when the next use will be
 */
export async function useQuota(tx: Transaction, action: QuotaName): Promise<Date | null> {
  const [row] = await tx.rows<{ retryAt: Date | null }>(
    'quota.use',
    sql`select use_quota(${action}) as "retryAt"`,
  )
  return row?.retryAt ?? null
}
