import { expect, it, vi } from 'vitest'
import { races, run } from '../support/race-harness.ts'
import { openTestService } from '../support/test-service.ts'

// Proof that `races.test.ts` can fail: the same races, the same service, and nobody holds the pair.
vi.mock('../../src/pairs/lock.ts', () => ({
  lockPair: () => Promise.resolve(),
  lockCaps: () => Promise.resolve(),
}))

const app = await openTestService()

it(
  'without the lock, the harness finds illegal states or failures',
  { timeout: 300_000 },
  async () => {
    const found = []
    for (const race of races) {
      const result = await run(app, race, Number(process.env['RACE_ROUNDS'] ?? 25))
      if (process.env['RACE_ROUNDS'] !== undefined)
        process.stdout.write(`${JSON.stringify(result)}\n`)
      found.push(result.illegal + result.unexpected.length + result.deadlocks)
    }
    expect(found.filter((count) => count > 0).length).toBeGreaterThanOrEqual(3)
  },
)
