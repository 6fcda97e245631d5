import { Command } from 'commander'
import type { Report } from '../doctor/doctor.ts'
import type { Finding } from '../doctor/finding.ts'
import { examples } from './examples.ts'
import { exitCodes, type Host } from './host.ts'
import type { BuildCommand } from './program.ts'

/** `doctor`: checks for common problems and says how to fix them. */
export const doctorCommand: BuildCommand = (host, finish) =>
  new Command('doctor')
    .description('Check for common problems and say how to fix them. Changes nothing.')
    .option('--json', 'print JSON: { subject, ok, findings: [{ check, state, says, fix }] }')
    .option(
      '--data <directory>',
      'the dev stack to check if the environment configures no service (default: .dev in the checkout)',
    )
    .addHelpText(
      'after',
      examples(['doctor', 'doctor --json', 'doctor --data /tmp/second-stack'], {
        0: 'no errors',
        1: 'errors, or checks that could not run; each says what to do',
        2: 'unknown option',
      }) +
        '\n\nChecks the service that the environment configures (NODE_ENV=production, DATABASE_URL, AUTH_…). If it configures none, checks the' +
        '\nrunning dev stack, or what a dev stack needs to start. With DATABASE_OWNER_URL it also finds edited migrations. Never prints a secret.',
    )
    .action(async (options: DoctorOptions) => {
      const report = await runExamination(host, options.data)
      const isOk = report.findings.every(({ state }) => state === 'ok' || state === 'note')
      const { subject, findings } = report
      host.print(
        options.json === true
          ? JSON.stringify({ subject, ok: isOk, findings })
          : describeReport(report),
      )
      finish(isOk ? exitCodes.done : exitCodes.failed)
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
  service: 'The service that the environment configures:',
  'running stack': 'The running dev stack of this folder:',
  'coming stack':
    'What a dev stack needs to start in this folder (the environment configures no service):',
}

/** The report for people: what was found, in its order, and how many errors there are. */
function describeReport({ subject, findings }: Report): string {
  const count = (state: Finding['state']): number =>
    findings.filter((finding) => finding.state === state).length
  const counts = [
    plural(count('error'), 'error'),
    `${plural(count('skipped'), 'check')} could not run`,
  ]
  const all = count('error') + count('skipped') === 0 ? 'No errors.' : `${counts.join(', ')}.`
  return [headings[subject], ...findings.flatMap(describeFinding), all].join('\n')
}

/** A fix has a line of its own. Checks that could not run for the same reason are reported once. */
function describeFinding(
  { check, state, says, fix }: Finding,
  place: number,
  all: readonly Finding[],
): string[] {
  const isOfOne = (other: Finding | undefined) => other?.state === 'skipped' && other.says === says
  if (state === 'skipped' && isOfOne(all[place - 1])) return []
  const checks = state === 'skipped' ? all.filter(isOfOne).map((other) => other.check) : [check]
  const line =
    checks.length > 1
      ? `  ${state.padEnd(7)}  ${checks.join(', ')}: ${says}`
      : `  ${state.padEnd(7)}  ${check.padEnd(11)}  ${says}`
  return fix === null ? [line] : [line, `${' '.repeat(24)}Fix: ${fix}`]
}

const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`
