import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createIssuer, type Issuer } from '../../../src/dev/issuer.ts'
import { freePort } from '../../../src/dev/ports.ts'
import { askOnce } from '../ask-once.ts'
import type { Dataset } from '../dataset.ts'
import type { QuestionName, SystemName } from '../options.ts'
import { postgraphileWords } from './postgraphile-words.ts'
import { usualUrl } from './usual-role.ts'
import { ourWords, type Words } from './words.ts'

/** A server to be measured, in a process of its own. */
export interface System {
  readonly name: SystemName
  readonly pid: number
  readonly origin: string
  readonly words: Readonly<Record<QuestionName, Words>>
  pathOf(question: QuestionName): string
  stop(): Promise<void>
}

/** An auth service for the measured ones: publishes its keys, signs for anybody. */
export type Auth = Awaited<ReturnType<typeof startAuth>>

export async function startAuth() {
  const issuer: Issuer = await createIssuer({
    issuer: 'https://auth.bench.example',
    audience: 'bench',
  })
  const server = createServer((_request, response) => {
    response.end(JSON.stringify(issuer.jwks()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    issuer,
    jwksUrl: `http://127.0.0.1:${port}/jwks.json`,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

/** What our gateway sends; the others do not ask for it. */
export const gatewaySecret = 'the-secret-of-the-measurements'

/** The environment of a production process, for every system the same. */
export function environment(
  dataset: Dataset,
  auth: Auth,
  port: number,
  proof = 'remembered',
): Record<string, string> {
  return {
    NODE_ENV: 'production',
    GRAPHILE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: String(port),
    DATABASE_URL: dataset.loginUrl,
    AUTH_JWKS_URL: auth.jwksUrl,
    AUTH_ISSUER: auth.issuer.issuer,
    AUTH_AUDIENCE: auth.issuer.audience,
    GATEWAY_SECRETS: gatewaySecret,
    BENCH_PROOF: proof,
  }
}

const root = join(import.meta.dirname, '..', '..', '..')

const programs: Readonly<Record<SystemName, readonly string[]>> = {
  // As the Dockerfile starts it.
  ours: ['--max-semi-space-size=24', 'src/main.ts', 'serve'],
  postgraphile: ['test/bench/systems/postgraphile.ts'],
  usual: ['test/bench/systems/usual.ts'],
  naive: ['test/bench/systems/naive.ts'],
  limit: ['test/bench/systems/limit.ts'],
}

/** Starts a system and waits until it answers HTTP. */
export async function startSystem(
  name: SystemName,
  dataset: Dataset,
  auth: Auth,
  nodeOptions: readonly string[] = [],
  proof = 'remembered',
): Promise<System> {
  const port = await freePort()
  const server = spawn(process.execPath, [...nodeOptions, ...programs[name]], {
    cwd: root,
    env: {
      PATH: process.env['PATH'] ?? '',
      ...environment(dataset, auth, port, proof),
      ...(name === 'usual' && { DATABASE_URL: usualUrl(dataset.adminUrl) }),
    },
    // Its log goes where a log costs what it costs to write one, and no more.
    stdio: ['ignore', process.env['BENCH_LOG'] === undefined ? 'ignore' : 'inherit', 'inherit'],
  })
  const origin = `http://127.0.0.1:${port}`
  await answers(server, origin, name)
  return {
    name,
    pid: server.pid ?? 0,
    origin,
    words: name === 'postgraphile' ? postgraphileWords : ourWords,
    pathOf: (question) =>
      ({
        ours: '/graphql',
        postgraphile: '/graphql',
        usual: '/graphql',
        naive: '/',
        limit: `/${question}`,
      })[name],
    stop: async () => {
      if (server.exitCode !== null) return
      const exited = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGTERM')
      const hurry = setTimeout(() => server.kill('SIGKILL'), 8_000)
      await exited
      clearTimeout(hurry)
    },
  }
}

/** Waits until a server that was started answers HTTP. */
export async function answers(server: ChildProcess, origin: string, name: string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (server.exitCode !== null) throw new Error(`${name} ended before it answered.`)
    const answered = await askOnce(`${origin}/livez`).then(
      () => true,
      () => false,
    )
    if (answered) return
    await sleep(50)
  }
  server.kill('SIGKILL')
  throw new Error(`${name} does not answer.`)
}
