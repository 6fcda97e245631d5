import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished } from 'vitest'
import { freePort } from '../../src/dev/ports.ts'
import { childEnvironment } from './child-environment.ts'
import { gatewaySecret, type TestService } from './test-service.ts'
import { send } from './wire.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** The service as production runs it: a process of its own. */
export interface ServiceProcess {
  readonly url: string
  readonly child: ChildProcess
  /** One of the platform's routes. */
  look(route: string): Promise<{ status: number; body: string }>
  /**
   * Sends SIGTERM and gives the exit code, and after how many milliseconds the process had ended.
   */
  end(): Promise<{ code: number | null; after: number }>
}

/**
 * Starts `serve` on the test service's database, and waits until it is ready. Killed when the test
 * is over.
 */
export async function startProcess(
  app: TestService,
  settings: Readonly<Record<string, string>> = {},
  stdout: 'ignore' | 'pipe' | number = 'ignore',
): Promise<ServiceProcess> {
  const port = await freePort()
  const origin = `http://127.0.0.1:${String(port)}`
  const child = spawn(execPath, [main, 'serve'], {
    env: {
      ...childEnvironment,
      NODE_ENV: 'production',
      PORT: String(port),
      DATABASE_URL: app.database.loginUrl,
      DATABASE_POOL_SIZE: '4',
      AUTH_JWKS_URL: app.issuer.jwksUrl,
      AUTH_ISSUER: app.issuer.url,
      AUTH_AUDIENCE: app.issuer.audience,
      GATEWAY_SECRETS: gatewaySecret,
      SHUTDOWN_GRACE: '0',
      ...settings,
    },
    stdio: ['ignore', stdout, 'inherit'],
  })
  const exited = once(child, 'exit') as Promise<[number | null]>
  onTestFinished(() => void child.kill('SIGKILL'))
  const look = async (route: string) => send(`${origin}/${route}`, { method: 'GET' })
  const isReady = async () => (await look('readyz').catch(() => null))?.status
  await expect.poll(isReady, { timeout: 60_000, interval: 100 }).toBe(200)
  return {
    url: `${origin}/graphql`,
    child,
    look,
    async end() {
      const start = performance.now()
      child.kill('SIGTERM')
      const [code] = await exited
      return { code, after: performance.now() - start }
    },
  }
}
