import { Trace } from '@apollo/usage-reporting-protobuf'
import { describe, expect, it } from 'vitest'
import {
  gatewaySecret,
  openTestService,
  type Person,
  type TestService,
} from '../../support/test-service.ts'

const serviceSecret = 'the-secret-of-the-games-service'
const production = { NODE_ENV: 'production', GATEWAY_SECRETS: gatewaySecret }
const [silent, traced] = await Promise.all([
  openTestService(production),
  openTestService({ ...production, FIELD_TRACES: 'on', SERVICE_SECRETS: `games:${serviceSecret}` }),
])

const asked = { 'apollo-federation-include-trace': 'ftv1' }
const Contacts = 'query Contacts { viewer { mine: contacts { totalCount } } }'

interface Body {
  readonly data?: unknown
  readonly errors?: readonly object[]
  readonly extensions?: { readonly ftv1?: string }
}

async function send(
  app: TestService,
  token: string | null,
  headers: Record<string, string> = {},
): Promise<Body> {
  const { body } = await app.server.app.inject({
    method: 'POST',
    url: '/graphql',
    headers: {
      'x-gateway-secret': gatewaySecret,
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    payload: { query: Contacts },
  })
  return JSON.parse(body) as Body
}

/** The fields that a trace has times of, as paths. */
function fieldsOf({ extensions }: Body): string[] {
  const walk = (node: Trace.INode, path: string): string[] =>
    (node.child ?? []).flatMap((child) => {
      const here = `${path}${String(child.responseName)}`
      return [here, ...walk(child, `${here}.`)]
    })
  const text = extensions?.ftv1
  if (text === undefined) return []
  const { root } = Trace.decode(Buffer.from(text, 'base64'))
  return root == null ? [] : walk(root, '')
}

const paths = ['viewer', 'viewer.mine', 'viewer.mine.totalCount']

describe('the times of fields', () => {
  it('are told to a gateway that asks, each time anew, with FIELD_TRACES=on; the answer is the same', async () => {
    const [alice] = await traced.people('alice')
    const token = await alice.token()
    const untraced = await send(traced, token)
    // Often enough to be compiled before anybody asks for a trace.
    for (let time = 0; time < 3; time++) expect(await send(traced, token)).toEqual(untraced)
    for (let time = 0; time < 4; time++) {
      const { extensions, ...answer } = await send(traced, token, asked)
      expect(answer).toEqual(untraced)
      expect(fieldsOf({ extensions: { ...extensions } })).toEqual(paths)
      expect(await send(traced, token)).toEqual(untraced)
    }
  })

  it('are told to nobody by default, and to nobody who does not ask', async () => {
    const token = async (person: Person) => person.token()
    const [alice] = await silent.people('alice')
    for (let time = 0; time < 4; time++)
      expect(await send(silent, await token(alice), asked)).not.toHaveProperty('extensions')
    const [bob] = await traced.people('bob')
    expect(await send(traced, await token(bob))).not.toHaveProperty('extensions')
    const other = { 'apollo-federation-include-trace': 'ftv2' }
    expect(await send(traced, await token(bob), other)).not.toHaveProperty('extensions')
  })

  it('are not told to a backend with a secret of its own, nor to somebody with none', async () => {
    const token = await traced.service.token()
    const own = { ...asked, 'x-gateway-secret': serviceSecret }
    const answer = await send(traced, token, own)
    expect(answer).toEqual({ data: { viewer: null } })
    const refused = await send(traced, token, { ...asked, 'x-gateway-secret': 'a-wrong-secret' })
    expect(refused).not.toHaveProperty('extensions')
    expect(refused.errors).toHaveLength(1)
  })

  it('have the errors of fields without what they say', async () => {
    const [alice] = await traced.people('alice')
    await traced.admin.query('alter table user_contacts rename to contacts_of_users')
    try {
      const { extensions } = await send(traced, await alice.token(), asked)
      const trace = Buffer.from(extensions?.ftv1 ?? '', 'base64').toString('latin1')
      expect(trace).toContain('<masked>')
      expect(trace).not.toMatch(/user_contacts|relation|42P01/)
    } finally {
      await traced.admin.query('alter table contacts_of_users rename to user_contacts')
    }
  })
})
