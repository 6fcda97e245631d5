import type { IncomingHttpHeaders } from 'node:http'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import type { Identity } from '../database/identity.ts'
import type { Activity } from '../modules/presence/activity.ts'
import { ensureUsers } from '../modules/users/ensure-users.ts'
import { clientAddress } from './auth/client-address.ts'
import { Context } from './context.ts'
import type { ErrorOrigins } from './observability/error-origins.ts'
import type { RequestTrace } from './observability/request-trace.ts'

/** What an operation comes with: a request is one, and so is what a stream stands for. */
export interface Asked {
  readonly identity: Identity
  /** Names it in the log. */
  readonly id: string
  readonly headers: IncomingHttpHeaders
  readonly trace: RequestTrace | null
}

/** Opens what one operation is executed with. */
export type OpenContext = (asked: Asked, live?: Context['live']) => Promise<Context>

/**
 * Contexts with a session of their own, for people who have their row by then.
 * @param origins told of what fails before there is a context
 * @param activity told of everybody who asks. What a stream is told is asked for by nobody: only
 * its opening counts.
 */
export function contextOpener(
  database: Database,
  config: Config,
  origins: ErrorOrigins,
  activity: Activity,
): OpenContext {
  const ensureUser = ensureUsers(database)
  const { clientAddressHeader: header } = config
  return async ({ identity, id, headers, trace }, live = null) => {
    const begun = performance.now()
    try {
      await ensureUser(identity, begun, trace?.parent)
    } catch (error) {
      origins.note(error, () => ({ requestId: id, traceId: trace?.id }))
      throw error
    }
    if (identity.kind === 'viewer' && (live === null || live === 'opening'))
      activity.active(identity.userId)
    // Everybody else is counted as themselves, and an address takes as long to read as a statement
    // to send.
    const client = identity.kind === 'anonymous' ? clientAddress(header, headers[header]) : ''
    const session = database.as(identity, begun)
    session.traced = trace?.parent ?? null
    session.traceparent = trace?.traceparent ?? null
    return new Context(session, id, config, client, activity, trace, live)
  }
}
