import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { subjectId } from '../../../src/server/auth/subject-id.ts'
import { runHere } from '../../support/command-line.ts'
import {
  openIsolatedTestService,
  openTestService,
  type TestService,
} from '../../support/test-service.ts'
import { fromGateway, send } from '../../support/wire.ts'

const namespace = '6f7a1d2e-5c40-4c1b-9a43-0a6b2d1c9e55'
const external = {
  NODE_ENV: 'production',
  AUTH_SUBJECT: 'external',
  AUTH_SUBJECT_NAMESPACE: namespace.toUpperCase(),
}
const app = await openTestService(external)

/** One question with a token of these claims. */
async function ask(claims: Record<string, unknown>, query = '{ viewer { id } }', asked = app) {
  const token = await asked.issuer.token(claims)
  const { status, body } = await send(asked.server.url, {
    headers: fromGateway(token),
    body: JSON.stringify({ query }),
  })
  const { data, errors } = JSON.parse(body) as {
    data?: { viewer: { id: string } | null }
    errors?: { message: string; extensions: { code: string } }[]
  }
  return { status, id: data?.viewer?.id ?? null, data, errors }
}

const countUsers = async ({ admin }: TestService) =>
  (await admin.query<{ count: number }>('select count(*)::int from users')).rows[0]?.count

describe('a subject of the auth service, made an id', () => {
  it('is the UUID that RFC 9562 makes of the same name', () => {
    const dns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8'
    expect(subjectId(dns, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2')
  })

  const subjects: Record<string, string> = {
    Auth0: 'auth0|507f1f77bcf86cd799439020',
    'Auth0 with Google': 'google-oauth2|103547991597142817347',
    Firebase: 'xJ8yCzqWm9Xk2ZQb1vR3sT5uN7p2',
    Clerk: 'user_2NNEqL2nrIRdJ194ndJqAHwEfxC',
    'an address': 'Zoë.Müller+test@example.com',
    'a UUID': '5E0F7A52-3c0b-4a0e-9d4f-6f6f1c1d2e3f',
    'a text of 255 bytes': 'é'.repeat(127) + 'x',
    emoji: '🦊',
  }
  it.each(Object.entries(subjects))(
    'is the same id of %s each time, in each process, and on the command line',
    async (_from, sub) => {
      const ids = []
      for (let time = 0; time < 4; time++) ids.push((await ask({ sub })).id)
      const printed = await runHere(['users', 'id', '--', sub], external)
      expect(printed).toMatchObject({ code: 0, errors: '' })
      expect(new Set([...ids, subjectId(namespace, sub)])).toEqual(new Set([printed.output]))
      expect(printed.output).toMatch(
        /^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
      )
      const { rowCount } = await app.admin.query('select from users where id = $1', [ids[0]])
      expect(rowCount).toBe(1)
    },
  )

  it('is another id when a letter, a case or a blank differs, and in another namespace', () => {
    const ids = ['alice', 'Alice', 'alice ', ' alice', 'alic', 'ａlice'].map((subject) =>
      subjectId(namespace, subject),
    )
    const elsewhere = subjectId('00000000-0000-4000-8000-000000000001', 'alice')
    expect(new Set([...ids, elsewhere]).size).toBe(7)
  })

  it.each([
    ['empty', ''],
    ['blank', ' \u3000\t'],
    ['with NUL', 'auth0|5\u0000'],
    ['with a newline', 'auth0|5\n'],
    ['with half a surrogate pair', 'auth0|\ud83e'],
    ['with the other half', '\udd8aauth0'],
    ['of 256 bytes', 'x'.repeat(256)],
    ['of 128 letters and 256 bytes', 'é'.repeat(128)],
  ])('is refused as a bad token, and nobody is registered: %s', async (_which, sub) => {
    const before = await countUsers(app)
    const { status, errors } = await ask({ sub })
    expect({ status, code: errors?.[0]?.extensions.code }).toEqual({
      status: 401,
      code: 'UNAUTHENTICATED',
    })
    expect(await countUsers(app)).toBe(before)
  })
})

describe('a backend beside external subjects', () => {
  const query =
    '{ hiddenFrom(userId: "5e0f7a52-3c0b-4a0e-9d4f-6f6f1c1d2e3f") { totalCount } viewer { id } }'
  const scope = 'openid connections:service'

  it.each([
    ['RFC 9068', { sub: 'games', client_id: 'games' }],
    ['Auth0', { sub: 'kxj3A@clients', azp: 'kxj3A' }],
    ['the dev stack', { sub: 'service:games', client_id: 'games' }],
  ])('is known by a token that is its client’s own, as %s writes it', async (_who, claims) => {
    const { status, data } = await ask({ ...claims, scope }, query)
    expect({ status, data }).toEqual({
      status: 200,
      data: { hiddenFrom: { totalCount: 0 }, viewer: null },
    })
  })

  it.each([
    ['another subject', { sub: 'auth0|507f1f77bcf86cd799439020', client_id: 'web' }],
    ['no client', { sub: 'games' }],
    ['an empty client', { sub: '@clients', client_id: '' }],
    ['a client that is no text', { sub: 'games', client_id: ['games'] }],
  ])('is not known by the scope alone: %s is refused', async (_which, claims) => {
    const before = await countUsers(app)
    expect((await ask({ ...claims, scope }, query)).status).toBe(401)
    expect(await countUsers(app)).toBe(before)
  })

  it('is a person like any other without the scope', async () => {
    const { data } = await ask({ sub: 'games', client_id: 'games' })
    expect(data).toEqual({ viewer: { id: subjectId(namespace, 'games') } })
  })
})

describe('subjects that are ids', () => {
  it('stay what they are, and other texts stay refused', async () => {
    const usual = await openIsolatedTestService({ NODE_ENV: 'production' })
    const sub = '5E0F7A52-3c0b-4a0e-9d4f-6f6f1c1d2e3f'
    expect((await ask({ sub }, undefined, usual)).id).toBe(sub.toLowerCase())
    expect((await ask({ sub: 'auth0|5' }, undefined, usual)).status).toBe(401)
  })
})

describe('`users id`', () => {
  it('prints one id a line, or JSON', async () => {
    const subjects = ['auth0|5', 'auth0|6']
    const ids = subjects.map((subject) => subjectId(namespace, subject))
    const lines = await runHere(['users', 'id', ...subjects, '--namespace', namespace])
    expect(lines).toEqual({ code: 0, output: ids.join('\n'), errors: '' })
    const { output } = await runHere(['users', 'id', ...subjects, '--json'], external)
    expect(JSON.parse(output)).toEqual(
      subjects.map((subject, place) => ({ subject, id: ids[place] })),
    )
  })

  it('prints the subject itself where subjects are ids', async () => {
    const sub = '5E0F7A52-3c0b-4a0e-9d4f-6f6f1c1d2e3f'
    expect(await runHere(['users', 'id', sub])).toMatchObject({
      code: 0,
      output: sub.toLowerCase(),
    })
    expect(await runHere(['users', 'id', sub, 'auth0|5'])).toEqual({
      code: 1,
      output: '',
      errors: '"auth0|5" is not a UUID',
    })
  })

  it('says what is wrong with a subject, and with the variables', async () => {
    const blank = await runHere(['users', 'id', ' ', '--namespace', namespace])
    expect(blank).toMatchObject({ code: 1, errors: expect.stringContaining('" " is blank') })
    const bad = await runHere(['users', 'id', 'x', '--namespace', 'my-namespace'])
    expect(bad).toEqual({
      code: 2,
      output: '',
      errors: 'AUTH_SUBJECT_NAMESPACE: must be a UUID',
    })
    const none = await runHere(['users', 'id', 'x'], { AUTH_SUBJECT: 'external' })
    expect(none).toMatchObject({ code: 2, errors: expect.stringContaining('required') })
  })
})

describe('docs/guides/authentication.md', () => {
  it('has the ids that its subjects are made', () => {
    const guide = readFileSync(
      new URL('../../../docs/guides/authentication.md', import.meta.url),
      'utf8',
    )
    const rows = [...guide.matchAll(/^\| \w.*\| `(.+)` +\| `([\da-f-]{36})` \|$/gm)]
    expect(rows).toHaveLength(4)
    for (const [, subject = '', id] of rows)
      expect(subjectId(namespace, subject.replaceAll('\\|', '|'))).toBe(id)
  })
})
