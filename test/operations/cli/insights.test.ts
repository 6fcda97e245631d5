import { parse } from 'csv-parse/sync'
import { beforeAll, describe, expect, it } from 'vitest'
import { figures } from '../../../src/modules/insights/figures.ts'
import { runHere } from '../../support/command-line.ts'
import { daysAgo, insightsOf, rollUp, writeHistory } from '../../support/insight-history.ts'
import { openTestService } from '../../support/test-service.ts'

const app = await openTestService({ NODE_ENV: 'production' })
const run = (...words: string[]) =>
  runHere(['insights', ...words], { DATABASE_URL: app.database.loginUrl })

beforeAll(async () => {
  await writeHistory(app)
  await rollUp(app)
})

describe('connections insights', () => {
  it('prints every figure of the last year with its interval and its days', async () => {
    const { code, output, errors } = await run()
    expect({ code, errors }).toEqual({ code: 0, errors: '' })
    expect(output.split('\n')).toHaveLength(1 + figures.length)
    for (const { about } of figures) expect(output).toContain(about.title)
    expect(output).toMatch(
      /Friend requests that were accepted +\d\d\.\d % \(\d\d\.\d % to \d\d\.\d %\); [\d,]+ answered requests, /,
    )
    expect(output).toMatch(/At least 3 friends by month 3 .*, target 40\.0 %; /)
  })

  it('prints as JSON what services read', async () => {
    const { output } = await run('--from', '130d', '--to', '10d', '--json')
    const { figures: read } = await insightsOf(app, await daysAgo(app, 130), await daysAgo(app, 10))
    const printed = JSON.parse(output) as { figures: unknown[] }
    expect(printed.figures).toEqual(JSON.parse(JSON.stringify(Object.values(read))))
  })

  it('prints as CSV a row for each figure and each of its points', async () => {
    const { output } = await run('--from', '30d', '--csv')
    const rows: Record<string, string>[] = parse(output, { columns: true })
    expect(rows).toHaveLength(figures.length * 31)
    expect(rows[0]).toMatchObject({ figure: 'activePeople', span: 'period' })
  })

  it('computes the same from the tables', async () => {
    const numbersOf = (output: string) =>
      (JSON.parse(output) as { figures: { name: string; value: number; n: number }[] }).figures
        .filter(({ name }) => name !== 'medianTimeToRespond')
        .map(({ name, value, n }) => [name, n, value.toPrecision(9)])
    const rolledUp = await run('--from', '130d', '--json')
    const direct = await run('--from', '130d', '--direct', '--json')
    expect(numbersOf(direct.output)).toEqual(numbersOf(rolledUp.output))
  })

  it.each([
    ['--from', 'yesterday'],
    ['--from', '2026-02-30'],
    ['--from', '2026-11-28T09:30:00Z'],
    ['--from', '10d', '--to', '10d'],
    ['--from', '5000d'],
    ['--csv', '--json'],
  ])('answers 2 to %j', async (...words) => {
    const { code, output, errors } = await run(...words)
    expect({ code, output }).toEqual({ code: 2, output: '' })
    expect(errors).not.toBe('')
  })
})
