import { Command, InvalidArgumentError } from 'commander'
import type { StackFile } from '../../dev/stack-file.ts'
import type { Pulse } from '../doctor/pulse.ts'
import type { Events, LastRun, WorkerPulse } from '../doctor/worker-pulse.ts'
import { examples } from './examples.ts'
import { exitCodes, type Host } from './host.ts'
import { openPlaces } from './open-sessions.ts'
import type { BuildCommand } from './program.ts'

/** `status`: what runs here, and how it is. */
export const statusCommand: BuildCommand = (host, finish) =>
  new Command('status')
    .description('Show what is running, the dev stack of this folder or a service, and its state.')
    .option(
      '--url <url>',
      'the service to ask (not the gateway); only the origin is used',
      originFrom,
    )
    .option('--json', 'print JSON: { stack, service }')
    .option('--data <directory>', 'which dev stack (default: .dev in the checkout)')
    .addHelpText(
      'after',
      examples(['status', 'status --json', 'status --url http://10.0.0.7:4001'], {
        0: 'ready',
        1: 'not ready, or nothing answers; the reason is printed',
        2: 'wrong command line, or HOST and PORT are not an address',
      }) +
        '\n\nWithout --url it asks the dev stack of this folder. If none is running, it asks HOST and PORT.',
    )
    .action(async (options: StatusOptions) => {
      const stack = options.url === undefined ? await stackOf(host, options.data) : null
      const url = options.url ?? stack?.places?.graphqlUrl ?? (await configuredUrl(host))
      const { takePulse } = await import('../doctor/pulse.ts')
      const service = await takePulse(url)
      const status = { stack: stack === null ? null : openly(stack), service }
      host.print(options.json === true ? JSON.stringify(status) : describeStatus(status))
      finish(service.ready ? exitCodes.done : exitCodes.failed)
    })

interface StatusOptions {
  readonly url?: string
  readonly json?: true
  readonly data?: string
}

/** A running dev stack, with nothing in it that opens something. */
interface OpenStack {
  readonly pid: number
  /** Null while it starts. */
  readonly places: Readonly<Record<string, string>> | null
}

async function stackOf({ env }: Host, data: string | undefined): Promise<StackFile | null> {
  if (env['NODE_ENV'] === 'production') return null
  const { dataDirectoryFrom, runningStack } = await import('../../dev/stack-file.ts')
  return runningStack(dataDirectoryFrom(data))
}

/** @throws ConfigError when HOST or PORT cannot be read, which is misuse */
async function configuredUrl({ env }: Host): Promise<string> {
  const [{ readConfig }, { originOf }] = await Promise.all([
    import('../../config.ts'),
    import('../doctor/ports.ts'),
  ])
  const { host, port } = readConfig({ HOST: env['HOST'], PORT: env['PORT'] })
  return originOf(host, port)
}

function originFrom(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new InvalidArgumentError('It must be an http(s) URL.')
  }
  return url.origin
}

function openly({ pid, places }: StackFile): OpenStack {
  return { pid, places: places === null ? null : openPlaces(places) }
}

function describeStatus({ stack, service }: { stack: OpenStack | null; service: Pulse }): string {
  const { connections, operations, refused } = service
  const rows: readonly (readonly [string, string | null])[] = [
    ['dev stack', stack === null ? null : `pid ${stack.pid}`],
    ...Object.entries(stack?.places ?? {}).map(([name, url]) => [`  ${name}`, url] as const),
    ['service', service.url],
    ['since', service.since],
    ['live', service.live ? 'yes' : 'no'],
    ['ready', service.ready ? 'yes' : `no: ${service.reason ?? ''}`],
    ['migrations', service.migrations],
    ['pool', connections === null ? null : counts(connections)],
    [
      'operations',
      operations === null ? null : `${counts(operations)}${errorsAmong(service.errors ?? 0)}`,
    ],
    ['refused', refused === null ? null : counts(refused)],
    ['events', service.events === null ? null : describeEvents(service.events)],
    ['worker', service.worker === null ? null : describeWorker(service.worker)],
    ...Object.entries(service.worker?.tasks ?? {}).map(
      ([task, run]) => [`  ${task}`, describeRun(run)] as const,
    ),
  ]
  const width = Math.max(12, ...rows.map(([name]) => name.length))
  return rows
    .flatMap(([name, words]) => (words === null ? [] : [`${name.padEnd(width)} ${words}`]))
    .join('\n')
}

function describeEvents(events: Events): string {
  const { waiting, oldestSeconds, pendingDeliveries, deadDeliveries, disabledEndpoints } = events
  return [
    waiting === 0 ? 'none waiting' : `${waiting} waiting, the oldest for ${ago(oldestSeconds)}`,
    `${pendingDeliveries} deliveries pending, ${deadDeliveries} dead`,
    ...(disabledEndpoints === 0 ? [] : [`${disabledEndpoints} endpoints disabled`]),
  ].join('; ')
}

function describeWorker({ running, seenSecondsAgo }: WorkerPulse): string {
  if (running > 0) return `${running} running`
  return seenSecondsAgo === null ? 'has never run' : `not seen for ${ago(seenSecondsAgo)}`
}

const describeRun = ({ finishedAt, seconds, rows, failed }: LastRun) =>
  `${finishedAt}, ${rows} ${rows === 1 ? 'row' : 'rows'} in ${seconds.toFixed(2)} s${failed ? ', failed' : ''}`

function ago(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`
}

const errorsAmong = (errors: number) => (errors === 0 ? '' : `; ${errors} with errors`)

function counts(numbers: Readonly<Record<string, number>>): string {
  // The metric calls an operation without a known type `none`.
  const words = Object.entries(numbers).map(
    ([name, number]) => `${number} ${name === 'none' ? 'invalid' : name}`,
  )
  return words.length === 0 ? 'none' : words.join(', ')
}
