import { setTimeout as sleep } from 'node:timers/promises'

const dayMs = 86_400_000

/**
 * Waits until midnight in UTC is over, when it comes within so many seconds: for tests of what is
 * another thing on the next day. At all other times it waits for nothing.
 */
export async function awayFromMidnight(seconds = 30): Promise<void> {
  const left = dayMs - (Date.now() % dayMs)
  if (left < seconds * 1_000) await sleep(left + 100)
}
