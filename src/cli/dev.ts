import { Command } from 'commander'
import { endInOrder } from './ending.ts'
import { examples } from './examples.ts'
import type { Host } from './host.ts'
import type { BuildCommand } from './program.ts'

/** `dev`: the world around the service on this machine. Runs until it is told to end. */
export const devCommand: BuildCommand = (host) =>
  new Command('dev')
    .description(
      'Start Postgres, the demo people, a token issuer and the subgraph on this machine.',
    )
    .option('--strict-port', 'fail when a port is busy, instead of taking another one')
    .option('--data <directory>', 'where the data lives (default: .dev in the checkout)')
    .addHelpText(
      'after',
      examples(['dev', 'dev --strict-port', 'dev --data /tmp/second-world'], {
        0: 'ended by Ctrl-C or SIGTERM, everything stopped in order',
        1: 'could not start, or is running already; the message names the cure',
        2: 'unknown command or option',
      }) +
        '\n\nEnvironment: PORT (4001), HOST (127.0.0.1), ACCOUNTS_PORT (4010), POSTGRES_PORT (54321), LOG_LEVEL (warn), GATEWAY_SECRETS.',
    )
    .action((options: DevOptions) => runWorld(host, options))

interface DevOptions {
  readonly strictPort?: true
  readonly data?: string
}

async function runWorld(host: Host, { strictPort, data }: DevOptions): Promise<void> {
  const startedAt = performance.now()
  const [{ startWorld }, { banner }, { dataDirectoryFrom }] = await Promise.all([
    import('../dev/world.ts'),
    import('../dev/banner.ts'),
    import('../dev/world-file.ts'),
  ])
  const dataDirectory = dataDirectoryFrom(data)
  const world = startWorld({
    dataDirectory,
    pid: host.pid,
    env: host.env,
    strictPort: strictPort === true,
    notice: host.print,
  })
  const cutOff = new AbortController()
  endInOrder(host, () => {
    cutOff.abort()
    return world.stop()
  })
  try {
    const { graphqlUrl, accountsUrl } = await world.ready
    const seconds = (performance.now() - startedAt) / 1000
    host.print(
      banner({
        graphqlUrl,
        accountsUrl,
        gatewaySecret: host.env['GATEWAY_SECRETS'],
        dataDirectory,
        seconds,
      }),
    )
  } catch (error) {
    // Cut off by the developer: `endInOrder` is at work and exits.
    if (!cutOff.signal.aborted) throw error
    await new Promise(() => undefined)
  }
}
