import { Command } from 'commander'
import { endInOrder } from './ending.ts'
import { examples } from './examples.ts'
import type { BuildCommand } from './program.ts'

/** `serve`: the service and nothing else, configured by the environment. */
export const serveCommand: BuildCommand = (host) =>
  new Command('serve')
    .description(
      'Run the service as in production: configured by the environment, starting nothing but itself.',
    )
    .option(
      '--json',
      'changes nothing: what this prints is JSON lines in any case, the log of the service',
    )
    .addHelpText(
      'after',
      examples(['serve', 'NODE_ENV=production HOST=0.0.0.0 … bin/connections serve'], {
        0: 'ended by SIGTERM or Ctrl-C: not ready, SHUTDOWN_GRACE waited, requests finished, pool closed',
        1: 'could not listen, or did not end in time',
        2: 'the environment is wrong; every problem is named',
      }) + '\n\nThe environment is described in .env.example. Migrate first: connections migrate.',
    )
    .action(async () => {
      const [{ readConfig }, { startServer }] = await Promise.all([
        import('../../config.ts'),
        import('../../server/server.ts'),
      ])
      const config = readConfig(host.env)
      const server = await startServer(config)
      endInOrder(host, () => server.drain(), (config.shutdownGraceSeconds + 6.5) * 1_000)
    })
