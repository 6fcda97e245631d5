import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/limits.ts'
import { openTestService } from '../../support/test-service.ts'
import { fromGateway, send } from '../../support/wire.ts'

// GraphQL over HTTP: in `application/json` a status says nothing of GraphQL, and gateways take any
// but 200 for a subgraph that fails.

const app = await openTestService({ NODE_ENV: 'production' })
const { request } = limits
const repeated = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ')
const lists = (levels: number): string =>
  levels === 0 ? 'id' : `friends(first: 100) { edges { node { ${lists(levels - 1)} } } }`
const single = (levels: number): string =>
  levels === 0 ? 'id' : `contacts(first: 1) { edges { node { ${single(levels - 1)} } } }`

const overLimits: Readonly<Record<string, string>> = {
  'its cost': `{ viewer { ${lists(3)} } }`,
  'its depth': `{ viewer { ${single(6)} } }`,
  'its tokens': `{ ${repeated(request.tokens, (index) => `a${String(index)}: __typename`)} }`,
  'its fields': `{ viewer { ...f ...f ...f ...f } } fragment f on User { ${repeated(300, (index) => `a${String(index)}: id`)} }`,
  'its directives': `query ($yes: Boolean!) { viewer { ${repeated(request.directives + 1, (index) => `a${String(index)}: id @include(if: $yes)`)} } }`,
}
const wrong: Readonly<Record<string, string>> = {
  'a syntax error': '{ viewer {',
  'an unknown field': '{ viewer { shoeSize } }',
  'a variable that is missing': 'query ($id: ID!) { relationships(userIds: [$id]) { isContact } }',
  'a mistake beside too many directives': `{ viewer { shoeSize ${repeated(60, (index) => `a${String(index)}: id @include(if: true)`)} } }`,
}

/** How a document is answered to somebody who accepts these media types. */
async function ask(query: string, accept: string | null) {
  const [alice] = await app.people('alice')
  const headers = { ...fromGateway(await alice.token()), ...(accept !== null && { accept }) }
  const variables = query.includes('$yes') ? { yes: true } : {}
  const reply = await send(app.server.url, {
    headers,
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = JSON.parse(reply.body) as { data?: unknown; errors: unknown[] }
  expect({ data, errors: errors.length > 0 }).toEqual({ data: undefined, errors: true })
  return { status: reply.status, type: String(reply.headers['content-type']).split(';')[0] }
}

const json = 'application/json'
const graphql = 'application/graphql-response+json'

describe.each(Object.entries(overLimits))('a document that is refused for %s', (_what, query) => {
  it.each([[null], [json], ['*/*'], [`${json}, ${graphql};q=0.5`]])(
    'is answered with 200 to who accepts %s',
    async (accept) => {
      expect(await ask(query, accept)).toEqual({ status: 200, type: json })
    },
  )

  it('is answered with 400 to who takes answers of GraphQL', async () => {
    expect(await ask(query, graphql)).toEqual({ status: 400, type: graphql })
    expect(await ask(query, `${graphql}, ${json};q=0.5`)).toEqual({ status: 400, type: graphql })
  })
})

describe.each(Object.entries(wrong))('a document that is refused for %s', (_what, query) => {
  it('is answered with 400 to everybody', async () => {
    for (const accept of [null, json, graphql])
      expect((await ask(query, accept)).status, String(accept)).toBe(400)
  })
})
