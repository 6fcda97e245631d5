import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { proveEvents } from '../proof/events/prove-events.ts'

// The short form of `npm run proof -- events`.

it('tells a consumer everything, while service, worker and Postgres are killed', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'connections-chaos-'))
  try {
    const found = await proveEvents({
      changes: 50,
      people: 40,
      killEveryMs: 1_000,
      leaseMs: 2_000,
      dataDir,
      say: () => undefined,
    })
    expect(found).toMatchObject({ missing: [], differing: [] })
    expect(found.events).toBeGreaterThan(20)
    expect(Math.min(...Object.values(found.kills))).toBeGreaterThan(0)
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}, 240_000)
