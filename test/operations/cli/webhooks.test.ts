import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pid } from 'node:process'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { claim, type StackPlaces } from '../../../src/dev/stack-file.ts'
import { runHere } from '../../support/command-line.ts'
import { openTestService } from '../../support/test-service.ts'

// What operators do with endpoints, as they type it.

const app = await openTestService()
const folder = mkdtempSync(join(tmpdir(), 'connections-webhooks-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const env = { DATABASE_DIRECT_URL: app.database.workerUrl }
const unknown = '0d5f5b0e-8a3c-4a51-9a54-0f6d0a3f1a01'

const webhooks = (words: readonly string[], more: Record<string, string> = {}, input = '') =>
  runHere(['webhooks', ...words], { ...env, ...more }, null, null, input)

/** Runs a command that succeeds, and gives what it prints as JSON. */
async function done(...words: string[]) {
  const { code, output, errors } = await webhooks([...words, '--json'])
  expect({ code, errors }).toEqual({ code: 0, errors: '' })
  return JSON.parse(output)
}

let hosts = 0
/** A new endpoint on this machine, where nobody listens. */
const add = (...words: string[]): Promise<{ id: string; url: string; secret: string }> =>
  done('add', `http://127.0.0.1:1/${String(++hosts)}`, ...words)

const listed = async (id: string) =>
  ((await done('list')) as { id: string }[]).find((endpoint) => endpoint.id === id)

/** What the database has, past all row security. */
async function stored(id: string) {
  const { rows } = await app.admin.query('select * from webhook_endpoints where id = $1', [id])
  return rows[0]
}

describe('connections webhooks add', () => {
  it('prints id, URL and secret as JSON, and nothing else', async () => {
    const added = await done('add', 'http://127.0.0.1:4020/events')
    expect(Object.keys(added)).toEqual(['id', 'url', 'secret'])
    expect(added).toMatchObject({ url: 'http://127.0.0.1:4020/events' })
    const secret = Buffer.from(added.secret.slice('whsec_'.length), 'base64')
    expect(secret).toHaveLength(32)
    expect(await stored(added.id)).toMatchObject({ secret, kinds: null, state: 'enabled' })
  })

  it('tells people the same, and that the secret is not shown again', async () => {
    const { output } = await webhooks(['add', 'http://[::1]:4020/', '--kinds', 'block.changed'])
    expect(output).toMatch(
      /^Added endpoint \S+: http:\/\/\[::1\]:4020\/\nKinds: block\.changed\nSecret: whsec_\S+\nIt is not shown again/,
    )
  })

  it('gives each secret once: no other command prints it', async () => {
    const { id, secret } = await add()
    const words = [
      ['list'],
      ['test', id],
      ['disable', id],
      ['enable', id],
      ['rotate', id],
      ['remove', id],
    ]
    for (const each of words)
      for (const form of [[], ['--json']])
        expect((await webhooks([...each, ...form])).output).not.toContain(secret)
  })

  it('takes kinds of the catalogue, each once, and refuses others', async () => {
    const { id } = await add('--kinds', 'follow.created, block.changed,follow.created')
    expect(await listed(id)).toMatchObject({ kinds: ['follow.created', 'block.changed'] })
    const before = await done('list')
    for (const [kinds, why] of [
      ['follow.created,follow.deleted', 'Unknown kind: follow.deleted'],
      ['ping', 'Unknown kind: ping'],
      [',', 'at least one kind'],
    ] as const) {
      const refused = await webhooks(['add', 'http://127.0.0.1:1/', '--kinds', kinds])
      expect(refused).toMatchObject({ code: 1, output: '' })
      expect(refused.errors).toContain(why)
    }
    expect(await done('list')).toEqual(before)
  })

  it.each([
    ['a private address', 'https://10.0.0.1/', {}],
    ['the metadata of a cloud', 'https://169.254.169.254/', {}],
    ['a name and a password', 'http://user:secret@127.0.0.1:1/', {}],
    ['http in production', 'http://127.0.0.1:1/', { NODE_ENV: 'production' }],
    ['loopback in production', 'https://127.0.0.1/', { NODE_ENV: 'production' }],
    ['loopback in production, by its name', 'https://localhost/', { NODE_ENV: 'production' }],
  ])('refuses %s and stores nothing', async (_what, url, more) => {
    const before = await done('list')
    const refused = await webhooks(['add', url], more)
    expect(refused).toMatchObject({ code: 1, output: '' })
    expect(refused.errors).toContain('The URL cannot be used')
    expect(await done('list')).toEqual(before)
  })

  it('takes what the configuration allows, also in production', async () => {
    const more = { NODE_ENV: 'production', WEBHOOK_ALLOWED_ADDRESSES: '127.0.0.0/8' }
    expect(await webhooks(['add', 'https://127.0.0.1:8443/'], more)).toMatchObject({ code: 0 })
    const wrong = { WEBHOOK_ALLOWED_ADDRESSES: 'localhost' }
    expect(await webhooks(['add', 'https://127.0.0.1/'], wrong)).toMatchObject({ code: 2 })
  })

  it('takes a secret from a file or standard input, and does not print it', async () => {
    const bytes = Buffer.alloc(24, 9)
    const text = `whsec_${bytes.toString('base64')}\n`
    const file = join(folder, 'secret.txt')
    writeFileSync(file, text)
    const url = 'http://127.0.0.1:1/'
    const fromFile = await webhooks(['add', url, '--secret-file', file, '--json'])
    const fromInput = await webhooks(['add', url, '--secret-file', '-', '--json'], {}, text)
    for (const { output } of [fromFile, fromInput]) {
      const { id, secret } = JSON.parse(output)
      expect(secret).toBeNull()
      expect(await stored(id)).toMatchObject({ secret: bytes })
    }
    const short = await webhooks(['add', url, '--secret-file', '-'], {}, 'whsec_c2hvcnQ=')
    expect(short).toMatchObject({ code: 1, output: '' })
    expect(short.errors).toContain('24 to 64 bytes')
    expect(short.errors).not.toContain('c2hvcnQ')
    expect(await webhooks(['add', url, '--secret', text])).toMatchObject({ code: 2 })
  })

  it('needs a database', async () => {
    const { code, errors } = await runHere(['webhooks', 'list'], { NODE_ENV: 'production' })
    expect(code).toBe(2)
    expect(errors).toContain('DATABASE_DIRECT_URL: required')
  })

  it('uses the database of the dev stack when none is named', async () => {
    const data = join(folder, 'stack')
    const claimed = await claim(data, pid)
    const none = await runHere(['webhooks', 'list', '--data', data])
    expect(none).toMatchObject({ code: 2 })
    await claimed.announce({ workerUrl: app.database.workerUrl } as StackPlaces)
    const { id } = await add()
    const { code, output } = await runHere(['webhooks', 'list', '--data', data])
    expect(code).toBe(0)
    expect(output).toContain(id)
    const inProduction = { NODE_ENV: 'production' }
    expect(await runHere(['webhooks', 'list', '--data', data], inProduction)).toMatchObject({
      code: 2,
    })
    await claimed.release()
  })

  it('says so when the database lets it in as somebody else', async () => {
    const as = { DATABASE_DIRECT_URL: app.database.loginUrl }
    const { code, errors } = await runHere(['webhooks', 'list'], as)
    expect(code).toBe(1)
    expect(errors).toContain('permission denied to set role "connections_worker"')
  })
})

describe('connections webhooks disable and enable', () => {
  it('says why and since when, and begins anew', async () => {
    const { id } = await add()
    expect(await listed(id)).toMatchObject({ state: 'enabled', disabledAt: null })
    await done('disable', id)
    const before = await listed(id)
    expect(before).toMatchObject({ state: 'disabled', disabledBecause: 'an operator disabled it' })
    expect((await webhooks(['list'])).output).toMatch(
      new RegExp(`${id}  disabled .*\n.*\n  disabled since \\d{4}-.*Z: an operator disabled it`),
    )
    await done('disable', id)
    expect(await listed(id)).toEqual(before)
    await app.admin.query(
      `update webhook_endpoints set failing_since = now(), paused_until = now() where id = $1`,
      [id],
    )
    await done('enable', id)
    expect(await listed(id)).toMatchObject({
      state: 'enabled',
      disabledBecause: null,
      disabledAt: null,
      failingSince: null,
    })
    expect(await stored(id)).toMatchObject({ paused_until: null })
  })

  it('keeps the reason that the worker had', async () => {
    const { id } = await add()
    await app.admin.query(
      `update webhook_endpoints
          set state = 'disabled', disabled_at = '2026-01-02T03:04:05Z', disabled_because = 'it answered 410'
        where id = $1`,
      [id],
    )
    await done('disable', id)
    expect(await listed(id)).toMatchObject({
      disabledBecause: 'it answered 410',
      disabledAt: '2026-01-02T03:04:05.000Z',
    })
  })
})

describe('connections webhooks rotate', () => {
  it('keeps the old secret valid for 24 hours', async () => {
    const { id, secret } = await add()
    const rotated = await done('rotate', id)
    expect(Object.keys(rotated)).toEqual(['id', 'url', 'secret', 'oldSecretUntil'])
    const hours = (Date.parse(rotated.oldSecretUntil) - Date.now()) / 3_600_000
    expect(hours).toBeGreaterThan(23.9)
    expect(hours).toBeLessThanOrEqual(24.01)
    const { secret: now, previous_secret: old } = await stored(id)
    expect([`whsec_${now.toString('base64')}`, `whsec_${old.toString('base64')}`]).toEqual([
      rotated.secret,
      secret,
    ])
    expect(await listed(id)).toMatchObject({ oldSecretUntil: rotated.oldSecretUntil })
  })

  it('refuses a second rotation while two secrets are valid, and changes nothing', async () => {
    const { id } = await add()
    await done('rotate', id)
    const before = await stored(id)
    const refused = await webhooks(['rotate', id])
    expect(refused).toMatchObject({ code: 1, output: '' })
    expect(refused.errors).toMatch(/less than 24 hours ago.*--revoke-old/s)
    expect(await stored(id)).toEqual(before)
    // A day later.
    await app.admin.query(
      `update webhook_endpoints set previous_secret_until = now() where id = $1`,
      [id],
    )
    await done('rotate', id)
  })

  it('ends old secrets at once with --revoke-old', async () => {
    const { id } = await add()
    await done('rotate', id)
    const rotated = await done('rotate', id, '--revoke-old')
    expect(rotated.oldSecretUntil).toBeNull()
    const { secret, previous_secret: old, previous_secret_until: until } = await stored(id)
    expect({ secret: `whsec_${secret.toString('base64')}`, old, until }).toEqual({
      secret: rotated.secret,
      old: null,
      until: null,
    })
  })

  it('of two at the same instant lets one through', async () => {
    const { id } = await add()
    const codes = await Promise.all([1, 2, 3].map(() => webhooks(['rotate', id])))
    expect(codes.map(({ code }) => code).sort()).toEqual([0, 1, 1])
  })
})

describe('connections webhooks test', () => {
  const received: { headers: Record<string, string>; body: string }[] = []
  let status = 204
  const consumer = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ headers: request.headers as Record<string, string>, body })
      response.writeHead(status, { location: '/elsewhere' }).end('a long answer')
    })
  })
  beforeAll(() => new Promise<void>((resolve) => consumer.listen(0, '127.0.0.1', resolve)))
  afterAll(() => {
    consumer.closeAllConnections()
    consumer.close()
  })
  const addConsumer = () =>
    done('add', `http://127.0.0.1:${String((consumer.address() as AddressInfo).port)}/events`)

  it('sends a ping that the reference library verifies, with either secret while two are valid', async () => {
    const { id, secret } = await addConsumer()
    const { secret: now } = await done('rotate', id)
    const pinged = await done('test', id)
    expect(pinged).toMatchObject({ id, delivered: true, status: 204, error: null })
    const [{ headers, body } = { headers: {}, body: '' }] = received.splice(0)
    expect(headers).toMatchObject({
      'content-type': 'application/cloudevents+json',
      'webhook-id': pinged.webhookId,
    })
    for (const each of [secret, now])
      expect(new Webhook(each).verify(body, headers)).toMatchObject({
        specversion: '1.0',
        id: pinged.webhookId,
        type: 'ping',
        data: { endpointId: id },
      })
    const { secret: another } = await add()
    expect(() => new Webhook(another).verify(body, headers)).toThrow('No matching signature')
    expect((await webhooks(['test', id])).output).toMatch(
      /^Sent ping \S+ to http:.*\nAnswer: 204 after \d+ ms\nDelivered\.$/,
    )
  })

  it.each([500, 410, 302])(
    'says that an answer with %i is none, and changes nothing',
    async (code) => {
      const { id } = await addConsumer()
      const before = await stored(id)
      received.length = 0
      status = code
      const tested = await webhooks(['test', id, '--json'])
      status = 204
      expect(tested.code).toBe(1)
      expect(JSON.parse(tested.output)).toMatchObject({ delivered: false, status: code })
      expect(received).toHaveLength(1)
      expect(await stored(id)).toEqual(before)
      expect((await app.admin.query('select from outbox')).rowCount).toBe(0)
    },
  )

  it('says why no answer came', async () => {
    const { id } = await add()
    const { code, output } = await webhooks(['test', id])
    expect(code).toBe(1)
    expect(output).toMatch(/\nNo answer: connect ECONNREFUSED .*\nNot delivered\./)
  })

  it('sends nothing to an address that is not allowed any more', async () => {
    const { id } = await addConsumer()
    received.length = 0
    const https = 'https://127.0.0.1:1/'
    for (const [url, why] of [
      [null, 'use https:'],
      [https, '127.0.0.1 is not a public address'],
    ] as const) {
      if (url !== null)
        await app.admin.query('update webhook_endpoints set url = $2 where id = $1', [id, url])
      const { code, output } = await webhooks(['test', id], { NODE_ENV: 'production' })
      expect(code).toBe(1)
      expect(output).toContain(why)
    }
    expect(received).toEqual([])
  })

  it('reaches a disabled endpoint', async () => {
    const { id } = await addConsumer()
    await done('disable', id)
    expect(await done('test', id)).toMatchObject({ delivered: true })
  })
})

describe('connections webhooks remove', () => {
  it('removes the endpoint and its deliveries', async () => {
    const { id } = await add()
    await done('remove', id)
    expect(await listed(id)).toBeUndefined()
    expect(await webhooks(['remove', id])).toMatchObject({ code: 1 })
  })
})

describe('an endpoint that is not known', () => {
  it.each(['disable', 'enable', 'rotate', 'remove', 'test'])('is said by %s', async (command) => {
    const { code, output, errors } = await webhooks([command, unknown])
    expect({ code, output }).toEqual({ code: 1, output: '' })
    expect(errors).toContain(`No endpoint has the id ${unknown}`)
    expect(await webhooks([command, 'chat'])).toMatchObject({ code: 2 })
  })
})
