import { type z } from 'zod'
import { requiredInProduction, settings } from './settings.ts'

type Setting = z.ZodType<string | number | readonly string[] | undefined>

interface Variable {
  readonly name: string
  readonly purpose: string
  /** Null when nothing is assumed. */
  readonly standard: string | null
  readonly required: boolean
}

/** The table of the README, in Markdown: one row a variable, padded so that it reads well as text too. */
export function configurationTable(): string {
  const rows = [
    ['Variable', 'Default', 'In production', 'What it is'],
    ...variables().map(({ name, standard, required, purpose }) => [
      `\`${name}\``,
      standard === null ? 'none' : `\`${standard}\``,
      required ? 'required' : '',
      purpose,
    ]),
  ]
  const widths = rows[0]?.map((_, column) => longest(rows.map((row) => row[column] ?? ''))) ?? []
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  const [head = '', ...body] = rows.map((row) =>
    line(row.map((cell, column) => cell.padEnd(widths[column] ?? 0))),
  )
  return [head, line(widths.map((width) => '-'.repeat(width))), ...body].join('\n')
}

/** The text of `.env.example`: every variable with its default, commented out. */
export function environmentExample(): string {
  const entries = variables().map(
    ({ name, purpose, standard, required }) =>
      `# ${purpose}${required ? ' Required in production.' : ''}\n# ${name}=${standard ?? ''}\n`,
  )
  return [
    '# Every variable of the service, with what holds when it is not set.\n',
    ...entries,
  ].join('\n')
}

function variables(): Variable[] {
  return Object.entries<Setting>(settings).map(([name, setting]) => {
    // A list prints as it is written: its values, comma separated.
    const standard = setting.parse(undefined)
    return {
      name,
      purpose: setting.description ?? '',
      standard: standard === undefined ? null : String(standard),
      required: requiredInProduction.some((required) => required === name),
    }
  })
}

function longest(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => text.length))
}
