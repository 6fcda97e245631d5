import { Command } from 'commander'
import type { WorkerConfig } from '../../config/worker-config.ts'
import { endInOrder } from './ending.ts'
import { examples } from './examples.ts'
import { exitCodes, type Host } from './host.ts'
import type { BuildCommand } from './program.ts'

interface WorkerWords {
  readonly once?: string | true
  readonly json?: true
  readonly data?: string
}

/** `worker`: the background work, as a process of its own. */
export const workerCommand: BuildCommand = (host, finish) =>
  new Command('worker')
    .description(
      'Run the worker: it dispatches events, delivers them to webhook endpoints, and runs background tasks. Several may run at the same time. In development `npm start` runs one.',
    )
    .option('--data <directory>', 'the data directory of the dev stack (default: .dev)')
    .option('--once [task]', 'run one background task now and exit; without a name, list the tasks')
    .option('--json', 'with --once: print JSON. Otherwise the output is always JSON lines')
    .addHelpText(
      'after',
      examples(
        [
          'worker',
          'NODE_ENV=production DATABASE_DIRECT_URL=… bin/connections worker',
          'worker --once',
          'worker --once expire-requests --json',
        ],
        {
          0: 'stopped by SIGTERM or Ctrl-C: it finished what it had begun; --once: the task is done',
          1: 'it did not stop in time; --once: the task failed, was interrupted, or another worker is running it',
          2: 'the environment is wrong, no database was given, or there is no such task',
        },
      ) +
        '\n\nDATABASE_DIRECT_URL is the database as connections_worker, without a pooler in between. Without it the worker uses the running dev stack.',
    )
    .action(async (words: WorkerWords) => {
      if (words.once !== undefined) {
        const { runOnce } = await import('./worker-once.ts')
        finish(await runOnce(host, { ...words, once: words.once }))
        return
      }
      const { readWorkerConfig } = await import('../../config/worker-config.ts')
      const config = readWorkerConfig(host.env)
      const databaseUrl = await workerUrl(host, config, words.data)
      if (databaseUrl === null) finish(exitCodes.misused)
      else await work(host, config, databaseUrl)
    })

async function work(host: Host, config: WorkerConfig, databaseUrl: string): Promise<void> {
  const [{ openWorkerLog }, { startWorker }, { agentFor }, { allowedAddresses }] =
    await Promise.all([
      import('../../worker/worker-log.ts'),
      import('../../worker/worker.ts'),
      import('../../worker/endpoints/addresses.ts'),
      import('../../worker/endpoints/networks.ts'),
    ])
  const allowed = allowedAddresses(config.webhookAllowedAddresses, config.isProduction)
  const { log, end } = openWorkerLog(config.logLevel)
  const worker = startWorker({
    databaseUrl,
    log,
    agentFor: (url) => agentFor(url, allowed),
    settings: config,
  })
  endInOrder(host, async () => {
    await worker.stop()
    await end()
  })
}

/**
 * The database as the worker: `DATABASE_DIRECT_URL`, else the running dev stack. Null, and said,
 * when neither is there.
 */
async function workerUrl(
  host: Host,
  { databaseUrl, isProduction }: WorkerConfig,
  data: string | undefined,
): Promise<string | null> {
  if (databaseUrl !== null) return databaseUrl
  if (!isProduction) {
    const { dataDirectoryFrom, runningStack } = await import('../../dev/stack-file.ts')
    const stack = await runningStack(dataDirectoryFrom(data))
    if (stack?.places) return stack.places.workerUrl
  }
  host.complain(
    isProduction
      ? 'DATABASE_DIRECT_URL: required in production'
      : 'DATABASE_DIRECT_URL: required (or start the dev stack to use its database)',
  )
  return null
}
