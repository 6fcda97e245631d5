import { setImmediate as nextTurn } from 'node:timers/promises'
import type { TestService } from './test-service.ts'

/**
 * Ends every connection of the service to its database, as a restart of Postgres does, and waits
 * until the service knows: Postgres says when each of them is gone, and what comes of that stands
 * in our sockets by then, for the next turns of the event loop to read.
 */
export async function cutConnections({ admin }: Pick<TestService, 'admin'>): Promise<void> {
  await admin.query(
    `select pg_terminate_backend(pid, 20000) from pg_stat_activity
      where datname = current_database() and application_name = 'connections'`,
  )
  for (let turn = 0; turn < 3; turn++) await nextTurn()
}
