import { describe, expect, it } from 'vitest'
import { headOf, parseExample } from '../../../src/dev/explorer/example.ts'
import { readExamples } from '../../../src/dev/explorer/examples.ts'
import { idOf, people } from '../../../src/dev/seed/people.ts'
import { listen, openExplorerHost } from '../../support/explorer-host.ts'

const host = await openExplorerHost()
const examples = await readExamples()

/** Where the page sends an example: to the gateway, unless it says otherwise. */
const endpoints = { subgraph: '/explorer/subgraph', gateway: '/graphql' }

/** Signs in as the page does. */
async function tokenOf(as: string): Promise<string | null> {
  if (as === 'nobody') return null
  const answer = await post(
    '/explorer/sign-in',
    as === 'service' ? { service: true } : { subject: as },
  )
  return answer.body.token
}

async function post(
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
  url = host.url,
) {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, text, body: JSON.parse(text) }
}

async function run(as: string, path: string, query: string, variables = {}) {
  const token = await tokenOf(as)
  const bearer = token === null ? {} : { authorization: `Bearer ${token}` }
  return (await post(path, { query, variables }, bearer)).body
}

describe('an example', () => {
  const streams = (document: string) => /^subscription /m.test(document)

  it.each(examples.filter(({ document }) => !streams(document)))(
    'answers without an error to $as: $title',
    async ({ as, via, document }) => {
      const answer = await run(as, endpoints[via ?? 'gateway'], document)
      expect(answer).not.toHaveProperty('errors')
      expect(Object.values(answer.data).length).toBeGreaterThan(0)
    },
  )

  it.each(examples.filter(({ document }) => streams(document)))(
    'opens a stream for $as: $title',
    async ({ as, via, document }) => {
      const response = await fetch(host.url + endpoints[via ?? 'gateway'], {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream, application/json',
          authorization: `Bearer ${(await tokenOf(as)) ?? ''}`,
        },
        body: JSON.stringify({ query: document }),
      })
      expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
      await response.body?.cancel()
    },
  )

  it('is for somebody who is in the menu of people', () => {
    const known = [...people, 'nobody', 'service']
    expect(examples.filter(({ as }) => !known.includes(as))).toEqual([])
  })

  it('is refused as a file that does not say what it is', () => {
    expect(() => parseExample('1-y/1-x.graphql', '{ viewer { id } }')).toThrow(
      '1-y/1-x.graphql must be in a folder and begin with comments',
    )
    expect(() => parseExample('1-y/1-x.graphql', '# A title\n# As: alice\n')).toThrow()
    expect(() => parseExample('1-x.graphql', '# A title\n# One.\n# As: alice\n')).toThrow()
  })

  it('says who it is for in its first lines, in the editor as in the file', () => {
    const document = '# T\n# One,\n# two.\n# As: bob\n# Via: subgraph\n{ a }'
    expect(headOf(document)).toEqual({
      title: 'T',
      sentence: 'One, two.',
      as: 'bob',
      via: 'subgraph',
    })
    expect(headOf('{ a }\n# As: bob')).toEqual({ title: '', sentence: '', as: null, via: null })
  })
})

describe('the examples, one after the other', () => {
  const documentOf = (name: string) => examples.find((each) => each.name === name)?.document ?? ''

  it('goes from asking to accepting by id', async () => {
    const asked = await run('trent', '/graphql', documentOf('send'))
    const id = asked.data.requestFriend.request.id
    const incoming = await run('alice', '/graphql', documentOf('incoming'))
    expect(incoming.data.viewer.requests.edges).toContainEqual(
      expect.objectContaining({
        node: expect.objectContaining({
          id,
          requester: expect.objectContaining({ id: idOf('trent') }),
        }),
      }),
    )
    const answered = await run('alice', '/graphql', documentOf('answer-by-id'), { request: id })
    expect(answered.data.respondFriendRequest).toMatchObject({
      changed: true,
      relationship: { friendshipLevel: 'FRIEND' },
      userErrors: [],
    })
  })

  it('continues with the page after the first', async () => {
    const first = await run('alice', '/graphql', documentOf('my-contacts'))
    const next = await run('alice', '/graphql', documentOf('next-page'))
    const { endCursor } = first.data.viewer.contacts.pageInfo
    expect(documentOf('next-page')).toContain(endCursor)
    expect(next.data.viewer.contacts.edges[0].node.id).toBe(idOf('erin'))
  })

  it('shows the blocked the same as for nobody at all', async () => {
    const { data } = await run('mallory', '/graphql', documentOf('what-the-blocked-sees'))
    const [blocker, nobody] = data.relationships
    expect({ ...blocker, user: { ...blocker.user, id: nobody.user.id } }).toEqual(nobody)
  })
})

describe('the host of the explorer', () => {
  it('gives the token that accounts gives, or says why there is none', async () => {
    const token = await tokenOf('00000000-0000-4000-8000-00000000abcd')
    expect(token).toMatch(/^ey/)
    const refused = await post('/explorer/sign-in', { subject: 'zoe' })
    expect(refused.status).toBe(400)
    expect(refused.body.message).toContain('UUID')
  })

  it('adds the gateway secret itself, and never tells it', async () => {
    const answer = await post('/explorer/subgraph', { query: '{ _service { sdl } }' })
    expect(answer.body.data._service.sdl).toContain('type User')
    for (const path of ['/', '/explorer/facts']) {
      const text = await (await fetch(host.url + path)).text()
      expect(text).not.toContain(host.facts.gatewaySecret)
    }
  })

  it('passes a bad token on to be refused', async () => {
    const headers = { authorization: 'Bearer bad' }
    const answer = await post('/explorer/subgraph', { query: '{ viewer { id } }' }, headers)
    expect(answer.status).toBe(401)
    expect(answer.body.errors[0].extensions.code).toBe('UNAUTHENTICATED')
  })

  it('takes JSON only, which a foreign page cannot send', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      for (const path of ['/explorer/sign-in', '/explorer/subgraph']) {
        const headers = { 'content-type': type }
        const sent = await fetch(host.url + path, {
          method: 'POST',
          headers,
          body: '{"service":true}',
        })
        expect(sent.status).toBe(415)
        expect(sent.headers.get('access-control-allow-origin')).toBeNull()
      }
    }
  })

  it('says which subgraph does not answer', async () => {
    const nowhere = 'http://127.0.0.1:9'
    const lonely = await listen({
      subgraphUrl: `${nowhere}/graphql`,
      gatewaySecret: 'x',
      accountsUrl: nowhere,
    })
    try {
      const accounts = await post('/explorer/sign-in', { subject: 'alice' }, {}, lonely.url)
      expect([accounts.status, accounts.body.message]).toEqual([
        502,
        expect.stringContaining(`${nowhere}/token`),
      ])
      const subgraph = await post(
        '/explorer/subgraph',
        { query: '{ viewer { id } }' },
        {},
        lonely.url,
      )
      expect(subgraph.body.errors[0].message).toContain(`${nowhere}/graphql`)
      const insights = await fetch(`${lonely.url}/insights`)
      expect([insights.status, await insights.text()]).toEqual([
        502,
        expect.stringContaining(nowhere),
      ])
    } finally {
      await lonely.close()
    }
  })

  it('shows insights to whoever opens them, with credentials that the browser never has', async () => {
    const page = await fetch(`${host.url}/insights?days=30`)
    expect(page.status).toBe(200)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(page.headers.get('cache-control')).toBe('no-store')
    const text = await page.text()
    expect(text).toContain('30 days in UTC')
    expect(text).not.toContain(host.facts.gatewaySecret)
    const bad = await fetch(`${host.url}/insights?days=31`)
    expect([bad.status, await bad.text()]).toEqual([400, expect.stringContaining('`days`')])
    for (const path of ['/insights.csv', '/insights/requestAcceptance.csv']) {
      const csv = await fetch(host.url + path)
      expect([csv.status, csv.headers.get('content-type')]).toEqual([
        200,
        'text/csv; charset=utf-8; header=present',
      ])
      expect(csv.headers.get('content-disposition')).toContain('attachment')
    }
    expect((await fetch(`${host.url}/insights`, { method: 'HEAD' })).status).toBe(200)
  })

  it('says why the page could not be built, to be read where the page would be', async () => {
    const bundle = {
      directory: '/nowhere',
      ready: () => Promise.reject(new Error('Out of paper.')),
      stop: () => Promise.resolve(),
    }
    const app = await listen(host.facts, bundle)
    const answer = await fetch(`${app.url}/explorer/page/start.js`).finally(app.close)
    expect(answer.status).toBe(500)
    expect(await answer.text()).toBe('The explorer could not be built. Out of paper.')
  })

  it('serves no file from outside of the page', async () => {
    for (const path of [
      '/explorer/page/..%2f..%2f..%2fpackage.json',
      '/explorer/page/nothing.js',
    ]) {
      expect((await fetch(host.url + path)).status).toBeGreaterThanOrEqual(400)
    }
  })

  it('sends a browser that opens the URL of the graph to the page, and nobody else', async () => {
    const get = (path: string, accept: string) =>
      fetch(host.url + path, { headers: { accept }, redirect: 'manual' })
    const visit = await get('/graphql', 'text/html,application/xhtml+xml,*/*;q=0.8')
    expect([visit.status, visit.headers.get('location')]).toEqual([302, '/'])
    expect((await get('/graphql', 'application/json')).status).not.toBe(302)
    const asked = await get('/graphql?query={__typename}', 'text/html,application/json')
    expect(asked.status).not.toBe(302)
  })

  it('lets the page load nothing from elsewhere', async () => {
    const policy = (await fetch(host.url)).headers.get('content-security-policy')
    expect(policy).toContain("default-src 'self'")
    expect(policy).not.toMatch(/https?:|\*/)
  })

  it('lets the console show pictures of people from elsewhere, and load nothing else', async () => {
    const policy = (await fetch(`${host.url}/console`)).headers.get('content-security-policy')
    expect(policy).toContain("img-src 'self' data: https:;")
    expect(policy?.replace(' https:', '')).not.toMatch(/https?:|\*/)
  })
})
