import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { type EndpointOf, registerEndpoint } from '../../src/dev/sample-endpoints.ts'
import { keptWebhookSecret } from '../../src/dev/webhook-secret.ts'
import { openIsolatedTestService } from '../support/test-service.ts'

// What the dev stack does at each start, so that the sample subgraphs get their events.

it('is registered once, and brought up to date at the next start', async () => {
  const { admin, database } = await openIsolatedTestService()
  const secretOf = (text: string) => `whsec_${Buffer.alloc(32, text).toString('base64')}`
  const register = (url: string, secret: string, of: EndpointOf = 'notifications') =>
    registerEndpoint(database.workerUrl, of, url, secret)
  const endpoints = async () => {
    const { rows } = await admin.query(
      `select url, state, kinds, convert_from(secret, 'utf8') as secret,
              previous_secret is null as alone
         from webhook_endpoints`,
    )
    return rows
  }
  const [first, second] = ['http://127.0.0.1:4012/events', 'http://127.0.0.1:4013/events']
  const row = { url: first, state: 'enabled', kinds: null, secret: 'a'.repeat(32), alone: true }

  await register(first, secretOf('a'))
  await register(first, secretOf('a'))
  expect(await endpoints()).toEqual([row])

  // Another port, because the first was busy.
  await register(second, secretOf('a'))
  expect(await endpoints()).toEqual([{ ...row, url: second }])

  // Rotated by hand: the subgraph knows only its own secret.
  await admin.query(
    `update webhook_endpoints set previous_secret = secret, secret = $1,
            previous_secret_until = now() + interval '24 hours'`,
    [Buffer.alloc(32, 'b')],
  )
  await register(second, secretOf('a'))
  expect(await endpoints()).toEqual([{ ...row, url: second }])

  // What the developer disabled stays disabled.
  await admin.query(
    `update webhook_endpoints set state = 'disabled', disabled_at = now(), disabled_because = 'By hand.'`,
  )
  await register(second, secretOf('a'))
  expect(await endpoints()).toEqual([{ ...row, url: second, state: 'disabled' }])

  // Games must know of blocks, and of nothing else.
  await register(first, secretOf('a'), 'games')
  expect(await endpoints()).toContainEqual({ ...row, kinds: ['block.changed'] })
})

it('has a secret that is made once, kept in a file of its owner, and replaced if it is none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'connections-secret-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'secret')
  const secret = await keptWebhookSecret(file)
  expect(Buffer.from(secret.replace('whsec_', ''), 'base64')).toHaveLength(32)
  expect(await keptWebhookSecret(file)).toBe(secret)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  await writeFile(file, 'not a secret')
  const other = await keptWebhookSecret(file)
  expect([other === secret, (await readFile(file, 'utf8')).trim()]).toEqual([false, other])
})
