import { expect, it, vi } from 'vitest'
import { type Database, openDatabase } from '../../../src/database/database.ts'
import { limits } from '../../../src/limits.ts'
import { Activity } from '../../../src/modules/presence/activity.ts'
import { newUserId } from '../../support/test-service.ts'

it('a service that ends does not wait for a write of presence that never comes back', async () => {
  const database: Database = openDatabase({ url: 'postgres://127.0.0.1:1/none', poolSize: 1 })
  const session = database.beside('test')
  vi.spyOn(session, 'write').mockReturnValue(new Promise(() => undefined))
  vi.spyOn(database, 'beside').mockReturnValue(session)
  const activity = new Activity(database, () => undefined)
  activity.heartbeat(newUserId())
  const began = performance.now()
  await activity.end()
  expect(performance.now() - began).toBeGreaterThan(limits.deadlines.drainMs - 100)
  await database.close()
})
