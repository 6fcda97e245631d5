import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env, execPath } from 'node:process'
import { createInterface } from 'node:readline'

const ports = ['GATEWAY_PORT', 'PORT', 'ACCOUNTS_PORT', 'GAMES_PORT', 'NOTIFICATIONS_PORT']
const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts')

/** A dev stack of its own, without anything left behind. */
export async function startStack(...options: readonly string[]) {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'connections-pictures-'))
  // Where this runs as root, Postgres runs as another user, who must be able to enter.
  await chmod(dataDirectory, 0o755)
  const words = [main, 'dev', '--json', '--data', dataDirectory, ...options]
  const child = spawn(execPath, words, {
    env: {
      ...env,
      ...Object.fromEntries([...ports, 'POSTGRES_PORT'].map((name) => [name, '0'])),
      // The same people are online whenever this runs: three of alice's close friends are.
      HISTORY_TURN: '93',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const stop = async () => {
    child.kill('SIGINT')
    await ended
    await rm(dataDirectory, { recursive: true, force: true })
  }
  const line = once(createInterface(child.stdout), 'line') as Promise<[string]>
  const first = await Promise.race([line, ended])
  if (typeof first[0] !== 'string') {
    await rm(dataDirectory, { recursive: true, force: true })
    throw new Error('The dev stack ended before it was ready.')
  }
  const { places } = JSON.parse(first[0]) as { places: { gateway: string } }
  return { origin: new URL('/', places.gateway).href, stop }
}
