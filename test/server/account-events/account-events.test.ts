import { createHmac, randomBytes } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/limits.ts'
import { subjectId } from '../../../src/server/auth/subject-id.ts'
import {
  gatewaySecret,
  newUserId,
  openIsolatedTestService,
  openTestService,
  type TestService,
} from '../../support/test-service.ts'

const newSecret = (bytes = 32) => `whsec_${randomBytes(bytes).toString('base64')}`
const [current, previous] = [newSecret(), newSecret()]
const namespace = '6f7a1d2e-5c40-4c1b-9a43-0a6b2d1c9e55'
const lines: string[] = []
const app = await openTestService(
  { NODE_ENV: 'production', ACCOUNT_WEBHOOK_SECRETS: `${current},${previous}`, LOG_LEVEL: 'info' },
  { write: (line) => lines.push(line) },
)
const external = await openTestService({
  NODE_ENV: 'production',
  ACCOUNT_WEBHOOK_SECRETS: current,
  AUTH_SUBJECT: 'external',
  AUTH_SUBJECT_NAMESPACE: namespace,
})

interface Message {
  readonly id?: string
  readonly body: string
  readonly secret?: string
  readonly at?: Date
  readonly prefix?: 'webhook' | 'svix'
}

let sent = 0

/** The headers with which a provider would send this. */
function headersOf(message: Message): Record<string, string> {
  const { id = `msg_${++sent}`, body, secret = current, at = new Date() } = message
  const { prefix = 'webhook' } = message
  return {
    'content-type': 'application/json',
    [`${prefix}-id`]: id,
    [`${prefix}-timestamp`]: String(Math.floor(at.getTime() / 1_000)),
    [`${prefix}-signature`]: new Webhook(secret).sign(id, at, body),
  }
}

/** Sends what a provider would send, with other headers or another body where a test says so. */
async function send(
  message: Message,
  { headers = {}, body = message.body, to = app }: Partial<Tampering> = {},
) {
  const response = await to.server.app.inject({
    method: 'POST',
    url: '/webhooks/accounts',
    headers: { ...headersOf(message), ...headers },
    payload: body,
  })
  return { status: response.statusCode, text: response.body, headers: response.headers }
}

interface Tampering {
  readonly headers: Record<string, string>
  readonly body: string
  readonly to: TestService
}

const created = (id: string) => JSON.stringify({ type: 'user.created', data: { id } })
const deleted = (id: string) =>
  JSON.stringify({ type: 'user.deleted', data: { id, deleted: true } })

const isHere = async (id: string, { admin }: TestService = app) =>
  (await admin.query('select from users where id = $1', [id])).rowCount === 1
const deletions = async (id: string, { admin }: TestService = app) =>
  (
    await admin.query<{ event: string; receivedAt: Date }>(
      'select event_id as event, received_at as "receivedAt" from account_deletions where user_id = $1',
      [id],
    )
  ).rows

describe('the account service', () => {
  it('registers a person who has an account now, without the secret of the gateway', async () => {
    const id = newUserId()
    expect(await send({ body: created(id) })).toMatchObject({ status: 204, text: '' })
    expect(await isHere(id)).toBe(true)
  })

  it.each([
    ['Clerk and Stack', (id: string) => ({ object: 'event', data: { id, object: 'user' } })],
    ['Auth0', (id: string) => ({ specversion: '1.0', data: { object: { user_id: id } } })],
    ['a CloudEvent with a subject', (id: string) => ({ specversion: '1.0', subject: id })],
    ['a body with data.user_id', (id: string) => ({ data: { user_id: id, id: 'of-something' } })],
  ])('writes it as %s', async (_who, shape) => {
    const id = newUserId()
    const body = JSON.stringify({ type: 'user.created', ...shape(id) })
    expect(
      await send({ body }, { headers: { 'content-type': 'application/cloudevents+json' } }),
    ).toMatchObject({ status: 204 })
    expect(await isHere(id)).toBe(true)
  })

  it('signs with the headers of Svix as well, and with the old secret while that holds', async () => {
    for (const prefix of ['webhook', 'svix'] as const) {
      for (const secret of [current, previous]) {
        const id = newUserId()
        expect(await send({ body: created(id), prefix, secret })).toMatchObject({ status: 204 })
        expect(await isHere(id)).toBe(true)
      }
    }
  })

  it('may send a message again: it changes nothing', async () => {
    const [bob, carol] = [newUserId(), newUserId()]
    for (const body of [created(bob), deleted(carol)]) {
      const message = { id: `msg_again_${body.length}`, body }
      const statuses = []
      for (let time = 0; time < 4; time++) statuses.push((await send(message)).status)
      expect(statuses).toEqual([204, 204, 204, 204])
    }
    expect(await isHere(bob)).toBe(true)
    expect(await deletions(carol)).toHaveLength(1)
  })

  it('says that an account is gone, which is kept with the id of the first message', async () => {
    const [alice] = await app.people('alice')
    expect(await send({ id: 'msg_gone', body: deleted(alice.id) })).toMatchObject({ status: 204 })
    expect(await send({ id: 'msg_gone_2', body: deleted(alice.id) })).toMatchObject({ status: 204 })
    const [kept, ...more] = await deletions(alice.id)
    expect(more).toEqual([])
    expect(kept?.event).toBe('msg_gone')
    expect(Math.abs(Number(kept?.receivedAt) - Date.now())).toBeLessThan(60_000)
  })

  it('brings nobody back by a message that comes late', async () => {
    const id = newUserId()
    await send({ body: deleted(id) })
    expect(await send({ body: created(id) })).toMatchObject({ status: 204 })
    expect(await isHere(id)).toBe(false)
  })

  it.each(['user.updated', 'session.created', 'ping'])(
    'is thanked for %s, which does nothing',
    async (type) => {
      const id = newUserId()
      expect(await send({ body: JSON.stringify({ type, data: { id } }) })).toMatchObject({
        status: 204,
      })
      expect([await isHere(id), await deletions(id)]).toEqual([false, []])
    },
  )

  it('sends bodies of any or no content type, as their bytes are signed', async () => {
    for (const type of [
      'text/plain',
      'application/json; charset=utf-8',
      'application/x-anything',
    ]) {
      const id = newUserId()
      const body = JSON.stringify({ type: 'user.created', data: { id, name: 'Zoë 🦊' } }, null, 3)
      expect(await send({ body }, { headers: { 'content-type': type } })).toMatchObject({
        status: 204,
      })
      expect(await isHere(id)).toBe(true)
    }
  })

  it('has subjects of its own, which become the ids that tokens have', async () => {
    const sub = `auth0|${randomBytes(12).toString('hex')}`
    const body = JSON.stringify({ type: 'user.created', data: { object: { user_id: sub } } })
    expect(await send({ body }, { to: external })).toMatchObject({ status: 204 })
    const id = subjectId(namespace, sub) ?? ''
    expect(await isHere(id, external)).toBe(true)
    const token = await external.issuer.token({ sub })
    const viewer = external.asker(() => Promise.resolve(token))
    expect((await viewer.ask('{ viewer { id } }')).data.viewer.id).toBe(id)
    await send({ body: deleted(sub) }, { to: external })
    expect(await deletions(id, external)).toHaveLength(1)
  })
})

describe('a message that nobody has signed', () => {
  const id = newUserId()
  const body = created(id)
  const minutes = (count: number) => new Date(Date.now() + count * 60_000)
  const raw = (key: Buffer, algorithm: string, seconds: number) =>
    createHmac(algorithm, key).update(`msg_raw.${seconds}.${body}`).digest('base64')

  it.each<[string, Message, Partial<Tampering>]>([
    ['another secret', { body, secret: newSecret() }, {}],
    ['another body', { body: created(newUserId()) }, { body }],
    ['one byte more', { body }, { body: `${body} ` }],
    ['another id', { body }, { headers: { 'webhook-id': 'msg_other' } }],
    [
      'another time',
      { body },
      { headers: { 'webhook-timestamp': String(Math.floor(Date.now() / 1_000) + 60) } },
    ],
    ['a time six minutes ago', { body, at: minutes(-6) }, {}],
    ['a time in six minutes', { body, at: minutes(6) }, {}],
    ['no signature', { body }, { headers: { 'webhook-signature': '' } }],
    ['a signature of another version', { body }, { headers: { 'webhook-signature': 'v1a,AAAA' } }],
    ['a signature without a version', { body }, { headers: { 'webhook-signature': 'v1' } }],
    ['an id with blanks', { body, id: 'msg 1' }, {}],
    ['an id of 256 characters', { body, id: 'm'.repeat(256) }, {}],
    ['a time that is no number', { body }, { headers: { 'webhook-timestamp': 'now' } }],
    [
      'the secret of the gateway',
      { body, secret: newSecret() },
      { headers: { 'x-gateway-secret': gatewaySecret } },
    ],
    [
      'a Svix signature under the other name only',
      { body, prefix: 'svix' },
      {
        headers: {
          'webhook-id': 'msg_x',
          'webhook-timestamp': '1',
          'webhook-signature': 'v1,AAAA',
        },
      },
    ],
    ['no body', { body }, { body: '' }],
  ])('is refused with 401, and told nothing: %s', async (_what, message, tampering) => {
    for (let time = 0; time < 4; time++) {
      const answer = await send(message, tampering)
      expect(answer).toMatchObject({ status: 401, text: '' })
    }
    expect(await isHere(id)).toBe(false)
  })

  it('is accepted up to five minutes either way', async () => {
    for (const at of [minutes(-4.9), minutes(4.9)]) {
      const other = newUserId()
      expect(await send({ body: created(other), at })).toMatchObject({ status: 204 })
      expect(await isHere(other)).toBe(true)
    }
  })

  it('is one that another hash has signed', async () => {
    const seconds = Math.floor(Date.now() / 1_000)
    const key = Buffer.from(current.slice('whsec_'.length), 'base64')
    const headers = (signature: string) => ({
      'webhook-id': 'msg_raw',
      'webhook-timestamp': String(seconds),
      'webhook-signature': `v1,${signature}`,
    })
    const other = { body, id: 'msg_raw' }
    expect(await send(other, { headers: headers(raw(key, 'sha1', seconds)) })).toMatchObject({
      status: 401,
    })
    expect(await send(other, { headers: headers(raw(key, 'sha256', seconds)) })).toMatchObject({
      status: 204,
    })
  })

  it('needs both kinds of people alike: one who is here and one who is not', async () => {
    const [alice] = await app.people('alice')
    const answers = await Promise.all(
      [alice.id, newUserId()].map((who) =>
        send({ body: deleted(who), secret: newSecret(), id: 'msg_same' }),
      ),
    )
    const [one, other] = answers.map(({ status, text }) => ({ status, text }))
    expect(one).toEqual(other)
  })
})

describe('a signed message that cannot be read', () => {
  it.each([
    ['no JSON', 'user.created', 'The body is not a JSON object with a `type`.'],
    ['a list', '[]', 'The body is not a JSON object with a `type`.'],
    ['no type', '{"data":{"id":"x"}}', 'The body is not a JSON object with a `type`.'],
    ['nobody', '{"type":"user.created","data":{"id":""}}', 'The event names no user'],
    ['no data', '{"type":"user.deleted"}', 'The event names no user'],
    ['a number', '{"type":"user.deleted","data":{"id":7}}', 'The event names no user'],
    ['an id that is no UUID', created('user_2NNEqL2nrIRdJ194'), "The user's id is not a UUID."],
    [
      'the nil UUID',
      created('00000000-0000-0000-0000-000000000000'),
      "The user's id is not a UUID.",
    ],
  ])('is refused with 400, which says why: %s', async (_what, body, message) => {
    const answer = await send({ body })
    expect(answer.status).toBe(400)
    expect(JSON.parse(answer.text)).toEqual({ message: expect.stringContaining(message) })
  })

  it('is one with a subject that no token could have', async () => {
    for (const sub of [' ', 'a\u0000b', 'x'.repeat(256)]) {
      expect(await send({ body: created(sub) }, { to: external })).toMatchObject({ status: 400 })
    }
  })

  it('is one that is too large, before anybody looks at it', async () => {
    const body = created('x'.repeat(limits.accountEvents.bodyBytes))
    expect(await send({ body })).toMatchObject({ status: 413, text: '' })
  })
})

describe('the route', () => {
  it('is not there without secrets', async () => {
    const plain = await openIsolatedTestService({ NODE_ENV: 'production' })
    const [here, nowhere] = await Promise.all(
      ['/webhooks/accounts', '/webhooks/anything'].map((url) =>
        plain.server.app.inject({
          method: 'POST',
          url,
          headers: headersOf({ body: created(newUserId()) }),
          payload: '{}',
        }),
      ),
    )
    expect([here?.statusCode, nowhere?.statusCode]).toEqual([404, 404])
  })

  it('takes POST alone', async () => {
    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      const { statusCode } = await app.server.app.inject({ method, url: '/webhooks/accounts' })
      expect(statusCode).toBe(404)
    }
  })

  it('answers 503 while the database is away, so that the sender tries again', async () => {
    const away = await openIsolatedTestService({
      NODE_ENV: 'production',
      ACCOUNT_WEBHOOK_SECRETS: current,
      DATABASE_URL: 'postgres://connections_login:pw@127.0.0.1:1/connections',
    })
    const answer = await send({ body: created(newUserId()) }, { to: away })
    expect(answer).toMatchObject({ status: 503, text: '' })
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  })

  it('counts what came, and logs it without naming anybody', async () => {
    const id = newUserId()
    await send({ id: 'msg_logged', body: created(id) })
    await send({ body: deleted(id), secret: newSecret() })
    const { body } = await app.server.app.inject('/metrics')
    for (const outcome of ['registered', 'kept', 'known', 'ignored', 'invalid', 'unsigned']) {
      const [, count] =
        new RegExp(`^connections_account_events_total\\{outcome="${outcome}"\\} (\\d+)`, 'm').exec(
          body,
        ) ?? []
      expect(Number(count), outcome).toBeGreaterThan(0)
    }
    expect(body).toContain('connections_account_events_total{outcome="failed"} 0')
    const log = lines.join('\n')
    expect(log).toContain('msg_logged')
    for (const secret of [id, current, previous, current.slice(6)])
      expect(log).not.toContain(secret)
    const { rows } = await app.admin.query<{ id: string }>('select id::text from users')
    expect(rows.filter((row) => log.includes(row.id))).toEqual([])
  })
})
