import { Command } from 'commander'
import type { Finding } from '../doctor/finding.ts'
import type { Report } from '../doctor/doctor.ts'
import { examples } from './examples.ts'
import { type Host, exitCodes } from './host.ts'
import type { BuildCommand } from './program.ts'

/** `doctor`: finds what is usually wrong, and says the cure. */
export const doctorCommand: BuildCommand = (host, finish) =>
  new Command('doctor')
    .description('Look for the usual faults and say the cure of each. Changes nothing.')
    .option('--json', 'answer as JSON: { subject, well, findings: [{ check, state, says, cure }] }')
    .option(
      '--data <directory>',
      'the dev stack that is looked at when the environment describes no service (default: .dev in the checkout)',
    )
    .addHelpText(
      'after',
      examples(['doctor', 'doctor --json', 'doctor --data /tmp/second-stack'], {
        0: 'all is well',
        1: 'something is wrong, or could not be found out; each with what to do',
        2: 'unknown option',
      }) +
        '\n\nLooks at the service that the environment describes (NODE_ENV=production, DATABASE_URL, AUTH_…); without one at the running dev' +
        '\nstack, else at what a dev stack would need. With DATABASE_OWNER_URL it sees edited migrations too. Never prints a secret.',
    )
    .action(async (options: DoctorOptions) => {
      const report = await runExamination(host, options.data)
      const isWell = report.findings.every(({ state }) => state === 'well' || state === 'note')
      const { subject, findings } = report
      host.print(
        options.json === true
          ? JSON.stringify({ subject, well: isWell, findings })
          : describeReport(report),
      )
      finish(isWell ? exitCodes.done : exitCodes.failed)
    })

interface DoctorOptions {
  readonly json?: true
  readonly data?: string
}

async function runExamination(host: Host, data: string | undefined): Promise<Report> {
  const [{ examine }, { dataDirectoryFrom, runningStack }] = await Promise.all([
    import('../doctor/doctor.ts'),
    import('../../dev/stack-file.ts'),
  ])
  const dataDirectory = dataDirectoryFrom(data)
  return examine({
    env: host.env,
    nodeVersion: host.nodeVersion,
    dataDirectory,
    running: await runningStack(dataDirectory),
  })
}

const headings: Readonly<Record<Report['subject'], string>> = {
  service: 'The service that the environment describes:',
  'running stack': 'The dev stack of this folder, which runs:',
  'coming stack':
    'What a dev stack of this folder would need (the environment describes no service):',
}

/** The report for people: what was found, in its order, and how much of it is wrong. */
export function describeReport({ subject, findings }: Report): string {
  const count = (state: Finding['state']): number =>
    findings.filter((finding) => finding.state === state).length
  const counts = [`${count('wrong')} wrong`, `${count('unknown')} not found out`]
  const all = count('wrong') + count('unknown') === 0 ? 'All is well.' : `${counts.join(', ')}.`
  return [headings[subject], ...findings.flatMap(describeFinding), all].join('\n')
}

/** A cure has a line of its own. What could not be found out for one and the same reason is told once. */
function describeFinding(
  { check, state, says, cure }: Finding,
  place: number,
  all: readonly Finding[],
): string[] {
  const isOfOne = (other: Finding | undefined) => other?.state === 'unknown' && other.says === says
  if (state === 'unknown' && isOfOne(all[place - 1])) return []
  const checks = state === 'unknown' ? all.filter(isOfOne).map((other) => other.check) : [check]
  const line =
    checks.length > 1
      ? `  ${state.padEnd(7)}  ${checks.join(', ')}: ${says}`
      : `  ${state.padEnd(7)}  ${check.padEnd(11)}  ${says}`
  return cure === null ? [line] : [line, `${' '.repeat(24)}Cure: ${cure}`]
}
