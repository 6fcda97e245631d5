import { enableCompileCache } from 'node:module'
import { Command } from 'commander'
import { endInOrder } from './ending.ts'
import { examples } from './examples.ts'
import type { Host } from './host.ts'
import { openPlaces } from './open-sessions.ts'
import type { BuildCommand } from './program.ts'

/** `dev`: the stack around the service on this machine. Runs until it is told to end. */
export const devCommand: BuildCommand = (host) =>
  new Command('dev')
    .description(
      'Start Postgres, the demo people, the subgraph and its worker, the sample subgraphs and a gateway on this machine.',
    )
    .option('--strict-port', 'fail if a port is busy instead of using another one')
    .option(
      '--history',
      'add 90 days of life of 3,000 invented people, if they are not there yet; `reset` removes them',
    )
    .option('--data <directory>', 'where the data is kept (default: .dev in the checkout)')
    .option(
      '--json',
      'print one line of JSON when ready, instead of the banner: { places, dataDirectory, seconds }; notices go to standard error',
    )
    .addHelpText(
      'after',
      examples(
        ['dev', 'dev --history', 'dev --strict-port', 'dev --data /tmp/second-stack --json'],
        {
          0: 'stopped by Ctrl-C or SIGTERM',
          1: 'could not start, is already running, or its Postgres stopped; the message says what to do',
          2: 'unknown command or option',
        },
      ) +
        '\n\nEnvironment: GATEWAY_PORT (4000), PORT (4001), HOST (127.0.0.1), ACCOUNTS_PORT (4010), GAMES_PORT (4011), NOTIFICATIONS_PORT (4012),\nPOSTGRES_PORT (54321), LOG_LEVEL (warn), GATEWAY_SECRETS, SERVICE_SECRETS, GATEWAY_PLANNER (javascript or rust),\nWEBHOOK_ALLOWED_ADDRESSES.',
    )
    .action((options: DevOptions) => runStack(host, options))

interface DevOptions {
  readonly history?: true
  readonly strictPort?: true
  readonly data?: string
  readonly json?: true
}

async function runStack(
  host: Host,
  { history, strictPort, data, json }: DevOptions,
): Promise<void> {
  const startedAt = performance.now()
  const notice = json === true ? host.complain : host.print
  const seconds = () => ((performance.now() - startedAt) / 1_000).toFixed(1)
  const step = (doing: string) => {
    host.complain(`${seconds().padStart(5)} s  ${doing}`)
  }
  step('Loading the dev stack (Ctrl-C stops it)')
  // What was compiled by an earlier start need not be compiled again.
  enableCompileCache()
  // The gateway first: it has the most to load, and a thread to do it in.
  const { openGatewayThread } = await import('../../dev/gateway/thread.ts')
  const gateway = openGatewayThread(notice)
  const [{ startStack }, { banner }, { dataDirectoryFrom }] = await Promise.all([
    import('../../dev/stack.ts'),
    import('../../dev/banner.ts'),
    import('../../dev/stack-file.ts'),
  ])
  const dataDirectory = dataDirectoryFrom(data)
  const stack = startStack({
    dataDirectory,
    pid: host.pid,
    env: host.env,
    history: history === true,
    strictPort: strictPort === true,
    notice,
    step,
    gateway,
  })
  const cutOff = new AbortController()
  const fail = endInOrder(host, async () => {
    cutOff.abort()
    await stack.stop()
    host.complain(`Stopped. The data stays in ${dataDirectory}.`)
  })
  try {
    const places = await stack.ready
    void stack.broken.then(fail)
    host.print(
      json === true
        ? JSON.stringify({ places: openPlaces(places), dataDirectory, seconds: Number(seconds()) })
        : banner({
            places,
            gatewaySecret: host.env['GATEWAY_SECRETS'],
            dataDirectory,
            history: history === true,
            seconds: Number(seconds()),
          }),
    )
  } catch (error) {
    // Cut off by the developer: `endInOrder` is at work and exits.
    if (!cutOff.signal.aborted) throw error
    await new Promise(() => undefined)
  }
}
