import { setTimeout as sleep } from 'node:timers/promises'

/**
 * The first line of a migration whose statements each commit by themselves, such as `create index
 * concurrently`.
 */
const outsideTransaction = '-- outside a transaction'

/**
 * How long a migration may take to get its locks before it gives up, and pauses that let pass who
 * queued behind it.
 */
const patience = { milliseconds: 60_000, pause: 1_000 }

/** Sends one or more statements as they are. */
type Send = (sql: string) => Promise<unknown>

const finish =
  'update _prisma_migrations set finished_at = now() where finished_at is null and rolled_back_at is null'

/**
 * Runs a migration and says that it is finished.
 *
 * In a transaction, which also holds "it is finished": whenever we may be killed, a row without
 * `finished_at` means that nothing of the script remains, and it can be applied again. Whoever
 * waits for a lock on a table makes everybody else queue behind it, so the wait is short
 * (`lock_timeout`) and the whole is tried again.
 *
 * Outside of a transaction, when its first line says so: statement by statement, each ending with a
 * semicolon at the end of a line. What was done stays done when a later one fails, so the script
 * must bear to be run again.
 * @throws what Postgres said, after a minute if it was a lock timeout
 */
export async function runScript(send: Send, script: string): Promise<void> {
  if (script.trimStart().split('\n', 1)[0]?.trim() === outsideTransaction) {
    for (const statement of statementsOf(script)) await patiently(() => runAlone(send, statement))
    await send(finish)
  } else {
    await patiently(() => runTogether(send, script))
  }
}

async function runTogether(send: Send, script: string): Promise<void> {
  try {
    await send(`begin;\n${script}\n;\n${finish};\ncommit`)
  } catch (error) {
    await send('rollback')
    throw error
  }
}

/**
 * What works `concurrently` waits for other transactions to end, and nobody waits behind it
 * meanwhile.
 */
async function runAlone(send: Send, statement: string): Promise<void> {
  if (!/\bconcurrently\b/i.test(statement)) {
    await send(statement)
    return
  }
  await send('set lock_timeout = 0')
  try {
    await send(statement)
  } finally {
    await send(`set lock_timeout = '${lockTimeout}'`)
  }
}

/** How long one wait for a lock may hold up the requests that come behind it. */
export const lockTimeout = '1s'

async function patiently(attempt: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + patience.milliseconds
  for (;;) {
    try {
      await attempt()
      return
    } catch (error) {
      if (!isLockTimeout(error) || Date.now() > deadline) throw error
      await sleep(patience.pause)
    }
  }
}

/** As Prisma's adapter reports it. */
function isLockTimeout(error: unknown): boolean {
  return (error as { cause?: { originalCode?: string } }).cause?.originalCode === '55P03'
}

function statementsOf(script: string): string[] {
  const lines = script.split('\n').filter((line) => !line.trimStart().startsWith('--'))
  return lines
    .join('\n')
    .split(/;[ \t]*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
}
