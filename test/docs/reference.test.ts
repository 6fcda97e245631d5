import { readdirSync, readFileSync } from 'node:fs'
import { buildASTSchema, isEnumType, isObjectType, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { limits } from '../../src/limits.ts'

// What docs/reference says is complete: every code, every limit with its number, every field of the
// roots and of User.

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const schema = buildASTSchema(parse(read('docs/subgraph.graphql')), { assumeValidSDL: true })

/** The cells of the table rows of a page. */
const rowsOf = (page: string): string[][] =>
  page
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map((cells) => cells.slice(1, -1))

describe('docs/reference/errors.md', () => {
  const codes = rowsOf(read('docs/reference/errors.md')).map(([code = '']) =>
    code.replaceAll('`', ''),
  )

  it('has a row for every code of ConnectionsErrorCode', () => {
    const type = schema.getType('ConnectionsErrorCode')
    if (!isEnumType(type)) throw new Error('The closed list of codes is not an enum any more.')
    const names = type.getValues().map(({ name }) => name)
    expect(names.filter((name) => !codes.includes(name))).toEqual([])
  })

  it('has a row for every code that a top-level error may leave with', () => {
    const source = read('src/server/outgoing-errors.ts')
    const [, list = ''] = /new Set\(\[(.*?)\]\)/s.exec(source) ?? []
    const names = [...list.matchAll(/'([A-Z_]+)'/g)].map(([, name = '']) => name)
    expect(names).toContain('BAD_USER_INPUT')
    const all = [...names, 'INTERNAL_SERVER_ERROR']
    expect(all.filter((name) => !codes.includes(name))).toEqual([])
  })
})

describe('docs/reference/limits.md', () => {
  const page = read('docs/reference/limits.md')
  const rows = rowsOf(page)

  it('has every limit of src/limits.ts under its name, with its number', () => {
    const { deadlines, mutations, queries, ...others } = limits
    const { request, rateLimit, background, ...single } = deadlines
    // A limit of a mutation stands beside the mutation, all others beside a text with their name.
    const told = new Map(
      rows.map(([what = '', limit = '']) => [/`([^`]+)`$/.exec(what)?.[1] ?? what, limit]),
    )
    const leaves = [
      ...leavesOf({ ...others, deadlines: single }),
      ...Object.entries(mutations)
        .filter(([, allowed]) => typeof allowed !== 'string')
        .map(([name, allowed]) => [name, writtenAs(name, allowed)] as const),
      ...Object.values(queries).flatMap((who) =>
        Object.entries(who).map(
          ([name, allowed]) => [`queries.*.${name}`, writtenAs(name, allowed)] as const,
        ),
      ),
    ]
    expect(leaves.length).toBeGreaterThan(60)
    const wrong = leaves.filter(([name, numbers]) => !numbers.includes(told.get(name) ?? ''))
    expect(wrong).toEqual([])
    for (const name of Object.keys(request) as (keyof typeof request)[]) {
      const row = rows.find(([what]) => what?.includes(`\`${name}\``))
      const columns = [request[name], rateLimit[name], background[name]]
      expect(row?.slice(1)).toEqual(columns.map((ms) => (ms === null ? 'none' : seconds(ms))))
    }
  })

  it('names every mutation that no rate limit refuses', () => {
    const [intro = ''] = page.split('## One person')
    const free = Object.entries(limits.mutations).filter(
      ([, allowed]) => typeof allowed === 'string',
    )
    expect(free.map(([name]) => name).filter((name) => !intro.includes(`\`${name}\``))).toEqual([])
  })
})

describe('docs/reference/schema.md', () => {
  const page = read('docs/reference/schema.md')

  it.each(['Query', 'Mutation', 'User'])('names every field of %s', (name) => {
    const type = schema.getType(name)
    if (!isObjectType(type)) throw new Error(`There is no type ${name}.`)
    const fields = Object.keys(type.getFields()).filter((field) => !field.startsWith('_'))
    expect(fields.filter((field) => !new RegExp(`\`${field}[\`(]`).test(page))).toEqual([])
  })
})

describe('docs/guides/observability.md', () => {
  it('has every metric that /metrics has', () => {
    const page = read('docs/guides/observability.md')
    const sources = readdirSync(new URL('../../src', import.meta.url), { recursive: true })
      .map(String)
      .filter((path) => path.endsWith('.ts') && !path.startsWith('generated'))
    const names = sources.flatMap((path) =>
      [...read(`src/${path}`).matchAll(/name: '(connections_\w+)'/g)].map(([, name = '']) => name),
    )
    expect(names.length).toBeGreaterThan(10)
    expect(names.filter((name) => !new RegExp(`^- \`${name}[\`{]`, 'm').test(page))).toEqual([])
  })
})

/** The named numbers of a table of limits, each with the ways in which it may be written. */
function leavesOf(table: object, prefix = ''): (readonly [string, readonly string[]])[] {
  return Object.entries(table).flatMap(([key, value]: [string, unknown]) => {
    const name = prefix === '' ? key : `${prefix}.${key}`
    if (Array.isArray(value)) return [[name, [value.join(', ')]]]
    if (typeof value === 'number' || isAllowance(value)) return [[name, writtenAs(name, value)]]
    return typeof value === 'object' && value !== null ? leavesOf(value, name) : []
  })
}

interface Allowance {
  readonly most: number
  readonly seconds?: number
  readonly hours?: number
}

function isAllowance(value: unknown): value is Allowance {
  return typeof value === 'object' && value !== null && ('seconds' in value || 'hours' in value)
}

function writtenAs(name: string, value: unknown): readonly string[] {
  if (isAllowance(value)) {
    const most = value.most.toLocaleString('en')
    if (value.hours !== undefined) return [`${most} in ${String(value.hours)} hours`]
    return [value.seconds === 60 ? `${most} per minute` : `${most} in ${String(value.seconds)} s`]
  }
  const number = Number(value)
  if (name.endsWith('Ms')) return [seconds(number)]
  if (name.endsWith('Seconds') || name.includes('retryAfter')) return [`${String(number)} s`]
  const kibibytes = number / 1024
  return [
    number.toLocaleString('en'),
    `${String(kibibytes)} KiB`,
    `${String(kibibytes / 1024)} MiB`,
  ]
}

function seconds(ms: number): string {
  return `${String(ms / 1000)} s`
}
