import type { PoolClient } from 'pg'

// A message to Postgres costs both sides as much as a small statement does, and nobody waits for
// the end of a read: its answers are known, and it changed nothing. So the commit waits a moment
// for a message that it can travel with.

/** How many milliseconds it waits. */
const patience = 5

/**
 * How many reads in a row hand the connection on without a pause between them. After so many a
 * pooler between us and Postgres can lend it to another process.
 */
const mostInARow = 10

interface Waiting {
  timer: NodeJS.Timeout | undefined
  inARow: number
}

const waiting = new WeakMap<PoolClient, Waiting>()

/**
 * Ends the read that is open on a connection, soon: in front of what is asked there next
 * (`takeLateCommit`), or alone when nothing is asked in time. Everything that it asked must have
 * been answered. The connection may go back to its pool; when it breaks, whoever asks there next is
 * told.
 */
export function commitLater(connection: PoolClient): void {
  const state = waiting.get(connection) ?? { timer: undefined, inARow: 0 }
  waiting.set(connection, state)
  state.inARow++
  if (state.inARow > mostInARow) commitNow(connection, state)
  else state.timer = setTimeout(commitNow, patience, connection, state).unref()
}

/**
 * Whether a read is still open on the connection: what is sent there next must then begin with
 * `commit`.
 */
export function takeLateCommit(connection: PoolClient): boolean {
  const state = waiting.get(connection)
  if (state?.timer === undefined) return false
  clearTimeout(state.timer)
  state.timer = undefined
  return true
}

function commitNow(connection: PoolClient, state: Waiting): void {
  state.timer = undefined
  state.inARow = 0
  connection.query('commit').catch(() => undefined)
}
