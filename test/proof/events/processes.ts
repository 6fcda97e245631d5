import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { execPath } from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type RunningPostgres, startPostgres } from '../../../src/dev/postgres.ts'
import { childEnvironment } from '../../support/child-environment.ts'

/** Something that is killed at any moment and started again. */
export interface Killable {
  readonly name: string
  /** Kills it (-9) and starts it again; resolves when it works. */
  restart(): Promise<void>
  /** Ends it for good. */
  stop(): Promise<void>
}

/** A Node process of ours. */
export async function startProcess(
  name: string,
  file: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
  isReady: () => Promise<boolean>,
): Promise<Killable> {
  const path = fileURLToPath(new URL(`../../../${file}`, import.meta.url))
  let child: ChildProcess
  const start = async () => {
    child = spawn(execPath, [path, ...args], {
      env: { ...childEnvironment, ...settings },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    while (!(await isReady())) await sleep(50)
  }
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }
  await start()
  return {
    name,
    restart: async () => {
      await end('SIGKILL')
      await start()
    },
    stop: () => end('SIGTERM'),
  }
}

/** A Postgres that comes back at the same port with what was committed. */
export async function startKillablePostgres(
  dataDir: string,
): Promise<Killable & { readonly superuserUrl: string }> {
  const settings = { max_connections: '100' }
  let postgres: RunningPostgres = await startPostgres({ dataDir, durable: true, settings })
  const { port, superuserUrl } = postgres
  return {
    name: 'Postgres',
    superuserUrl,
    restart: async () => {
      process.kill(postgres.pid, 'SIGKILL')
      await postgres.ended
      postgres = await startPostgres({ dataDir, durable: true, settings, port })
    },
    stop: () => postgres.stop(),
  }
}
