import { GraphQLError } from 'graphql'
import type { Days, Figure, Insights } from '../../modules/insights/figure.ts'
import { computeInsights, readInsights } from '../../modules/insights/service.ts'
import { insightsCsv } from '../../server/insights/csv.ts'
import { type ExitCode, exitCodes, type Host } from './host.ts'
import { withServiceDatabase } from './service-database.ts'

/** What was typed after `insights`. */
export interface InsightOptions {
  readonly from?: Date
  readonly to?: Date
  readonly direct?: true
  readonly csv?: true
  readonly json?: true
  readonly data?: string
}

const dayMs = 86_400_000

/** `insights`: see its `--help`. */
export async function showInsights(host: Host, options: InsightOptions): Promise<ExitCode> {
  const to = options.to ?? new Date(Math.floor(Date.now() / dayMs) * dayMs)
  const from = options.from ?? new Date(to.getTime() - 365 * dayMs)
  return withServiceDatabase(host, options.data, async (database) => {
    const session = database.as({ kind: 'service', name: 'insights' })
    try {
      const read = options.direct === true ? computeInsights : readInsights
      host.print(printed(await read(session, from, to), options))
      return exitCodes.done
    } catch (error) {
      if (!(error instanceof GraphQLError) || error.extensions['code'] !== 'BAD_USER_INPUT')
        throw error
      host.complain(error.message)
      return exitCodes.misused
    } finally {
      await session.finish()
    }
  })
}

function printed(insights: Insights, { json, csv }: InsightOptions): string {
  if (json === true) return JSON.stringify(insights)
  if (csv === true) return insightsCsv(insights, insights.figures).trimEnd()
  const { figures, completeUntil } = insights
  const width = Math.max(...figures.map(({ title }) => title.length))
  return [
    `${daysOf(insights)} (UTC), ${completeUntil === null ? 'nothing is counted yet' : `counted to ${dayOf(completeUntil)}`}`,
    ...figures.map((figure) => `${figure.title.padEnd(width)}  ${describe(figure)}`),
  ].join('\n')
}

function describe({ value, low, high, n, of, unit, target, counted }: Figure): string {
  if (value === null || n === null || counted === null)
    return 'fewer than 10 people, or not known yet'
  const told = (number: number) => measured(number, unit)
  const interval = low === null || high === null ? '' : ` (${told(low)} to ${told(high)})`
  const aim = target === null ? '' : `, target ${told(target)}`
  return `${told(value)}${interval}${aim}; ${n.toLocaleString('en')} ${of}, ${daysOf(counted)}`
}

function measured(value: number, unit: Figure['unit']): string {
  switch (unit) {
    case 'SHARE':
      return `${(value * 100).toFixed(1)} %`
    case 'PER_THOUSAND':
      return `${value.toFixed(2)} per 1,000`
    case 'PEOPLE':
      return value.toLocaleString('en', { maximumFractionDigits: 1 })
    case 'SECONDS':
      return duration(value)
  }
}

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds.toFixed(1)} s`
  if (seconds < 7_200) return `${(seconds / 60).toFixed(1)} min`
  return seconds < 172_800
    ? `${(seconds / 3_600).toFixed(1)} h`
    : `${(seconds / 86_400).toFixed(1)} d`
}

const daysOf = ({ from, to }: Days) => `${dayOf(from)} to ${dayOf(new Date(to.getTime() - dayMs))}`

const dayOf = (moment: Date) => moment.toISOString().slice(0, 10)
