import type { Context } from '@opentelemetry/api'
import { LRUCache } from 'lru-cache'
import type { Database } from '../../database/database.ts'
import type { Identity } from '../../database/identity.ts'
import type { UserId } from '../../graphql/ids.ts'
import { ensureUser } from './service.ts'

/**
 * People whom this process remembers to have a row: so that only the first of their requests asks.
 */
const remembered = 50_000

/**
 * Makes the row of each person the first time that this process meets them, in the time of the
 * request that began then, and in its trace.
 */
export function ensureUsers(
  database: Database,
): (identity: Identity, since?: number, traced?: Context | null) => Promise<void> {
  const here = new LRUCache<UserId, true>({ max: remembered })
  return async (identity, since, traced = null) => {
    if (identity.kind !== 'viewer' || here.has(identity.userId)) return
    try {
      const session = database.as(identity, since)
      session.traced = traced
      await ensureUser(session)
    } catch (error) {
      // Where nothing can be written, there is still much to read.
      if (database.isReadOnly) return
      throw error
    }
    here.set(identity.userId, true)
  }
}
