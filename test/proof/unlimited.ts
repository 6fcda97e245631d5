import { limits } from '../../src/limits.ts'

/**
 * Lifts what counts calls over time: a limit that is met says nothing of the executor, and with a
 * clock that stands still nothing would ever pass again. Call it before a schema is built. What
 * somebody may have at a time stays as it is.
 */
export function liftRateLimits(): void {
  lift(limits.mutations)
  lift(limits.queries)
  lift(limits.quotas)
}

/**
 * Lifts the deadlines of requests, which say nothing of the executor either: on a busy machine one
 * that is met would only end the proof. Call it before a database is opened.
 */
export function liftDeadlines(): void {
  for (const deadlines of [limits.deadlines.request, limits.deadlines.rateLimit] as Mutable[])
    for (const name of Object.keys(deadlines)) deadlines[name] = patience
}

type Mutable = Record<string, number>

/** In milliseconds. */
const patience = 300_000

/** The same for those that stand on the login. */
export function unlimitedTime(database: string): string {
  return [
    'statement_timeout',
    'lock_timeout',
    'transaction_timeout',
    'idle_in_transaction_session_timeout',
  ]
    .map((name) => `alter role connections_login in database ${database} set ${name} = ${patience}`)
    .join('; ')
}

/** The quotas of one database, which counts them by itself. */
export const unlimitedQuotas = `
  create or replace function public.quota_limit(what text) returns table (most int, period interval)
    language sql immutable begin atomic select 1000000, interval '24 hours'; end`

function lift(table: object): void {
  for (const entry of Object.values(table) as unknown[]) {
    if (typeof entry !== 'object' || entry === null) continue
    if ('most' in entry) entry.most = 1_000_000
    else lift(entry)
  }
}
