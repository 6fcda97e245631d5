import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { figures } from '../../../src/modules/insights/figures.ts'
import { rollUp } from '../../support/insight-history.ts'
import { awayFromMidnight } from '../../support/midnight.ts'
import {
  gatewaySecret,
  openIsolatedTestService,
  openTestService,
  type TestService,
} from '../../support/test-service.ts'

// The figures as a page and as CSV, on the port of the service, in production.

const analytics = 'the-secret-of-analytics'
const settings = { NODE_ENV: 'production', SERVICE_SECRETS: `analytics:${analytics}` }
const app = await openTestService(settings)
const [alice] = await app.people('alice')

const scope = { scope: 'connections:service', sub: 'service:analytics', client_id: 'analytics' }
const asService = async (to: TestService = app) => ({
  'x-gateway-secret': analytics,
  authorization: `Bearer ${await to.issuer.token(scope)}`,
})

async function get(
  url: string,
  headers?: Record<string, string>,
  { to = app, method = 'GET' }: { to?: TestService; method?: 'GET' | 'HEAD' | 'POST' } = {},
) {
  const sent = headers ?? (await asService(to))
  const answer = await to.server.app.inject({ method, url, headers: sent })
  return { status: answer.statusCode, body: answer.body, headers: answer.headers }
}

/** So many new people were active on each of the days before today, the first on every second. */
async function recordActivity(days: number, peopleADay: number): Promise<void> {
  await awayFromMidnight()
  const people = await app.people(...Array.from({ length: peopleADay }, (_, place) => `p${place}`))
  await app.admin.query(
    `insert into activity_days (user_id, day)
     select id, (now() at time zone 'UTC')::date - ago
       from unnest($1::uuid[]) as id, generate_series(1, $2::int) as ago
      where ago % 2 = 0 or id <> ($1::uuid[])[1]`,
    [people.map(({ id }) => id), days],
  )
  await rollUp(app)
}

const daysAgo = (days: number) =>
  new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)

describe('who may read insights', () => {
  const bearer = async (claims: Record<string, string>) => ({
    authorization: `Bearer ${await app.issuer.token(claims)}`,
  })

  it.each<[string, () => Promise<Record<string, string>> | Record<string, string>, number]>([
    ['nobody', () => ({}), 401],
    ['a wrong secret', async () => ({ ...(await asService()), 'x-gateway-secret': 'wrong' }), 401],
    ['a service without its token', () => ({ 'x-gateway-secret': analytics }), 401],
    ['a service token alone', () => bearer(scope), 401],
    ["the gateway's secret alone", () => ({ 'x-gateway-secret': gatewaySecret }), 401],
    [
      'a viewer through the gateway',
      async () => ({ 'x-gateway-secret': gatewaySecret, ...(await bearer({ sub: alice.id })) }),
      403,
    ],
    [
      "a viewer with a service's secret",
      async () => ({ 'x-gateway-secret': analytics, ...(await bearer({ sub: alice.id })) }),
      403,
    ],
    [
      'a broken token',
      () => ({ 'x-gateway-secret': analytics, authorization: 'Bearer e.y.J' }),
      401,
    ],
  ])('not %s, who is told so in plain text', async (_who, headersOf, status) => {
    for (const url of ['/insights', '/insights.csv', '/insights/activePeople.csv']) {
      const answer = await get(url, await headersOf())
      expect([url, answer.status]).toEqual([url, status])
      expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
      expect(answer.body).toMatch(/^[A-Z][^<>{}]+\.\n$/)
      expect(answer.headers['cache-control']).toBe('private, no-store')
    }
  })

  it('a service, each of four times', async () => {
    for (let time = 0; time < 4; time++) {
      const answer = await get('/insights')
      expect(answer.status).toBe(200)
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    }
  })

  it('a service token through the gateway too, as it may ask GraphQL for them', async () => {
    const headers = { 'x-gateway-secret': gatewaySecret, ...(await bearer(scope)) }
    expect((await get('/insights', headers)).status).toBe(200)
  })
})

describe('the page', () => {
  it('lets the browser load nothing, run nothing and keep nothing', async () => {
    const { headers, body } = await get('/insights')
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    expect(headers).toMatchObject({
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.stringMatching(/./) as string,
    })
    expect(body).not.toMatch(
      /<script|<link|<img|\son\w+=|https?:\/\/(?!www\.w3\.org)|@import|url\(/,
    )
  })

  it('answers HEAD without a body, and nothing but GET and HEAD', async () => {
    for (const url of ['/insights', '/insights.csv']) {
      const answer = await get(url, undefined, { method: 'HEAD' })
      expect([answer.status, answer.body]).toEqual([200, ''])
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'")
      expect((await get(url, undefined, { method: 'POST' })).status).toBe(404)
    }
  })

  it('shows every figure, and what was measured with n, interval, chart and table', async () => {
    await recordActivity(40, 14)
    const { body } = await get('/insights?days=30')
    for (const { about } of figures) {
      expect(body).toContain(`<article id="${about.name}"`)
      expect(body).toContain(about.title)
      expect(body).toContain(about.definition)
    }
    const card = /<article id="activePeople"[^]*?<\/article>/.exec(body)?.[0] ?? ''
    expect(card).toContain('13.5 people')
    expect(card).toContain('n = 30 days')
    expect(card).toMatch(/Between 13\.\d and 13\.\d people/)
    expect(card).toContain('<table>')
    expect(card).toContain('role="img"')
    expect(card).toMatch(/href="insights\/activePeople\.csv\?from=[\d-]+&amp;to=[\d-]+"/)
  })

  it('says so when nothing is there yet', async () => {
    const empty = await openIsolatedTestService(settings)
    const { status, body } = await get('/insights', undefined, { to: empty })
    expect(status).toBe(200)
    expect(body).toContain('Nothing to show yet.')
    expect(body).toContain('Not known yet')
    expect(body).not.toContain('class="chart"')
  })
})

describe('the period', () => {
  it.each([
    ['from=yesterday&to=2026-11-01', 'from'],
    ['from=2026-02-30&to=2026-11-01', 'from'],
    ['from=2026-11-01T10:00:00Z&to=2026-11-02', 'from'],
    ['from=2026-01-01&from=2026-01-02&to=2026-11-01', 'from'],
    ['from=2026-10-01&to=', 'to'],
    ['from=2026-10-01&to=2026-10-01', 'to'],
    ['from=2026-10-02&to=2026-10-01', 'to'],
    ['from=1700-01-01&to=2026-10-01', 'to'],
    ['days=31', 'days'],
    ['days=30&from=2026-10-01', 'days'],
  ])('%s is refused, and the parameter named', async (query, parameter) => {
    const page = await get(`/insights?${query}`)
    expect(page.status).toBe(400)
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.body).toContain(`\`${parameter}\``)
    const csv = await get(`/insights.csv?${query}`)
    expect([csv.status, csv.headers['content-type']]).toEqual([400, 'text/plain; charset=utf-8'])
    expect(csv.body).toContain(`\`${parameter}\``)
  })

  it('is not repeated as HTML', async () => {
    const { body } = await get('/insights?from=%3Cscript%3Ealert(1)%3C/script%3E')
    expect(body).not.toContain('<script')
  })

  it('is the last year up to today, unless it is told', async () => {
    const { body } = await get('/insights')
    expect(body).toContain('365 days in UTC')
    expect(body).toContain(`name="to" value="${daysAgo(0)}"`)
    const told = await get('/insights?from=2026-09-29&to=2026-10-02')
    expect(told.body).toContain('29 September to 1 October 2026 · 3 days in UTC')
  })
})

describe('as CSV', () => {
  const [from, to] = [daysAgo(20), daysAgo(0)]
  const period = `from=${from}&to=${to}`

  it('there are all figures, with the numbers of GraphQL', async () => {
    const { status, headers, body } = await get(`/insights.csv?${period}`)
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('text/csv; charset=utf-8; header=present')
    expect(headers['content-disposition']).toBe(`attachment; filename="insights-${from}-${to}.csv"`)
    const insights = await ask()
    expect(insights['activePeople']?.n).toBe(20)
    const rows: Row[] = parse(body, { columns: true, record_delimiter: '\r\n' })
    expect(rows.map(numbersOf)).toEqual(Object.entries(insights).flatMap(expectedRows))
  })

  it('there is one figure', async () => {
    const all = await get(`/insights.csv?${period}`)
    const one = await get(`/insights/activePeople.csv?${period}`)
    const lines = all.body.split('\r\n')
    const own = lines.filter((line, place) => place === 0 || line.startsWith('activePeople,'))
    expect(one.body).toBe(`${own.join('\r\n')}\r\n`)
    expect(one.headers['content-disposition']).toContain('insights-activePeople-')
  })

  it('there is no figure of another name', async () => {
    const { status, body } = await get(`/insights/__proto__.csv?${period}`)
    expect(status).toBe(404)
    expect(body).toContain('activePeople')
    expect((await get(`/insights/activePeople?${period}`)).status).toBe(404)
  })

  interface Estimate {
    readonly n: number | null
    readonly value: number | null
    readonly low: number | null
    readonly high: number | null
  }

  type Answered = Estimate & { readonly points: readonly (Estimate & { readonly day: string })[] }

  /** Every figure, in the order of the page's, as GraphQL answers. */
  async function ask(): Promise<Record<string, Answered>> {
    const numbers = 'n value low high'
    const fields = figures.map(
      ({ about }) => `${about.name} { ${numbers} points { day ${numbers} } }`,
    )
    const { data } = await app.service.ask(
      `query ($from: DateTime!, $to: DateTime!) {
         socialInsights(from: $from, to: $to) { ${fields.join(' ')} }
       }`,
      { from: `${from}T00:00:00Z`, to: `${to}T00:00:00Z` },
    )
    return data.socialInsights
  }

  type Row = Record<string, string>

  const numbersOf = ({ figure, span, from: day, n, value, low, high }: Row) => [
    ...[figure, span, day],
    ...[n, value, low, high].map((text) => (text === '' ? null : Number(text))),
  ]

  const expectedRows = ([name, figure]: [string, Answered]) => [
    [name, 'period', from, figure.n, figure.value, figure.low, figure.high],
    ...figure.points.map((point) => [
      ...[name, 'day', point.day.slice(0, 10)],
      ...[point.n, point.value, point.low, point.high],
    ]),
  ]
})

describe('while the database is away', () => {
  it('the page says so with status 503, and when to try again', async () => {
    const away = await openIsolatedTestService({
      ...settings,
      DATABASE_URL: 'postgres://connections_login:pw@127.0.0.1:1/connections',
    })
    const page = await get('/insights', undefined, { to: away })
    expect(page.status).toBe(503)
    expect(page.headers['retry-after']).toMatch(/^\d+$/)
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.body).toContain('The database is unavailable. Try again later.')
    const csv = await get('/insights.csv', undefined, { to: away })
    expect([csv.status, csv.body]).toEqual([503, 'The database is unavailable. Try again later.\n'])
  })
})
