import { setTimeout as sleep } from 'node:timers/promises'

/** How often a write is tried in all. */
export const attempts = 5

/** Postgres took back a transaction that would go through if it came again: serialization failure, deadlock. */
export function isWorthRetrying(error: unknown): boolean {
  const code = sqlState(error)
  return code === '40001' || code === '40P01'
}

/** Waits longer before each attempt, and never twice the same, so that two that collided do not collide again. */
export async function pauseBefore(attempt: number): Promise<void> {
  await sleep(Math.random() * 10 * 2 ** attempt)
}

/** The SQLSTATE of a failed statement, whether `pg` or Prisma Client reports it; undefined for anything else. */
export function sqlState(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  if ('code' in error && typeof error.code === 'string' && error.code.length === 5) return error.code
  if (!('cause' in error) || typeof error.cause !== 'object' || error.cause === null) return undefined
  return 'originalCode' in error.cause ? String(error.cause.originalCode) : sqlState(error.cause)
}
