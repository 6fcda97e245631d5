import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { callersBySecret } from '../../../src/server/auth/caller.ts'
import { keepLog } from '../../support/log.ts'
import {
  gatewaySecret,
  newUserId,
  oldGatewaySecret,
  openIsolatedTestService,
  openTestService,
} from '../../support/test-service.ts'
import { fromGateway, send } from '../../support/wire.ts'

const chat = 'the-secret-of-the-chat-service'
const oldChat = 'the-secret-of-chat-before'
const games = 'the:secret=of+games/with-a-colon'
const log = keepLog()
const SERVICE_SECRETS = `chat:${chat}, chat:${oldChat},games:${games}`
const app = await openTestService(
  { NODE_ENV: 'production', LOG_LEVEL: 'info', SERVICE_SECRETS },
  { write: log.write },
)

afterEach(() => {
  vi.restoreAllMocks()
  syncBuiltinESMExports()
})

const hidden = (of: string) =>
  JSON.stringify({
    query: 'query Hidden($id: ID!) { hiddenFrom(userId: $id) { totalCount } }',
    variables: { id: of },
  })
const serviceToken = () =>
  app.issuer.token({ sub: 'service:any', client_id: 'any', scope: 'connections:service' })

/** One request with this secret and this token. */
function ask(secret: string, token: string | null, body = hidden(newUserId())) {
  return send(app.server.url, {
    headers: { ...fromGateway(token), 'x-gateway-secret': secret },
    body,
  })
}

function codeOf({ body }: { body: string }) {
  const { errors } = JSON.parse(body) as { errors?: { extensions: { code: string } }[] }
  return errors?.map(({ extensions }) => extensions.code) ?? []
}

async function metricsOf(name: string) {
  const { body } = await app.server.app.inject('/metrics')
  const lines = body.split('\n').filter((line) => line.startsWith(`${name}{`))
  return Object.fromEntries(
    lines.map((line) => [/"([^"]*)"/.exec(line)?.[1] ?? '', Number(line.split(' ').at(-1))]),
  )
}

describe('a backend with a secret of its own', () => {
  it('asks with a service token, four times as the first time, with the new secret and the old', async () => {
    for (const secret of [chat, oldChat, games]) {
      for (let time = 0; time < 4; time++) {
        const reply = await ask(secret, await serviceToken())
        expect(reply.status).toBe(200)
        expect(JSON.parse(reply.body)).toEqual({ data: { hiddenFrom: { totalCount: 0 } } })
      }
    }
  })

  it('cannot ask for a person: 403, and no row is made of the person', async () => {
    const stranger = newUserId()
    const token = await app.issuer.token({ sub: stranger, scope: 'connections:service' })
    const reply = await ask(chat, token, '{"query":"{ viewer { id } }"}')
    expect([reply.status, codeOf(reply)]).toEqual([403, ['FORBIDDEN']])
    const { rows } = await app.admin.query('select from users where id = $1', [stranger])
    expect(rows).toHaveLength(0)
  })

  it('cannot ask for nobody: 401', async () => {
    for (const authorization of [{}, { authorization: '' }]) {
      const reply = await send(app.server.url, {
        headers: { ...fromGateway(), 'x-gateway-secret': chat, ...authorization },
        body: hidden(newUserId()),
      })
      expect([reply.status, codeOf(reply)]).toEqual([401, ['UNAUTHENTICATED']])
    }
  })

  it('is refused with a bad token as everybody is', async () => {
    const expired = await app.issuer.token({
      sub: 'service:chat',
      scope: 'connections:service',
      exp: 1,
    })
    const reply = await ask(chat, expired)
    expect([reply.status, codeOf(reply)]).toEqual([401, ['UNAUTHENTICATED']])
    expect(reply.headers['www-authenticate']).toBe('Bearer error="invalid_token"')
  })

  it('is refused before its body is read', async () => {
    const person = await app.issuer.token({ sub: newUserId() })
    const asked = vi.spyOn(app.server.database, 'as')
    for (const body of ['{"query":', ' '.repeat(10_000_000)]) {
      expect((await ask(chat, person, body)).status).toBe(403)
      expect((await ask(chat, null, body)).status).toBe(401)
      expect((await ask(`${chat}x`, await serviceToken(), body)).status).toBe(401)
    }
    expect(asked).not.toHaveBeenCalled()
  })

  it('is refused when its secret has been taken away, and the others are not', async () => {
    const later = await openIsolatedTestService({
      NODE_ENV: 'production',
      SERVICE_SECRETS: `games:${games}`,
    })
    const token = await later.issuer.token({ sub: 'service:any', scope: 'connections:service' })
    const status = async (secret: string) =>
      (
        await send(later.server.url, {
          headers: { ...fromGateway(token), 'x-gateway-secret': secret },
          body: hidden(newUserId()),
        })
      ).status
    expect([await status(chat), await status(games)]).toEqual([401, 200])
  })

  it('is in the log by the name of its secret, whatever its token says, and its secret is not', async () => {
    log.clear()
    await ask(games, await serviceToken())
    await ask(gatewaySecret, await serviceToken())
    expect(log.lines()).toMatchObject([
      { msg: 'operation', as: 'service', service: 'games' },
      { msg: 'operation', as: 'service', service: 'any' },
    ])
    expect(log.text()).not.toContain(games)
  })

  it('is counted by that name, and by no name that a token brings', async () => {
    const name = 'connections_service_operations_total'
    const before = await metricsOf(name)
    expect(Object.keys(before).sort()).toEqual(['chat', 'games', 'gateway'])
    await ask(oldChat, await serviceToken())
    await ask(gatewaySecret, await serviceToken())
    await ask(gatewaySecret, null, '{"query":"{ viewer { id } }"}')
    const after = await metricsOf(name)
    const more = Object.entries(after).map(([key, count]) => [key, count - (before[key] ?? 0)])
    expect(Object.fromEntries(more)).toEqual({ chat: 1, games: 0, gateway: 1 })
  })

  it('is counted among the refused when its token is no service token', async () => {
    const before = await metricsOf('connections_requests_refused_total')
    await ask(chat, null)
    const after = await metricsOf('connections_requests_refused_total')
    expect((after['service'] ?? 0) - (before['service'] ?? 0)).toBe(1)
  })
})

describe('a service token with the secret of the gateway', () => {
  it('is still a service: the gateway passes on whatever token it gets', async () => {
    for (const secret of [gatewaySecret, oldGatewaySecret]) {
      expect((await ask(secret, await serviceToken())).status).toBe(200)
    }
  })
})

describe('the secret of a request', () => {
  it('is compared with every known secret, whichever it is', () => {
    const services = ['one', 'two', 'three'].map((name) => ({ name, secret: `secret-of-${name}` }))
    const callerOf = callersBySecret(['secret-of-gateway'], services)
    const compare = vi.spyOn(crypto, 'timingSafeEqual')
    syncBuiltinESMExports()
    const guesses = ['secret-of-gateway', ...services.map(({ secret }) => secret), 'wrong', '']
    const counts = guesses.map((guess) => {
      compare.mockClear()
      const caller = callerOf(guess)
      return [caller?.kind === 'service' ? caller.name : caller?.kind, compare.mock.calls.length]
    })
    expect(counts).toEqual([
      ['gateway', 4],
      ['one', 4],
      ['two', 4],
      ['three', 4],
      [undefined, 4],
      [undefined, 4],
    ])
  })
})
