import { type Deadlines, settingsOf } from './deadlines.ts'
import type { Identity } from './identity.ts'

export type TransactionKind = 'read' | 'write'

/**
 * All reads of an operation are one snapshot. A write sees what others committed while it waited
 * for its lock.
 */
const beginning: Readonly<Record<TransactionKind, string>> = {
  read: 'begin transaction isolation level repeatable read, read only',
  // Not `read write`: an operator who has set the database to read only means us too.
  write: 'begin transaction isolation level read committed',
}

/**
 * What a transaction says at its beginning: what it is, its deadlines, and as whom it asks.
 * @param traceparent of the request, as we write it ourselves (W3C): the events that the
 * transaction records belong to that trace; null for none
 */
export function openingOf(
  kind: TransactionKind,
  deadlines: Deadlines,
  identity: Identity,
  traceparent: string | null,
): readonly string[] {
  return [
    beginning[kind],
    ...settingsOf(deadlines),
    ...becoming(identity),
    // Only writes record events.
    ...(kind === 'write' && traceparent !== null
      ? [`set local app.traceparent = '${traceparent}'`]
      : []),
  ]
}

/**
 * `set local`, not `set_config`: Citus passes only the former on. A UserId is a checked UUID, so it
 * may stand in the text.
 */
function becoming(identity: Identity): readonly string[] {
  switch (identity.kind) {
    case 'viewer':
      return ['set local role connections_app', `set local app.user_id = '${identity.userId}'`]
    case 'anonymous':
      return ['set local role connections_app', `set local app.user_id = ''`]
    case 'service':
      return ['set local role connections_service', `set local app.user_id = ''`]
    case 'worker':
      return ['set local role connections_worker', `set local app.user_id = ''`]
  }
}
