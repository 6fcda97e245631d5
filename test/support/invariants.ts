import { readFileSync } from 'node:fs'
import { afterAll, expect } from 'vitest'
import type { World } from './test-service.ts'

const invariants = readFileSync(new URL('./invariants.sql', import.meta.url), 'utf8')

/** What must hold between any two people, and does not: a row for each breach. */
export async function findBreaches(world: World): Promise<unknown[]> {
  const results = (await world.admin.query(invariants)) as unknown as { rows: unknown[] }[]
  return results.flatMap(({ rows }) => rows)
}

/** After all tests of a file, whatever they did, nothing is as it must not be. */
export function keepsInvariants(world: World): void {
  afterAll(async () => {
    expect(await findBreaches(world)).toEqual([])
  })
}
