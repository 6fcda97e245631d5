import { limits } from '../limits.ts'

/** How long one kind of work may take in the database, in milliseconds; see `limits.deadlines`. */
export interface Deadlines {
  readonly lockMs: number
  readonly statementMs: number
  readonly idleMs: number
  /** Null: as long as it takes. */
  readonly transactionMs: number | null
  readonly poolMs: number
  /** Null: as long as it takes. */
  readonly totalMs: number | null
}

// Postgres 15 and 16 do not know the setting, and setting what is unknown is an error there.
const noTransactionTimeout = `
  select set_config('transaction_timeout', '0', true)
   where current_setting('server_version_num')::int >= 170000`

/**
 * What a transaction says at its beginning when it has other deadlines than the login role. A
 * request has the role's, so it says nothing.
 */
export function settingsOf({
  lockMs,
  statementMs,
  idleMs,
  transactionMs,
}: Deadlines): readonly string[] {
  const { request } = limits.deadlines
  const settings = [
    lockMs !== request.lockMs && ['lock_timeout', lockMs],
    statementMs !== request.statementMs && ['statement_timeout', statementMs],
    idleMs !== request.idleMs && ['idle_in_transaction_session_timeout', idleMs],
  ].filter((setting) => setting !== false)
  return [
    ...settings.map(([name, ms]) => `set local ${name} = ${ms}`),
    ...(transactionMs === null ? [noTransactionTimeout] : []),
  ]
}

/**
 * What is waited for, unless it takes longer than so many milliseconds.
 * @param late why it is given up
 * @param unwanted takes what comes after all
 */
export function inTime<T>(
  coming: Promise<T>,
  ms: number,
  late: () => Error,
  unwanted: (value: T) => void = () => undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let isLate = false
    const callOff = alarm(ms, () => {
      isLate = true
      reject(late())
    })
    coming.finally(callOff).then((value) => {
      if (isLate) unwanted(value)
      else resolve(value)
    }, reject)
  })
}

/** The most that Node's timers can wait; they take more for no time at all. */
const longestTimer = 2 ** 31 - 1

/**
 * Calls `late` after so many milliseconds, or at once where they are over, unless what is given
 * back was called before. In a process that is behind, what is waited for may have come already
 * and lie unread, so that is read first.
 */
export function alarm(ms: number, late: () => void): () => void {
  let isOff = false
  const timer = setTimeout(
    () =>
      setImmediate(() => {
        if (!isOff) late()
      }),
    // Of less than nothing, Node warns.
    Math.max(0, Math.min(ms, longestTimer)),
  )
  return () => {
    isOff = true
    clearTimeout(timer)
  }
}
