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

/**
 * The body of docs/reference/configuration.md, in Markdown: a heading, a description and the
 * default of each variable.
 */
export function configurationReference(): string {
  const sections = variables().map(
    ({ name, standard, required, purpose }) =>
      `### \`${name}\`\n\n${purpose}\n\n${defaultOf(standard, required)}\n`,
  )
  return `\n${sections.join('\n')}`
}

function defaultOf(standard: string | null, required: boolean): string {
  if (standard === null) return 'No default.'
  return required
    ? `**Required in production.** Default in development: \`${standard}\``
    : `Default: \`${standard}\``
}

/** The text of `.env.example`: every variable with its default, commented out. */
export function environmentExample(): string {
  const entries = variables().map(
    ({ name, purpose, standard, required }) =>
      `# ${purpose}${required ? ' Required in production.' : ''}\n# ${name}=${standard ?? ''}\n`,
  )
  return ['# Every variable of the service, with its default.\n', ...entries].join('\n')
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
