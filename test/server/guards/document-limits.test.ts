import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { getIntrospectionQuery } from 'graphql'
import { afterEach, describe, expect, it } from 'vitest'
import { limits } from '../../../src/limits.ts'
import { isOverLimit } from '../../../src/server/guards/limit-status.ts'
import { cpuTimeOf } from '../../support/cpu-time.ts'
import { newUserId, openTestService } from '../../support/test-service.ts'
import { fromGateway, send, type Sent } from '../../support/wire.ts'

const app = await openTestService()
const production = await openTestService({ NODE_ENV: 'production' })
const { request } = limits

interface Body {
  data?: unknown
  errors?: { message: string; extensions: { code: string } }[]
}

/** One question over a socket, as a person who is signed in. */
async function ask(sent: Sent | { query: string; variables?: object }, asked = production) {
  const [alice] = await asked.people('alice')
  const headers = fromGateway(await alice.token())
  const { url } = asked.server
  const reply =
    'query' in sent
      ? await send(url, { headers, body: JSON.stringify(sent) })
      : await send('path' in sent ? String(sent.path) : url, {
          ...sent,
          headers: { ...headers, ...sent.headers },
        })
  const body = JSON.parse(reply.body) as Body
  const codes = body.errors?.map(({ extensions }) => extensions.code) ?? []
  return { status: reply.status, body, codes, messages: body.errors?.map(({ message }) => message) }
}

afterEach(async () => {
  // Whatever a test sent: nobody who comes next is the worse for it.
  const took = await cpuTimeOf(async () => {
    expect(await ask({ query: '{ viewer { __typename } }' })).toMatchObject({
      status: 200,
      body: { data: { viewer: { __typename: 'User' } } },
    })
  })
  expect(took).toBeLessThan(5_000)
})

/**
 * Sends what must be refused, and says how: quickly, and as the client's mistake, or with 200 for a
 * limit.
 */
async function refused(question: Parameters<typeof ask>[0]) {
  let answer: Awaited<ReturnType<typeof ask>> | undefined
  const took = await cpuTimeOf(async () => {
    answer = await ask(question)
  })
  expect(took).toBeLessThan(5_000)
  if (answer === undefined) throw new Error('There is no answer.')
  const { status, codes, messages = [], body } = answer
  expect(messages).not.toEqual([])
  if (messages.every(isOverLimit)) expect(status).toBe(200)
  else expect(Math.floor(status / 100)).toBe(4)
  expect(body.data ?? null).toBeNull()
  return { status, codes, messages }
}

/** The same selection so many levels deep. */
const nested = (levels: number, around: (inner: string) => string, innermost: string) =>
  Array.from({ length: levels }).reduce<string>((inner) => around(inner), innermost)
const repeated = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ')

describe('a document that multiplies', () => {
  it('by fragments that spread each other twice is refused', async () => {
    const levels = 25
    const fragments = repeated(
      levels,
      (index) =>
        `fragment f${String(index)} on User { ...f${String(index + 1)} ...f${String(index + 1)} }`,
    )
    const query = `{ viewer { ...f0 } } ${fragments} fragment f${String(levels)} on User { id }`
    expect(query.length).toBeLessThan(1_500)
    expect((await refused({ query })).codes).toEqual(['GRAPHQL_VALIDATION_FAILED'])
  })

  it('by fragments over a list of people who have lists of people is refused', async () => {
    const levels = 12
    const inner = (index: number) => `contacts { edges { node { ...f${String(index + 1)} } } }`
    const fragments = repeated(
      levels,
      (index) => `fragment f${String(index)} on User { a: ${inner(index)} b: ${inner(index)} }`,
    )
    const query = `{ viewer { ...f0 } } ${fragments} fragment f${String(levels)} on User { id }`
    await refused({ query })
  })

  it('by fragments that spread themselves is refused', async () => {
    const query = '{ viewer { ...a } } fragment a on User { ...b } fragment b on User { ...a }'
    expect((await refused({ query })).codes).toContain('GRAPHQL_VALIDATION_FAILED')
  })

  it('by lists within lists is refused, whoever says how long they are', async () => {
    const list = (first: string) => (inner: string) =>
      `contacts(first: ${first}) { edges { node { ${inner} } } }`
    for (const [query, variables] of [
      [`{ viewer { ${nested(3, list('50'), 'id')} } }`],
      [`query ($n: Int) { viewer { ${nested(3, list('$n'), 'id')} } }`, { n: 50 }],
      [`query ($n: Int = 50) { viewer { ${nested(3, list('$n'), 'id')} } }`],
      [`query ($n: Int = 50) { viewer { ${nested(3, list('$n'), 'id')} } }`, { n: 1_000_000_000 }],
    ] as const) {
      const { codes, messages } = await refused({ query, variables: { ...variables } })
      expect(codes).toEqual(['BAD_USER_INPUT'])
      expect(messages[0]).toMatch(/^The operation costs \d+; at most 20000/)
    }
  })

  it('by lists in fragments of fragments is refused', async () => {
    const query = `{ viewer { ...one } }
      fragment one on User { contacts(first: 50) { edges { node { ...two } } } }
      fragment two on User { contacts(first: 50) { edges { node { ... on User { ...three } } } } }
      fragment three on User { contacts(first: 50) { edges { node { id } } } }`
    expect((await refused({ query })).codes).toEqual(['BAD_USER_INPUT'])
  })

  it('by lists of a hundred entities is refused', async () => {
    const query = `query ($r: [_Any!]!) {
      _entities(representations: $r) { ... on User { contacts(first: 50) { edges { node { contacts(first: 50) { edges { node { id } } } } } } } }
    }`
    const r = Array.from({ length: 100 }, () => ({ __typename: 'User', id: newUserId() }))
    expect((await refused({ query, variables: { r } })).codes).toEqual(['BAD_USER_INPUT'])
    expect((await ask({ query, variables: { r: r.slice(0, 5) } })).status).toBe(200)
  })

  it('less than that is answered', async () => {
    const list = (first: number) => (inner: string) =>
      `contacts(first: ${String(first)}) { edges { node { ${inner} } } }`
    for (const query of [
      `{ viewer { ${nested(2, list(100), 'id')} } }`,
      `{ viewer { ${nested(3, list(20), 'id')} } }`,
    ]) {
      expect(await ask({ query })).toMatchObject({ status: 200, codes: [] })
    }
  })
})

describe('a document that is deep', () => {
  const deep = (levels: number) =>
    `{ ${nested(levels - 1, (inner) => `viewer { ${inner} }`, 'id')} }`
  /** One level a field: `viewer`, then contacts, edges and node by turns. */
  const levelsOf = (levels: number) => {
    const names = ['contacts(first: 1)', 'edges', 'node']
    const path = Array.from({ length: levels - 2 }, (_, index) => names[index % 3])
    const innermost = { 0: 'id', 1: 'totalCount', 2: 'cursor' }[(levels - 2) % 3] ?? 'id'
    return `{ viewer { ${path.map((name) => `${String(name)} {`).join(' ')} ${innermost} ${'}'.repeat(path.length)} } }`
  }

  it(`of ${String(request.depth)} levels is answered, of one more refused`, async () => {
    expect(await ask({ query: levelsOf(request.depth) })).toMatchObject({ status: 200, codes: [] })
    const { codes, messages } = await refused({ query: levelsOf(request.depth + 1) })
    expect({ codes, messages }).toEqual({
      codes: ['BAD_USER_INPUT'],
      messages: ['The operation is 13 levels deep; at most 12 are allowed.'],
    })
  })

  it('of fifty levels is refused, through fragments too', async () => {
    await refused({ query: levelsOf(50) })
    await refused({ query: deep(50) })
    const fragments = repeated(
      50,
      (index) =>
        `fragment f${String(index)} on User { contacts(first: 1) { edges { node { ...f${String(index + 1)} } } } }`,
    )
    await refused({ query: `{ viewer { ...f0 } } ${fragments} fragment f50 on User { id }` })
  })

  it('of thousands of brackets is refused', async () => {
    await refused({ query: '{'.repeat(1_900) })
    await refused({ query: deep(900) })
    await refused({ query: `{ viewer { contacts(after: ${'['.repeat(1_900)}` })
    await refused({
      query: `query ($x: ${'['.repeat(900)}Int${']'.repeat(900)}) { viewer { id } }`,
    })
  })
})

describe('a document that is long', () => {
  it('by ten thousand aliases is refused', async () => {
    const query = `{ ${repeated(10_000, (index) => `a${String(index)}: viewer { id }`)} }`
    await refused({ query })
    const short = `{ ${repeated(10_000, () => '_:__typename')} }`
    expect((await refused({ query: short })).codes).toEqual(['GRAPHQL_PARSE_FAILED'])
  })

  it(`by more than ${String(request.fields)} fields is refused, by as many answered`, async () => {
    // The person, three spreads, what is spread three times over, and as many more as are wanted.
    const fields = (count: number) =>
      `{ viewer { ...f ...f ...f ${repeated(count - 1_000, () => 'id')} } }
       fragment f on User { ${repeated(332, (index) => `a${String(index)}: id`)} }`
    expect(await ask({ query: fields(request.fields) })).toMatchObject({ status: 200, codes: [] })
    expect((await refused({ query: fields(request.fields + 1) })).messages).toEqual([
      'Anonymous operation recursively requests too many selections.',
    ])
  })

  it(`by more than ${String(request.tokens)} tokens is refused, by as many answered`, async () => {
    // `{ viewer { } }` is five tokens, `a: id` is three.
    const tokens = (count: number) => {
      const rest = count - 5
      return `{ viewer { ${repeated(Math.floor(rest / 3), (index) => `a${String(index)}: id`)} ${repeated(rest % 3, () => 'id')} } }`
    }
    expect(await ask({ query: tokens(request.tokens) })).toMatchObject({ status: 200, codes: [] })
    expect(await refused({ query: tokens(request.tokens + 1) })).toMatchObject({
      status: 200,
      codes: ['GRAPHQL_PARSE_FAILED'],
    })
  })

  it(`by more than ${String(request.directives)} directives is refused, by as many answered`, async () => {
    const directives = (count: number) =>
      `query ($yes: Boolean = true) { viewer { ${repeated(count, (index) => `a${String(index)}: id @include(if: $yes)`)} } }`
    expect(await ask({ query: directives(request.directives) })).toMatchObject({
      status: 200,
      codes: [],
    })
    const { codes, messages } = await refused({ query: directives(request.directives + 1) })
    expect(codes).toEqual(['GRAPHQL_VALIDATION_FAILED'])
    expect(messages).toEqual(['The document has 51 directives; at most 50 are allowed.'])
  })

  it('by thousands of directives on one field, known or not, is refused', async () => {
    for (const directive of ['@include(if: true)', '@x', '@x@x@x']) {
      await refused({ query: `{ viewer { id ${repeated(3_000, () => directive)} } }` })
    }
    await refused({ query: `{ viewer { id ${repeated(900, () => '@x')} } }` })
  })

  it('tells of five mistakes, not of a thousand', async () => {
    const query = `{ viewer { ${repeated(900, (index) => `x${String(index)}`)} } }`
    expect((await refused({ query })).codes.length).toBeLessThanOrEqual(6)
    const variables = { ids: Array.from({ length: 2_000 }, () => ({})) }
    const ids = await ask({
      query: 'mutation ($ids: [ID!]!) { registerUsers(ids: $ids) { changed } }',
      variables,
    })
    expect(ids.codes).toEqual(['BAD_USER_INPUT'])
  })
})

describe('a request that is large', () => {
  const padded = (bytes: number) => {
    const body = JSON.stringify({ query: '{ viewer { __typename } }' })
    return `${body}${' '.repeat(bytes - body.length)}`
  }

  it('of ten megabytes is refused, whether it says so or not', async () => {
    const body = padded(10_000_000)
    expect(await refused({ body })).toMatchObject({ status: 413, codes: ['BAD_REQUEST'] })
    const chunked = await refused({ headers: { 'transfer-encoding': 'chunked' }, body })
    expect(chunked.status).toBe(413)
  })

  it('as large as is allowed is read, and not a byte more', async () => {
    expect((await ask({ body: padded(request.bodyBytes) })).status).toBe(200)
    expect(await refused({ body: padded(request.bodyBytes + 1) })).toMatchObject({
      status: 413,
      messages: ['The body is too large: at most 512 KiB.'],
    })
  })

  it('of a thousand million contacts is a page of fifty', async () => {
    expect(
      await ask({ query: '{ viewer { contacts(first: 1000000000) { edges { cursor } } } }' }),
    ).toMatchObject({ status: 200, codes: [] })
    const { codes } = await refused({
      query: '{ viewer { contacts(first: 10000000000) { edges { cursor } } } }',
    })
    expect(codes).toEqual(['GRAPHQL_VALIDATION_FAILED'])
  })

  it('of ten thousand representations is refused', async () => {
    const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }'
    const r = Array.from({ length: 10_000 }, () => ({ __typename: 'User', id: newUserId() }))
    expect((await refused({ query, variables: { r } })).status).toBe(413)
    const short = Array.from({ length: 10_000 }, (_, index) => index)
    const { codes } = await ask({ query, variables: { r: short } })
    expect(codes).toEqual(['BAD_USER_INPUT'])
  })

  it('in thousands of headers is refused', async () => {
    // Small enough to be read at once: a connection that is closed with something unread is reset,
    // and the answer may be lost.
    const headers = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, index) => [`x-${String(index)}`, 'x']),
    )
    const reply = await send(production.server.url, { headers: { ...fromGateway(), ...headers } })
    expect(reply.status).toBe(431)
  })
})

describe('text that is odd', () => {
  const odd = ['\u0000', 'a\u0000b', '\ud800', '\udfff\ud800', '\u202e', '\ufeff', '💥'.repeat(500)]

  it('is an id that nobody has', async () => {
    for (const text of odd) {
      const { status, body } = await ask({
        query: `query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { contacts { totalCount } } } }`,
        variables: {
          r: [
            { __typename: 'User', id: text },
            { __typename: text, id: newUserId() },
          ],
        },
      })
      expect({ status, body }).toEqual({ status: 200, body: { data: { _entities: [null, null] } } })
    }
  })

  it('is no cursor, no operation, no document and no variable', async () => {
    for (const text of odd) {
      const cursor = await ask({
        query: 'query ($after: String) { viewer { contacts(after: $after) { totalCount } } }',
        variables: { after: text, [text]: text },
      })
      expect(cursor).toMatchObject({ status: 200, codes: ['BAD_USER_INPUT'] })
      await refused({ body: JSON.stringify({ query: '{ viewer { id } }', operationName: text }) })
      await refused({ query: text })
    }
  })

  it('as keys that would change an object’s nature is refused', async () => {
    for (const body of [
      '{"query":"{ viewer { id } }","__proto__":{"admin":true}}',
      '{"query":"{ viewer { id } }","variables":{"__proto__":{"admin":true}}}',
      '{"query":"{ viewer { id } }","constructor":{"prototype":{"admin":true}}}',
    ]) {
      expect(await refused({ body })).toMatchObject({ status: 400, codes: ['BAD_REQUEST'] })
    }
    expect({}).not.toHaveProperty('admin')
  })
})

describe('a request of the wrong form', () => {
  it('is refused: a list of operations', async () => {
    const body = JSON.stringify([{ query: '{ viewer { id } }' }, { query: '{ viewer { id } }' }])
    expect(await refused({ body })).toMatchObject({ status: 400, codes: ['BAD_REQUEST'] })
  })

  it('is refused: a body that is compressed, with the name of what it is compressed by', async () => {
    const body = gzipSync(JSON.stringify({ query: '{ viewer { id } }' })).toString('latin1')
    for (const encoding of ['gzip', 'br', 'deflate', 'zstd', 'GZIP', 'identity, gzip']) {
      const { status, body: answer } = await ask({
        headers: { 'content-encoding': encoding },
        body,
      })
      expect({ status, answer }).toEqual({
        status: 415,
        answer: {
          errors: [
            {
              message: `Content-Encoding "${encoding}" is not supported. Send the body uncompressed.`,
              extensions: { code: 'BAD_REQUEST' },
            },
          ],
        },
      })
    }
    const odd = await refused({ headers: { 'content-encoding': `<${'x'.repeat(500)}>` }, body })
    expect(odd).toMatchObject({
      status: 415,
      messages: ['This Content-Encoding is not supported. Send the body uncompressed.'],
    })
    for (const encoding of ['identity', '', 'Identity']) {
      const plain = JSON.stringify({ query: '{ viewer { __typename } }' })
      const answer = await ask({ headers: { 'content-encoding': encoding }, body: plain })
      expect(answer.status).toBe(200)
    }
  })

  it('is refused: a mutation by GET', async () => {
    const [alice] = await production.people('alice')
    const query = `mutation { addContact(userId: "${alice.id}") { changed } }`
    const reply = await send(`${production.server.url}?query=${encodeURIComponent(query)}`, {
      method: 'GET',
      headers: fromGateway(await alice.token()),
    })
    expect(reply.status).toBe(405)
    expect(reply.headers['allow']).toBe('POST')
  })

  it('is refused: what a page of another site could make a browser send', async () => {
    const [alice] = await production.people('alice')
    const headers = fromGateway(await alice.token())
    delete headers['content-type']
    const query = encodeURIComponent('{ viewer { id } }')
    const get = await send(`${production.server.url}?query=${query}`, { method: 'GET', headers })
    expect(get.status).toBe(400)
    const body = JSON.stringify({ query: '{ viewer { id } }' })
    for (const type of [
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain',
      'text/plain; application/json',
      'application/jsonx',
      '',
    ]) {
      const { status } = await refused({ headers: { 'content-type': type }, body })
      expect([400, 415], type).toContain(status)
    }
  })

  it('is refused: a hash that stands for a document, with or without it', async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } }
    for (const question of [{ extensions }, { query: '{ viewer { id } }', extensions }]) {
      const { status, codes, body } = await ask({ body: JSON.stringify(question) })
      // The protocol of persisted queries asks for 200 here: clients then send the document.
      expect({ status, codes }).toEqual({ status: 200, codes: ['PERSISTED_QUERY_NOT_SUPPORTED'] })
      expect(body).not.toHaveProperty('data')
    }
  })

  it('is refused: no document, a parsed one, two, half of one', async () => {
    for (const body of [
      '',
      '{}',
      'null',
      '7',
      '"{ viewer { id } }"',
      '{"query":null}',
      '{"query":7}',
      '{"query":{"kind":"Document"}}',
      '{"query":""}',
      '{"query":"{ viewer { id } }","variables":[]}',
      '{"query":"{ viewer { id } }","variables":"{}"}',
      '{"query":"{ viewer { id } }","extensions":[]}',
      '{"query":"query a { viewer { id } } query b { viewer { id } }"}',
      '{"query":"query a { viewer { id } }","operationName":"b"}',
      '{"query":"subscription { viewer }"}',
      '{"query":"fragment a on User { id }"}',
    ]) {
      const { status, codes } = await ask({ body })
      expect({ body, status }).toEqual({ body, status: 400 })
      expect(codes).toHaveLength(1)
    }
  })

  it('is refused: a syntax error, as the client’s mistake', async () => {
    expect(await refused({ query: '{ viewer {' })).toMatchObject({
      status: 400,
      codes: ['GRAPHQL_PARSE_FAILED'],
    })
  })

  it.each([
    'subscription S($if: Boolean!) { relationshipChanged @skip(if: $if) { kind } }',
    'subscription S($if: Boolean!) { ... @include(if: $if) { relationshipChanged { kind } } }',
    'subscription S($if: Boolean!) { ...F @skip(if: $if) } fragment F on Subscription { relationshipChanged { kind } }',
    'subscription S($if: Boolean!) { ...F } fragment F on Subscription { relationshipChanged @skip(if: $if) { kind } ...F }',
    'subscription S { relationshipChanged @skip { kind } }',
    'subscription S { relationshipChanged @include(if: 3) { kind } }',
    'subscription S { relationshipChanged @include(if: null) { kind } }',
    'subscription S { relationshipChanged @skip(if: true) { kind } }',
    'query Q { viewer { id } } subscription S($if: Boolean!) { relationshipChanged @skip(if: $if) { kind } }',
  ])('is refused: a subscription that may be to nothing (%s)', async (query) => {
    const operationName = query.startsWith('query') ? 'Q' : 'S'
    const sent = { query, operationName, variables: { if: true } }
    const { status, codes, messages } = await refused(sent)
    expect({ status, codes, messages }).toEqual({
      status: 400,
      codes: ['GRAPHQL_VALIDATION_FAILED'],
      messages: ['Subscription "S" must not use @skip or @include at the top level.'],
    })
  })

  it('is refused: a variable that is missing, null or of another type', async () => {
    const add = 'mutation ($id: ID!) { addContact(userId: $id) { changed } }'
    const defaulted = 'mutation ($id: ID = "x") { addContact(userId: $id) { changed } }'
    for (const [query, variables] of [
      [add, {}],
      [add, { id: null }],
      [add, { id: [] }],
      [add, { id: { length: 1 } }],
      [defaulted, { id: null }],
      ['query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }', {}],
      ['query ($n: Int) { viewer { contacts(first: $n) { totalCount } } }', { n: 'x' }],
      ['query ($n: Int) { viewer { contacts(first: $n) { totalCount } } }', { n: 1e9 + 0.5 }],
      ['query ($n: Int) { viewer { contacts(first: $n) { totalCount } } }', { n: 1e300 }],
      ['query ($if: Boolean = true) { viewer { id @skip(if: $if) } }', { if: null }],
      ['query ($if: Boolean = true) { ... @include(if: $if) { __typename } }', { if: null }],
      [
        'query ($if: Boolean = true) { ...F @skip(if: $if) } fragment F on Query { __typename }',
        { if: null },
      ],
    ] as const) {
      const { status, codes } = await ask({ query, variables })
      expect({ query, status: status < 500, codes }).toEqual({
        query,
        status: true,
        codes: ['BAD_USER_INPUT'],
      })
    }
  })
})

describe('what the schema looks like', () => {
  it('is told in development', async () => {
    const { status, body } = await ask({ query: getIntrospectionQuery() }, app)
    expect(status).toBe(200)
    expect(body.errors).toBeUndefined()
    const { messages } = await ask({ query: '{ viewr { id } }' }, app)
    expect(messages).toEqual([
      'Cannot query field "viewr" on type "Query". Did you mean "viewer" or "user"?',
    ])
  })

  it('is told to nobody in production, not even in hints', async () => {
    await refused({ query: getIntrospectionQuery() })
    await refused({ query: '{ __schema { types { name } } }' })
    await refused({ query: '{ __type(name: "User") { fields { name } } }' })
    for (const query of [
      '{ viewr { id } }',
      '{ viewer { contact { totalCount } } }',
      '{ viewer { contacts(frist: 1) { totalCount } } }',
      'query ($a: Usr) { viewer { id } }',
      '{ viewer { id @incldue(if: true) } }',
      'mutation { addContac(userId: "x") { changed } }',
    ]) {
      const { messages } = await refused({ query })
      expect(messages.join()).not.toMatch(/did you mean/i)
    }
    const query = `mutation ($id: ID!, $level: FriendshipLevel!) {
      upgradeFriendship(userId: $id, level: $level) { changed }
    }`
    const { messages } = await refused({ query, variables: { id: newUserId(), level: 'FRIENT' } })
    expect(messages).toEqual([
      'Variable "$level" got invalid value "FRIENT"; Value "FRIENT" does not exist in "FriendshipLevel" enum.',
    ])
  })

  it('is told to the gateway in production', async () => {
    const { status, body } = await ask({ query: '{ _service { sdl } }' })
    expect(status).toBe(200)
    const { sdl } = (body.data as { _service: { sdl: string } })._service
    expect(sdl).toContain('type User')
    expect(sdl).toContain('@key(fields: "id"')
  })

  it('and how long its fields took is told to nobody', async () => {
    const { body } = await ask({
      headers: { 'apollo-federation-include-trace': 'ftv1' },
      body: JSON.stringify({ query: '{ viewer { id } }' }),
    })
    expect(Object.keys(body)).toEqual(['data'])
  })
})

describe('memory', () => {
  it('comes back after a hundred documents of the worst kind', async () => {
    const query = `{ ${repeated(600, (index) => `a${String(index)}: viewer { id }`)} }`
    const huge = `{ ${repeated(10_000, () => '_:__typename')} }`
    // What is garbage does not count, whenever it is collected.
    setFlagsFromString('--expose-gc')
    const collectGarbage = runInNewContext('gc') as () => void
    const settle = async () => {
      await new Promise((resolve) => setTimeout(resolve, 50))
      collectGarbage()
      return process.memoryUsage().heapUsed
    }
    for (let round = 0; round < 10; round++) await refused({ query })
    const before = await settle()
    for (let round = 0; round < 50; round++) {
      await Promise.all([refused({ query }), refused({ query: huge })])
    }
    expect((await settle()) - before).toBeLessThan(100 * 1024 * 1024)
  })
})
