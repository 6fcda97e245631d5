import type { Statements, Turn } from './measure.ts'
import type { ChangeName, Options, QuestionName, SystemName } from './options.ts'
import { questionTitles } from './questions.ts'

export interface Report {
  readonly at: string
  readonly options: Options
  readonly questions: Partial<Record<QuestionName, Partial<Record<SystemName, Measured>>>>
  changes: Partial<Record<ChangeName, Change>>
}

export type Measured = Turn & Partial<Statements> & { readonly turns: readonly Turn[] }

export interface Change {
  readonly ours: Turn
  readonly pgbench: Turn
}

/** Number by number, the median of the turns. */
export function medianTurn(turns: readonly Turn[]): Turn {
  const of = (name: keyof Turn) => median(turns.map((turn) => turn[name]))
  return {
    server: of('server'),
    postgres: of('postgres'),
    perSecond: of('perSecond'),
    p50: of('p50'),
    p99: of('p99'),
    bytes: of('bytes'),
  }
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}

/**
 * Ratios of one round each, and of them the median: what slows the machine down for a while slows
 * both.
 */
function ratio(one: Measured, other: Measured, of: (turn: Turn) => number): number {
  return median(
    one.turns.map((turn, round) => {
      const beside = other.turns[round]
      return beside === undefined ? NaN : of(turn) / of(beside)
    }),
  )
}

export const cpuOf = ({ server, postgres }: Pick<Turn, 'server' | 'postgres'>) => server + postgres

/** The tables as text, with the bars and whether they are reached. */
export function printReport({ at, options, questions, changes }: Report): string {
  const lines = [
    `${at}: ${options.users} people with ${options.friends} friends each, ${options.connections} connections, ` +
      `median of ${options.rounds} rounds of ${options.seconds} s.`,
    'CPU in µs a request, times in ms.',
    '',
  ]
  for (const [question, systems] of Object.entries(questions)) {
    lines.push(`${question}: ${questionTitles[question as QuestionName]}`)
    lines.push(row(['', 'server', 'postgres', 'CPU', 'req/s', 'p50', 'p99', 'statements', 'bytes']))
    for (const [name, one] of Object.entries(systems))
      lines.push(
        row([
          name,
          ...[one.server, one.postgres, cpuOf(one), one.perSecond].map((value) => value.toFixed(0)),
          one.p50.toFixed(2),
          one.p99.toFixed(2),
          `${String(one.openings ?? '?')} + ${String(one.statements ?? '?')}`,
          one.bytes.toFixed(0),
        ]),
      )
    lines.push(...verdicts(question as QuestionName, systems), '')
  }
  if (Object.keys(changes).length > 0) {
    lines.push('Changes, two mutations each, beside pgbench with the same statements')
    lines.push(
      row(['', 'ours/s', 'pgbench/s', 'server', 'postgres', 'pgb. postgres', 'p50', 'p99']),
    )
    for (const [name, { ours, pgbench }] of Object.entries(changes)) {
      const numbers = [
        ours.perSecond,
        pgbench.perSecond,
        ours.server,
        ours.postgres,
        pgbench.postgres,
      ]
      lines.push(
        row([
          name,
          ...numbers.map((value) => value.toFixed(0)),
          ours.p50.toFixed(1),
          ours.p99.toFixed(1),
        ]),
      )
      lines.push(verdict('per second, of pgbench', ours.perSecond / pgbench.perSecond, '>=', 0.6))
    }
    lines.push('')
  }
  return lines.join('\n')
}

function verdicts(
  question: QuestionName,
  systems: Partial<Record<SystemName, Measured>>,
): string[] {
  const { ours, postgraphile, usual, naive, limit } = systems
  if (ours === undefined) return []
  const most = { Q1: 3, Q2: 3, Q3: 6, Q4: 6, Q5: null }[question]
  const statements = (ours.openings ?? NaN) + (ours.statements ?? NaN)
  return [
    ...(postgraphile
      ? [verdict('CPU, of PostGraphile', ratio(ours, postgraphile, cpuOf), '<=', 0.7)]
      : []),
    ...(usual ? [verdict('CPU, of usual', ratio(ours, usual, cpuOf), '<=', 0.5)] : []),
    ...(limit
      ? [verdict('CPU, of the hand-written limit', ratio(ours, limit, cpuOf), '<=', 1.6)]
      : []),
    ...(naive
      ? [
          verdict(
            'req/s, of naive',
            ratio(ours, naive, ({ perSecond }) => perSecond),
            '>=',
            // What it must not do in Q5 is grow with the followers, which one data set does not
            // tell.
            question === 'Q5' ? null : 5,
          ),
        ]
      : []),
    ...(most === null ? [] : [verdict('statements, opening included', statements, '<=', most)]),
  ]
}

/** @param bar null: a figure that has none */
export function verdict(
  what: string,
  value: number,
  sign: '<=' | '>=',
  bar: number | null,
): string {
  if (bar === null) return `  ${what}: ${value.toFixed(2)}`
  const reached = sign === '<=' ? value <= bar : value >= bar
  const signs = { '<=': '≤', '>=': '≥' }
  return `  ${what}: ${value.toFixed(2)} (${signs[sign]} ${bar}) ${reached ? 'reached' : 'MISSED'}`
}

/** Cells of a table in columns that stand below each other. */
export function row(cells: readonly string[]): string {
  return cells.map((cell, place) => (place === 0 ? cell.padEnd(13) : cell.padStart(10))).join(' ')
}
