import { Command } from 'commander'
import { endInOrder } from './ending.ts'
import { examples } from './examples.ts'
import type { BuildCommand } from './program.ts'

/** `serve`: the service and nothing else, configured by the environment. */
export const serveCommand: BuildCommand = (host) =>
  new Command('serve')
    .description(
      'Run the service as in production. The environment configures it, and it starts nothing else.',
    )
    .option('--json', 'has no effect: the output is always the log as JSON lines')
    .addHelpText(
      'after',
      examples(['serve', 'NODE_ENV=production HOST=0.0.0.0 … bin/connections serve'], {
        0: 'stopped by SIGTERM or Ctrl-C: /readyz failed for SHUTDOWN_GRACE, then open requests finished',
        1: 'could not listen, or did not stop in time',
        2: 'the environment is wrong; every problem is printed',
      }) + '\n\n.env.example describes the environment. Run `connections migrate` first.',
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
