import { readFileSync } from 'node:fs'
import { afterAll, expect } from 'vitest'
import type { TestService } from './test-service.ts'

const invariants = readFileSync(new URL('./invariants.sql', import.meta.url), 'utf8')

/** What must hold between any two people, and does not: a row for each breach. */
export async function findBreaches(app: TestService): Promise<unknown[]> {
  const results = (await app.admin.query(invariants)) as unknown as { rows: unknown[] }[]
  return results.flatMap(({ rows }) => rows)
}

/** After all tests of a file, whatever they did, nothing is as it must not be. */
export function keepsInvariants(app: TestService): void {
  afterAll(async () => {
    expect(await findBreaches(app)).toEqual([])
  })
}
