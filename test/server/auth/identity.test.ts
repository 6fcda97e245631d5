import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportSPKI, importJWK } from 'jose'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { resolvers } from '../../../src/server/schema.ts'
import { createKey, type Signing } from '../../support/issuer.ts'
import {
  gatewaySecret,
  newUserId,
  oldGatewaySecret,
  openIsolatedTestService,
  openTestService,
  type TestService,
} from '../../support/test-service.ts'
import { fromGateway, send, type Sent } from '../../support/wire.ts'

const app = await openTestService()
const viewerQuery = JSON.stringify({ query: '{ viewer { id } }' })
const json = { 'content-type': 'application/json' }

afterEach(() => vi.useRealTimers())

/** Lets time pass for clocks, and not for timers: what is under way goes on as it was. */
function afterSeconds(seconds: number): void {
  const now = Date.now()
  vi.useFakeTimers({ toFake: ['Date'], now: now + seconds * 1000 })
}

/** One question as whoever the token says, to the given app. */
async function askWith(token: string | null, asked: TestService = app) {
  const reply = await send(asked.server.url, { headers: fromGateway(token), body: viewerQuery })
  return { status: reply.status, headers: reply.headers, body: JSON.parse(reply.body) as Body }
}
interface Body {
  data?: { viewer: { id: string } | null }
  errors?: { message: string; extensions: { code: string } }[]
}

describe('a request that does not come from the gateway', () => {
  const refusal = JSON.stringify({
    errors: [
      {
        message:
          'Missing or wrong X-Gateway-Secret. Only the gateway and known services may call this service.',
        extensions: { code: 'UNAUTHENTICATED' },
      },
    ],
  })
  const questions: Record<string, Sent> = {
    'a query': { headers: json, body: viewerQuery },
    'a query by GET': { method: 'GET', headers: { 'apollo-require-preflight': 'yes' } },
    'a HEAD request': { method: 'HEAD' },
    'the subgraph’s own SDL': {
      headers: json,
      body: JSON.stringify({ query: '{ _service { sdl } }' }),
    },
    'an entity': {
      headers: json,
      body: JSON.stringify({
        query:
          'query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { contacts { totalCount } } } }',
        variables: { r: [{ __typename: 'User', id: newUserId() }] },
      }),
    },
    'a trace': {
      headers: { ...json, 'apollo-federation-include-trace': 'ftv1' },
      body: viewerQuery,
    },
    'what is not even JSON': { headers: json, body: '{"query":' },
    'no content type': { body: viewerQuery },
    'a body of ten megabytes': {
      headers: { ...json, 'content-length': 10_000_000 },
      body: ' '.repeat(10_000_000),
    },
    'a body of ten megabytes that does not say so': {
      headers: { ...json, 'transfer-encoding': 'chunked' },
      body: ' '.repeat(10_000_000),
    },
  }
  const secrets: Record<string, string | string[] | undefined> = {
    'without a secret': undefined,
    'with an empty secret': '',
    'with a wrong secret': 'not-the-secret-at-all',
    'with the beginning of the secret': gatewaySecret.slice(0, -1),
    'with the secret and more': `${gatewaySecret}x`,
    'with both secrets in one header': `${gatewaySecret},${oldGatewaySecret}`,
    'with the right secret twice': [gatewaySecret, gatewaySecret],
    'with a wrong secret before the right one': ['not-the-secret-at-all', gatewaySecret],
  }

  for (const [what, question] of Object.entries(questions)) {
    it(`is refused before it is read, in the same words, with a good token: ${what}`, async () => {
      const asked = vi.spyOn(app.server.database, 'as')
      onTestFinished(() => {
        asked.mockRestore()
      })
      const [alice] = await app.people('alice')
      asked.mockClear()
      const url =
        question.method === 'GET'
          ? `${app.server.url}?query=${encodeURIComponent('{ viewer { id } }')}`
          : app.server.url
      for (const [how, secret] of Object.entries(secrets)) {
        const { status, headers, body } = await send(url, {
          ...question,
          headers: {
            ...question.headers,
            authorization: `Bearer ${String(await alice.token())}`,
            ...(secret !== undefined && { 'x-gateway-secret': secret }),
          },
        })
        expect({ how, status }).toEqual({ how, status: 401 })
        expect(headers['content-type']).toMatch(/^application\/json/)
        if (question.method !== 'HEAD') expect(body).toBe(refusal)
      }
      expect(asked).not.toHaveBeenCalled()
    })
  }

  it('changes nothing', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const reply = await send(app.server.url, {
      headers: { ...json, authorization: `Bearer ${String(await alice.token())}` },
      body: JSON.stringify({
        query: 'mutation ($userId: ID!) { addContact(userId: $userId) { changed } }',
        variables: { userId: bob.id },
      }),
    })
    expect(reply.status).toBe(401)
    const { rows } = await app.admin.query('select from user_contacts where owner_user_id = $1', [
      alice.id,
    ])
    expect(rows).toHaveLength(0)
  })
})

describe('a request from the gateway', () => {
  it('is answered with the new secret and, while it is being changed, with the old one', async () => {
    for (const secret of [gatewaySecret, oldGatewaySecret]) {
      const reply = await send(app.server.url, {
        headers: { ...json, 'x-gateway-secret': secret },
        body: viewerQuery,
      })
      expect(reply).toMatchObject({ status: 200, body: '{"data":{"viewer":null}}\n' })
    }
  })
})

describe('a token', () => {
  const sub = newUserId()
  const at = (seconds: number) => Math.floor(Date.now() / 1000) + seconds
  const signed = (claims: Record<string, unknown>, signing?: Signing) =>
    app.issuer.token(claims, signing)

  it('that is good says who asks, however its id is written', async () => {
    for (const written of [sub, sub.toUpperCase()]) {
      const { status, body } = await askWith(await signed({ sub: written }))
      expect({ status, body }).toEqual({ status: 200, body: { data: { viewer: { id: sub } } } })
    }
  })

  it('may come from a machine whose clock is a few seconds ahead', async () => {
    expect((await askWith(await signed({ sub, nbf: at(3) }))).status).toBe(200)
  })

  const published = () => {
    const [first] = app.issuer.published
    if (first === undefined) throw new Error('The issuer has no key.')
    return first
  }
  const forgeUnsigned = (claims: object) =>
    [{ alg: 'none', typ: 'JWT' }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
  const good = () => ({
    sub,
    iss: app.issuer.url,
    aud: app.issuer.audience,
    iat: at(0),
    exp: at(60),
    scope: 'connections:service',
  })

  /** What each bad header is told. */
  const bad: Record<string, [make: () => string | Promise<string>, reason: string]> = {
    'without `sub`': [
      () => bearer(signed({ sub: undefined })),
      'The claim `sub` is missing or wrong.',
    ],
    'without `iat`': [
      () => bearer(signed({ sub, iat: undefined })),
      'The claim `iat` is missing or wrong.',
    ],
    'without `exp`': [
      () => bearer(signed({ sub, exp: undefined })),
      'The claim `exp` is missing or wrong.',
    ],
    'that has expired': [() => bearer(signed({ sub, exp: at(-60) })), 'The token has expired.'],
    'that is not valid yet': [
      () => bearer(signed({ sub, nbf: at(600) })),
      'The claim `nbf` is missing or wrong.',
    ],
    'of another issuer': [
      () => bearer(signed({ sub, iss: 'https://evil.example' })),
      'The claim `iss` is missing or wrong.',
    ],
    'for another audience': [
      () => bearer(signed({ sub, aud: 'billing' })),
      'The claim `aud` is missing or wrong.',
    ],
    'without an issuer': [
      () => bearer(signed({ sub, iss: undefined })),
      'The claim `iss` is missing or wrong.',
    ],
    'without an audience': [
      () => bearer(signed({ sub, aud: undefined })),
      'The claim `aud` is missing or wrong.',
    ],
    'whose times are texts': [
      () => bearer(signed({ sub, iat: '1' })),
      'The claim `iat` is missing or wrong.',
    ],
    'of a subject that is nobody’s id': [
      () => bearer(signed({ sub: 'bob' })),
      'The claim `sub` is not a UUID, and the token has no service scope.',
    ],
    'of a subject that is a number': [
      () => bearer(signed({ sub: 5, scope: 'connections:service' })),
      'The claim `sub` is not a string.',
    ],
    'with a scope that only contains the service’s': [
      () => bearer(signed({ sub: 'bob', scope: 'connections:services xconnections:service' })),
      'The claim `sub` is not a UUID, and the token has no service scope.',
    ],
    'with a role instead of a scope': [
      () =>
        bearer(signed({ sub: 'bob', role: 'connections_service', scope: ['connections:service'] })),
      'The claim `sub` is not a UUID, and the token has no service scope.',
    ],
    // The key sets of `jose` know no password and no `none`: they refuse these three without our
    // own list of algorithms, too.
    'that nobody signed (`alg: none`)': [
      () => `Bearer ${forgeUnsigned(good())}.`,
      'Invalid token.',
    ],
    'signed with our public key as a password (HS256)': [
      async () => {
        const key = (await importJWK(published().publicJwk, 'ES256')) as CryptoKey
        const secret = new TextEncoder().encode(await exportSPKI(key))
        return bearer(signed({ sub }, { secret, header: { alg: 'HS256' } }))
      },
      'Invalid token.',
    ],
    'signed with our JWK’s text as a password (HS256)': [
      () =>
        bearer(
          signed(
            { sub },
            {
              secret: new TextEncoder().encode(JSON.stringify(published().publicJwk)),
              header: { alg: 'HS256' },
            },
          ),
        ),
      'Invalid token.',
    ],
    'signed with a foreign key under the name of ours': [
      async () => bearer(signed(good(), { key: await createKey('first') })),
      'Invalid token.',
    ],
    'signed with a foreign key, for a service': [
      async () => bearer(signed({ ...good(), sub: 'games' }, { key: await createKey('foreign') })),
      'The token is signed with an unknown key.',
    ],
    'that brings its own key': [
      async () => {
        const key = await createKey('first')
        return bearer(signed(good(), { key, header: { jwk: key.publicJwk } }))
      },
      'Invalid token.',
    ],
    'that says where its key is': [
      async () =>
        bearer(
          signed(good(), {
            key: await createKey('elsewhere'),
            header: { jku: 'http://127.0.0.1:9/' },
          }),
        ),
      'The token is signed with an unknown key.',
    ],
    'of another person under the same signature': [
      async () => {
        const [header, , signature] = (await signed({ sub })).split('.')
        const claims = Buffer.from(JSON.stringify({ ...good(), sub: newUserId() }))
        return `Bearer ${String(header)}.${claims.toString('base64url')}.${String(signature)}`
      },
      'Invalid token.',
    ],
    'that is garbage': [() => 'Bearer x.y.z', 'Invalid token.'],
    'that is one word': [() => 'Bearer garbage', 'Invalid token.'],
    'with a header that is not JSON': [() => 'Bearer AAAA.AAAA.AAAA', 'Invalid token.'],
    'with a key id that is no text': [
      () => {
        const header = Buffer.from('{"alg":"ES256","kid":{"toString":1}}').toString('base64url')
        return `Bearer ${header}.${Buffer.from(JSON.stringify(good())).toString('base64url')}.AAAA`
      },
      'The token is signed with an unknown key.',
    ],
    'that is empty': [() => 'Bearer ', 'Send `Authorization: Bearer <token>`.'],
    'that is two': [
      async () => `Bearer ${await signed({ sub })} ${await signed({ sub })}`,
      'Send `Authorization: Bearer <token>`.',
    ],
    'that is a password': [
      () => `Basic ${Buffer.from('alice:secret').toString('base64')}`,
      'Send `Authorization: Bearer <token>`.',
    ],
  }
  const bearer = async (token: Promise<string>) => `Bearer ${await token}`

  for (const [which, [make, reason]] of Object.entries(bad)) {
    it(`${which} is refused, with the reason and nothing of the token`, async () => {
      const authorization = await make()
      const reply = await send(app.server.url, {
        headers: { ...fromGateway(), authorization },
        body: viewerQuery,
      })
      expect(reply.status).toBe(401)
      expect(reply.headers['www-authenticate']).toBe('Bearer error="invalid_token"')
      expect(JSON.parse(reply.body)).toEqual({
        errors: [{ message: reason, extensions: { code: 'UNAUTHENTICATED' } }],
      })
    })
  }

  it('that is nothing, in a header that is empty or blank, is no token: nobody in particular asks', async () => {
    for (const asked of [app, await openIsolatedTestService({ NODE_ENV: 'production' })]) {
      for (const authorization of ['', ' ', '\t  ']) {
        const reply = await send(asked.server.url, {
          headers: { ...fromGateway(), authorization },
          body: viewerQuery,
        })
        expect(reply).toMatchObject({ status: 200, body: '{"data":{"viewer":null}}\n' })
      }
    }
  })

  it('that is bad is refused before the body is read', async () => {
    const reply = await send(app.server.url, {
      headers: { ...fromGateway('garbage'), 'content-length': 10_000_000 },
      body: ' '.repeat(10_000_000),
    })
    expect(reply.status).toBe(401)
  })

  it('in the body or the query is not looked at', async () => {
    const token = await signed({ sub })
    const reply = await send(`${app.server.url}?authorization=${token}&access_token=${token}`, {
      headers: fromGateway(),
      body: JSON.stringify({ query: '{ viewer { id } }', access_token: token }),
    })
    expect(JSON.parse(reply.body)).toEqual({ data: { viewer: null } })
  })
})

describe('the keys of the token issuer', () => {
  it('may be two: tokens of both are good while one replaces the other', async () => {
    const { issuer, ...rest } = await openIsolatedTestService()
    const next = await createKey('next')
    issuer.published.push(next)
    for (const key of issuer.published) {
      const token = await issuer.token({ sub: newUserId() }, { key })
      expect((await askWith(token, { issuer, ...rest })).status).toBe(200)
    }
    expect(issuer.state.fetches).toBe(1)
  })

  it('are read again for a key that is not known yet, half a minute after the last time', async () => {
    const turning = await openIsolatedTestService()
    const { issuer } = turning
    const old = await issuer.token({ sub: newUserId() })
    expect((await askWith(old, turning)).status).toBe(200)
    const next = await createKey('next')
    issuer.published.push(next)
    const token = await issuer.token({ sub: newUserId() }, { key: next })
    expect((await askWith(token, turning)).status).toBe(401)
    afterSeconds(31)
    expect((await askWith(token, turning)).status).toBe(200)
    expect((await askWith(old, turning)).status).toBe(200)
    expect(issuer.state.fetches).toBe(2)
  })

  it('are given up after ten minutes when they are not published any more', async () => {
    const turning = await openIsolatedTestService()
    const { issuer } = turning
    const [old] = issuer.published
    if (old === undefined) throw new Error('The issuer has no key.')
    expect((await askWith(await issuer.token({ sub: newUserId() }), turning)).status).toBe(200)
    issuer.published.splice(0, 1, await createKey('next'))
    afterSeconds(601)
    const token = await issuer.token({ sub: newUserId() }, { key: old })
    expect((await askWith(token, turning)).status).toBe(401)
  })

  it('that are given up take the tokens along that were good with them', async () => {
    const turning = await openIsolatedTestService()
    const { issuer } = turning
    const claims = { sub: newUserId(), exp: Math.floor(Date.now() / 1000) + 3_600 }
    const token = await issuer.token(claims)
    for (let time = 0; time < 3; time++) expect((await askWith(token, turning)).status).toBe(200)
    issuer.published.splice(0, 1, await createKey('next'))
    expect((await askWith(token, turning)).status).toBe(200)
    afterSeconds(601)
    expect((await askWith(token, turning)).status).toBe(401)
  })

  it('that others have taken the place of make no token good any more', async () => {
    const turning = await openIsolatedTestService()
    const { issuer } = turning
    const old = await issuer.token({ sub: newUserId() })
    expect((await askWith(old, turning)).status).toBe(200)
    const next = await createKey('next')
    issuer.published.splice(0, 1, next)
    afterSeconds(31)
    expect((await askWith(old, turning)).status).toBe(200)
    const token = await issuer.token({ sub: newUserId() }, { key: next })
    expect((await askWith(token, turning)).status).toBe(200)
    expect((await askWith(old, turning)).status).toBe(401)
  })

  it('make a token good until it expires, however often it was good before', async () => {
    const turning = await openIsolatedTestService()
    const exp = Math.floor(Date.now() / 1000) + 300
    const token = await turning.issuer.token({ sub: newUserId(), exp })
    for (let time = 0; time < 3; time++) expect((await askWith(token, turning)).status).toBe(200)
    afterSeconds(290)
    expect((await askWith(token, turning)).status).toBe(200)
    afterSeconds(16)
    expect((await askWith(token, turning)).status).toBe(401)
  })

  it('are asked for once at most, by a thousand tokens with key ids that nobody has', async () => {
    const { issuer } = app
    await askWith(await issuer.token({ sub: newUserId() }))
    afterSeconds(31)
    const tokens = await Promise.all(
      Array.from({ length: 1000 }, () =>
        issuer.token({ sub: newUserId() }, { header: { kid: randomUUID() } }),
      ),
    )
    const before = issuer.state.fetches
    const statuses = new Set<number>()
    while (tokens.length > 0) {
      // Wave after wave, so that no wave hides behind the fetch of the one before.
      const wave = tokens.splice(0, 100).map(async (token) => {
        const { statusCode } = await app.server.app.inject({
          method: 'POST',
          url: '/graphql',
          headers: { 'x-gateway-secret': gatewaySecret, authorization: `Bearer ${token}` },
          payload: { query: '{ viewer { id } }' },
        })
        statuses.add(statusCode)
      })
      await Promise.all(wave)
    }
    expect(statuses).toEqual(new Set([401]))
    // None when the machine is so busy that the one fetch ran out of time: the known keys then
    // stay.
    expect(issuer.state.fetches - before).toBeLessThanOrEqual(1)
  })

  it('go on working when the issuer is down, long after they were read', async () => {
    const lonely = await openIsolatedTestService()
    const { issuer } = lonely
    expect((await askWith(await issuer.token({ sub: newUserId() }), lonely)).status).toBe(200)
    issuer.state.down = true
    for (const minutes of [1, 11, 30]) {
      afterSeconds(minutes * 60)
      const token = await issuer.token({ sub: newUserId() })
      expect((await askWith(token, lonely)).status).toBe(200)
    }
  })

  it('are not lost when something else answers in the issuer’s place', async () => {
    const answers = { body: '' }
    const lonely = await openIsolatedTestService({ AUTH_JWKS_URL: await startPublisher(answers) })
    answers.body = JSON.stringify({ keys: lonely.issuer.published.map((key) => key.publicJwk) })
    const ask = async () =>
      (await askWith(await lonely.issuer.token({ sub: newUserId() }), lonely)).status
    expect(await ask()).toBe(200)
    for (const [index, body] of ['<html>Sorry</html>', '', '[]', '{"keys":7}', 'null'].entries()) {
      answers.body = body
      afterSeconds((index + 1) * 11 * 60)
      expect(await ask(), body).toBe(200)
    }
  })

  /** A token as an issuer would make it that signs by a way of its own. */
  const signedBy = (
    header: object,
    claims: object,
    key: KeyObject,
    hash: string | null = 'sha256',
  ) => {
    const signed = [header, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    return `${signed}.${sign(hash, Buffer.from(signed), key).toString('base64url')}`
  }
  const claimsOf = ({ issuer }: TestService) => {
    const now = Math.floor(Date.now() / 1000)
    const { url: iss, audience: aud } = issuer
    return { sub: newUserId(), iss, aud, iat: now, exp: now + 600 }
  }
  /**
   * A test service in production whose issuer publishes exactly this, and a log that can be read
   * back.
   */
  const openPublishing = async (keys: readonly unknown[]) => {
    const answers = { body: JSON.stringify({ keys }), fetches: 0 }
    const lines: string[] = []
    const opened = await openIsolatedTestService(
      { AUTH_JWKS_URL: await startPublisher(answers), NODE_ENV: 'production', LOG_LEVEL: 'warn' },
      { write: (line) => void lines.push(line) },
    )
    return { opened, answers, lines }
  }

  it('that cannot be used make their tokens bad, not ours to be sorry for', async () => {
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const long = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const good = await createKey('good')
    const { opened, answers, lines } = await openPublishing([
      'rubbish',
      7,
      null,
      [],
      {},
      { kid: 'no kty' },
      { kid: 'odd kty', kty: { toString: 1 } },
      { kty: 'RSA', kid: 'odd alg', alg: { toString: 1 } },
      { kty: 'EC', kid: 'odd number of operations', key_ops: 7 },
      { ...short.publicKey.export({ format: 'jwk' }), kid: 'short', alg: 'RS256' },
      { ...short.publicKey.export({ format: 'jwk' }), kid: 'short without alg' },
      { kty: 'RSA', kid: 'certificate only', x5c: ['MIIB'], use: 'sig' },
      { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', alg: 'ES256', kid: 'damaged' },
      { kty: 'EC', crv: 'P-256', x: 7, kid: 'odd' },
      { kty: 'oct', k: 'c2VjcmV0', alg: 'HS256', kid: 'shared' },
      { ...long.privateKey.export({ format: 'jwk' }), kid: 'private' },
      { ...long.publicKey.export({ format: 'jwk' }), kid: 'for encryption', use: 'enc' },
      { ...long.publicKey.export({ format: 'jwk' }), kid: 'odd operations', key_ops: 'verify' },
      { ...long.publicKey.export({ format: 'jwk' }), kid: 'odd ext', ext: 'yes' },
      good.publicJwk,
    ])
    for (const [kid, key] of [
      ['short', short.privateKey],
      ['short without alg', short.privateKey],
      ['certificate only', long.privateKey],
      ['private', long.privateKey],
      ['for encryption', long.privateKey],
      ['odd operations', long.privateKey],
      ['odd ext', long.privateKey],
    ] as const) {
      const token = signedBy({ alg: 'RS256', kid }, claimsOf(opened), key)
      for (let time = 0; time < 4; time++)
        expect({ kid, ...(await askWith(token, opened)) }).toMatchObject({ kid, status: 401 })
    }
    for (const kid of ['damaged', 'odd', 'no kty']) {
      const token = await opened.issuer.token({ sub: newUserId() }, { header: { kid } })
      expect({ kid, ...(await askWith(token, opened)) }).toMatchObject({ kid, status: 401 })
    }
    const token = await opened.issuer.token({ sub: newUserId() }, { key: good })
    expect((await askWith(token, opened)).status).toBe(200)
    expect(lines).toEqual([])
    expect(answers.fetches).toBe(1)
  })

  it('may sign by Ed25519 under its new name and its old one, whichever the key has', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const jwk = publicKey.export({ format: 'jwk' })
    const { opened } = await openPublishing([
      { ...jwk, kid: 'new', alg: 'Ed25519' },
      { ...jwk, kid: 'old', alg: 'EdDSA' },
      { ...jwk, kid: 'neither' },
    ])
    for (const kid of ['new', 'old', 'neither'])
      for (const alg of ['Ed25519', 'EdDSA']) {
        const token = signedBy({ alg, kid }, claimsOf(opened), privateKey, null)
        expect({ kid, alg, ...(await askWith(token, opened)) }).toMatchObject({
          kid,
          alg,
          status: 200,
        })
      }
    const stranger = generateKeyPairSync('ed25519').privateKey
    const forged = signedBy({ alg: 'Ed25519', kid: 'new' }, claimsOf(opened), stranger, null)
    expect((await askWith(forged, opened)).status).toBe(401)
  })

  it('without a name, or of one name, are tried one after the other', async () => {
    const [one, other, stranger] = await Promise.all(['x', 'x', 'x'].map(createKey))
    for (const kid of [undefined, 'same']) {
      const publicKeys = [one, other].map((key) => ({ ...key?.publicJwk, kid }))
      const { opened, lines } = await openPublishing(publicKeys)
      for (const [key, status] of [
        [one, 200],
        [other, 200],
        [stranger, 401],
      ] as const) {
        const token = await opened.issuer.token(
          { sub: newUserId() },
          { ...(key && { key }), header: { kid } },
        )
        for (let time = 0; time < 4; time++)
          expect((await askWith(token, opened)).status).toBe(status)
      }
      const old = await opened.issuer.token(
        { sub: newUserId(), exp: 1 },
        { ...(other && { key: other }), header: { kid } },
      )
      const { status, body } = await askWith(old, opened)
      expect({ status, said: body.errors?.[0]?.message }).toEqual({
        status: 401,
        said: 'The token has expired.',
      })
      expect(lines).toEqual([])
    }
  })

  it('without a name are read again when one has taken the place of another', async () => {
    const [one, next] = await Promise.all([createKey('x'), createKey('x')])
    const nameless = (key: typeof one) => ({ ...key.publicJwk, kid: undefined })
    const { opened, answers } = await openPublishing([nameless(one)])
    const tokenOf = (key: typeof one) =>
      opened.issuer.token({ sub: newUserId() }, { key, header: { kid: undefined } })
    expect((await askWith(await tokenOf(one), opened)).status).toBe(200)
    answers.body = JSON.stringify({ keys: [nameless(next)] })
    expect((await askWith(await tokenOf(next), opened)).status).toBe(401)
    afterSeconds(31)
    expect((await askWith(await tokenOf(next), opened)).status).toBe(200)
    for (let time = 0; time < 10; time++)
      expect((await askWith(await tokenOf(one), opened)).status).toBe(401)
    expect(answers.fetches).toBe(2)
  })

  it('that could never be read make every token unjudgeable: 503, and one fetch in five seconds', async () => {
    for (const body of ['<html>Sorry</html>', '{"keys":7}', null]) {
      afterSeconds(0)
      const answers = { body, fetches: 0 }
      const lonely = await openIsolatedTestService({ AUTH_JWKS_URL: await startPublisher(answers) })
      const ask = async () => askWith(await lonely.issuer.token({ sub: newUserId() }), lonely)
      for (const { status, body: answer } of await Promise.all(Array.from({ length: 20 }, ask))) {
        expect(status).toBe(503)
        expect(answer.errors).toEqual([
          {
            message: 'The signing keys of the token issuer could not be loaded.',
            extensions: { code: 'INTERNAL_SERVER_ERROR' },
          },
        ])
      }
      expect((await ask()).status).toBe(503)
      expect(answers.fetches).toBe(1)
      expect((await askWith(null, lonely)).status).toBe(200)

      answers.body = JSON.stringify({ keys: lonely.issuer.published.map((key) => key.publicJwk) })
      afterSeconds(6)
      expect((await ask()).status).toBe(200)
      expect(answers.fetches).toBe(2)
      vi.useRealTimers()
    }
  })

  /**
   * Publishes whatever it is told, as an issuer would its keys; null is an outage. Gives its
   * address.
   */
  async function startPublisher(answers: { body: string | null; fetches?: number }) {
    const server = createServer((_request, response) => {
      answers.fetches = (answers.fetches ?? 0) + 1
      response.statusCode = answers.body === null ? 500 : 200
      response.end(answers.body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    })
    return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`
  }
})

describe('who may do what', () => {
  type Who = 'nobody' | 'viewer' | 'service'
  /**
   * Every root field, on another person's `$id`, with those who may use it. A new field needs a
   * line here.
   */
  const rights: Record<string, [field: string, ...allowed: Who[]]> = {
    'Query.viewer': ['viewer { id }', 'nobody', 'viewer', 'service'],
    'Query.user': ['user(id: $id) { id }', 'nobody', 'viewer', 'service'],
    'Query.fetch__User': ['fetch__User(id: $id) { id }', 'nobody', 'viewer', 'service'],
    'Query.relationships': ['relationships(userIds: [$id]) { isContact }', 'viewer'],
    'Query.interactions': [
      'interactions(pairs: [{ actorId: $id, otherId: $id }]) { see }',
      'service',
    ],
    'Query.interactionsWithin': ['interactionsWithin(userIds: [$id]) { see }', 'service'],
    'Query.hiddenFrom': ['hiddenFrom(userId: $id) { totalCount }', 'service'],
    'Query.socialInsights': [
      'socialInsights(from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z") { from }',
      'service',
    ],
    'Query.userByUsername': [
      'userByUsername(username: "alice") { id }',
      'nobody',
      'viewer',
      'service',
    ],
    'Query.searchUsers': ['searchUsers(query: "al") { totalCount }', 'nobody', 'viewer', 'service'],
    'Query.usernameAvailability': [
      'usernameAvailability(username: "alice") { available }',
      'nobody',
      'viewer',
      'service',
    ],
    'Mutation.claimUsername': ['claimUsername(username: "alice") { changed }', 'viewer'],
    'Mutation.updateProfile': ['updateProfile(profile: {}) { changed }', 'viewer'],
    'Mutation.addContact': ['addContact(userId: $id) { changed }', 'viewer'],
    'Mutation.removeContact': ['removeContact(userId: $id) { changed }', 'viewer'],
    'Mutation.followUser': ['followUser(userId: $id) { changed }', 'viewer'],
    'Mutation.unfollowUser': ['unfollowUser(userId: $id) { changed }', 'viewer'],
    'Mutation.removeFollower': ['removeFollower(userId: $id) { changed }', 'viewer'],
    'Mutation.requestFriend': ['requestFriend(userId: $id) { changed }', 'viewer'],
    'Mutation.cancelFriendRequest': ['cancelFriendRequest(requestId: $id) { changed }', 'viewer'],
    'Mutation.respondFriendRequest': [
      'respondFriendRequest(requestId: $id, decision: REJECT) { changed }',
      'viewer',
    ],
    'Mutation.removeFriend': ['removeFriend(userId: $id) { changed }', 'viewer'],
    'Mutation.upgradeFriendship': [
      'upgradeFriendship(userId: $id, level: CLOSE) { changed }',
      'viewer',
    ],
    'Mutation.blockUser': ['blockUser(userId: $id) { changed }', 'viewer'],
    'Mutation.unblockUser': ['unblockUser(userId: $id) { changed }', 'viewer'],
    'Mutation.updatePrivacySettings': [
      'updatePrivacySettings(settings: { discoverable: true }) { changed }',
      'viewer',
    ],
    'Query.contactLinkPreview': ['contactLinkPreview(token: "none") { label }', 'viewer'],
    'Mutation.createContactLink': ['createContactLink { changed }', 'viewer'],
    'Mutation.revokeContactLink': ['revokeContactLink(id: $id) { changed }', 'viewer'],
    'Mutation.consumeContactLink': ['consumeContactLink(token: "none") { changed }', 'viewer'],
    'Mutation.registerUsers': ['registerUsers(ids: [$id]) { changed }', 'service'],
    'Mutation.dismissSuggestion': ['dismissSuggestion(userId: $id) { changed }', 'viewer'],
    'Mutation.restoreSuggestion': ['restoreSuggestion(userId: $id) { changed }', 'viewer'],
    'Mutation.recordSuggestionsShown': [
      'recordSuggestionsShown(feedbackIds: []) { changed }',
      'viewer',
    ],
    'Mutation.heartbeat': ['heartbeat { changed }', 'viewer'],
    'Mutation.recordGameFacts': ['recordGameFacts(facts: []) { changed }', 'service'],
  }

  it('is said here for every root field', () => {
    const fields = resolvers.flatMap((ofNoun) =>
      Object.entries(ofNoun as Record<string, object>)
        .filter(([type]) => type === 'Query' || type === 'Mutation')
        .flatMap(([type, noun]) => Object.keys(noun).map((field) => `${type}.${field}`)),
    )
    expect(Object.keys(rights).sort()).toEqual(fields.sort())
  })

  for (const [name, [field, ...allowed]] of Object.entries(rights)) {
    it(`${name}: ${allowed.join(', ')}`, async () => {
      const [alice, bob] = await app.people('alice', 'bob')
      const askers = { nobody: app.nobody, viewer: alice, service: app.service }
      const kind = name.startsWith('Query.') ? 'query' : 'mutation'
      const variables = field.includes('$id') ? '($id: ID!)' : ''
      for (const who of ['nobody', 'viewer', 'service'] as const) {
        const { errors } = await askers[who].ask(`${kind} ${variables} { ${field} }`, {
          id: bob.id,
        })
        const refusal = who === 'nobody' ? 'UNAUTHENTICATED' : 'FORBIDDEN'
        const codes = errors.map(({ extensions }) => extensions.code)
        expect({ who, codes }).toEqual({ who, codes: allowed.includes(who) ? [] : [refusal] })
      }
    })
  }

  it('a person’s token with the service’s scope is still only that person', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const asker = app.asker(() =>
      app.issuer.token({ sub: alice.id, scope: 'connections:service', client_id: 'games' }),
    )
    const { data } = await asker.ask('{ viewer { id } }')
    expect(data).toEqual({ viewer: { id: alice.id } })
    const register = await asker.ask(
      'mutation ($ids: [ID!]!) { registerUsers(ids: $ids) { changed } }',
      {
        ids: [newUserId()],
      },
    )
    expect(register.errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN'])
    const contacts = await asker.ask(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { contacts { totalCount } } } }',
      { r: [{ __typename: 'User', id: bob.id }] },
    )
    expect(contacts.errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN'])
  })

  it('a service is no viewer', async () => {
    expect((await app.service.ask('{ viewer { id } }')).data).toEqual({ viewer: null })
  })
})
