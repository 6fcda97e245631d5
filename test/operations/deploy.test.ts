import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { env as ourEnvironment, execPath } from 'node:process'
import { composeServices } from '@theguild/federation-composition'
import { parse as parseGraphQL } from 'graphql'
import { afterAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readConfig } from '../../src/config.ts'
import { settings } from '../../src/config/settings.ts'
import { readWorkerConfig } from '../../src/config/worker-config.ts'
import { freePort } from '../../src/dev/ports.ts'
import { limits } from '../../src/limits.ts'
import { openTestService } from '../support/test-service.ts'

// The samples for those who deploy, as far as they can be run without Docker and without the
// gateways.

const checkout = join(import.meta.dirname, '..', '..')
const read = (path: string) => readFileSync(join(checkout, path), 'utf8')

const app = await openTestService()

describe('the image', () => {
  const stages = read('Dockerfile')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll('\\\n', ' ')
    .split(/^(?=FROM )/m)
  const image = stages.at(-1) ?? ''
  const words = (instruction: string): string[] =>
    image
      .split('\n')
      .filter((line) => line.trim().startsWith(`${instruction} `))
      .map((line) => line.trim().slice(instruction.length + 1))
  const environment = Object.fromEntries(
    words('ENV').flatMap((line) => line.split(' ').map((pair) => pair.split(/=(.*)/))),
  ) as Record<string, string>
  const [entrance = '', ...main] = JSON.parse(words('ENTRYPOINT')[0] ?? '[]') as string[]

  const folder = mkdtempSync(join(tmpdir(), 'connections-image-'))
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })
  copyImage(image, folder)

  it('is of the Node that package.json names, and not for root', () => {
    const { devDependencies } = JSON.parse(read('package.json')) as {
      devDependencies: { node: string }
    }
    expect(stages[0]).toContain(`ARG NODE_IMAGE=node:${devDependencies.node}-`)
    expect(entrance).toBe('node')
    expect(words('USER')).toEqual(['1000:1000'])
  })

  it('lets in from the checkout what it copies, and nothing else', () => {
    const ignored = read('.dockerignore').split('\n')
    const letIn = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1))
    const copied = stages.flatMap((stage) =>
      [...stage.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = '']) =>
        paths.split(' '),
      ),
    )
    expect(ignored).toContain('*')
    // A file of a folder that is copied as a whole later has been let in with it.
    const whole = copied.filter((path) => !copied.some((other) => path.startsWith(`${other}/`)))
    expect(letIn.sort()).toEqual([...new Set(whole)].sort())
    expect(copied.filter((path) => !existsSync(join(checkout, path)))).toEqual([])
  })

  it('migrates, serves, is healthy, and ends in order, on production packages alone; and writes no file', async () => {
    const before = readdirSync(folder, { recursive: true }).length
    const port = String(await freePort())
    const given = {
      ...environment,
      PORT: port,
      HOST: '127.0.0.1',
      DATABASE_URL: app.database.loginUrl,
      AUTH_JWKS_URL: app.issuer.jwksUrl,
      AUTH_ISSUER: app.issuer.url,
      AUTH_AUDIENCE: app.issuer.audience,
      GATEWAY_SECRETS: 'the-secret-of-this-month',
    }
    const migrated = await run([...main, 'migrate'], {
      ...environment,
      DATABASE_OWNER_URL: app.database.ownerUrl,
    })
    expect(migrated).toMatchObject({ code: 0, output: expect.stringContaining('up to date') })

    const [, health = '[]'] = /HEALTHCHECK .* CMD (\[.*\])/.exec(image) ?? []
    const [, ...check] = JSON.parse(health) as string[]
    expect((await run(check, given)).code).toBe(1)

    const service = spawn(
      execPath,
      [...main, ...(JSON.parse(words('CMD')[0] ?? '[]') as string[])],
      {
        cwd: folder,
        env: given,
        stdio: 'ignore',
      },
    )
    try {
      await expect
        .poll(async () => (await run(check, given)).code, { timeout: 30_000, interval: 200 })
        .toBe(0)
      expect((await run([...main, 'status'], given)).code).toBe(0)
      // Its packages are loaded only now.
      const token = await app.issuer.token({ sub: 'service:x', scope: 'connections:service' })
      const headers = {
        'x-gateway-secret': given.GATEWAY_SECRETS,
        authorization: `Bearer ${token}`,
      }
      const insights = await fetch(`http://127.0.0.1:${port}/insights`, { headers })
      expect(insights.status).toBe(200)
      const worker = spawn(execPath, [...main, 'worker'], {
        cwd: folder,
        env: { ...environment, DATABASE_DIRECT_URL: app.database.workerUrl },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      await once(worker.stdout, 'data')
      worker.kill('SIGTERM')
      expect(await codeOf(worker)).toBe(0)
      const examined = await run([...main, 'doctor', '--json'], given)
      const { findings } = JSON.parse(examined.output) as { findings: { state: string }[] }
      expect(findings.filter(({ state }) => state === 'error')).toEqual([])
    } finally {
      service.kill('SIGTERM')
    }
    expect(await codeOf(service)).toBe(0)
    expect(readdirSync(folder, { recursive: true })).toHaveLength(before)
  })

  /** Runs Node in the image's folder, with this environment and no other. */
  function run(args: string[], environment: Record<string, string>) {
    return new Promise<{ code: number | null; output: string }>((resolve) => {
      const child = execFile(
        execPath,
        args,
        { cwd: folder, env: { PATH: ourEnvironment['PATH'] ?? '', ...environment } },
        (_error, output, errors) => {
          resolve({ code: child.exitCode, output: output + errors })
        },
      )
    })
  }
})

/**
 * Lays out what the last stage of the Dockerfile copies, with the packages that `npm ci --omit=dev
 * --omit=optional` would install.
 */
function copyImage(stage: string, folder: string): void {
  for (const [, from, paths = ''] of stage.matchAll(/^COPY (?:--from=(\w+) )?(.+) \S+$/gm)) {
    if (from !== 'packages') {
      for (const path of paths.split(' ')) {
        const name = path.replace(/^\/app\//, '')
        cpSync(join(checkout, name), join(folder, name), { recursive: true })
      }
      continue
    }
    const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, Package> }
    const kept = Object.entries(lock.packages).filter(
      ([path, { dev, optional, devOptional, link }]) =>
        path !== '' && link !== true && dev !== true && optional !== true && devOptional !== true,
    )
    for (const [path] of kept) {
      cpSync(join(checkout, path), join(folder, path), {
        recursive: true,
        filter: (source) => !source.slice(join(checkout, path).length).includes('node_modules'),
      })
    }
    cpSync(join(checkout, 'package.json'), join(folder, 'package.json'))
  }
}

interface Package {
  readonly dev?: boolean
  readonly optional?: boolean
  readonly devOptional?: boolean
  /** A workspace, whose folder is copied with the sources. */
  readonly link?: boolean
}

async function codeOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}

describe('compose.yaml', () => {
  const { services } = parse(read('compose.yaml')) as { services: Record<string, Service> }

  it('gives the service a production that starts', () => {
    const environment = filledIn(services['service']?.environment)
    expect(Object.keys(environment).filter((name) => !(name in settings))).toEqual([])
    const production = { NODE_ENV: 'production', HOST: '0.0.0.0', PORT: '4001', ...environment }
    expect(readConfig(production)).toMatchObject({ environment: 'production' })
  })

  it('gives the worker a production that starts, and its own way into the database', () => {
    const environment = filledIn(services['worker']?.environment)
    expect(Object.keys(environment).filter((name) => !(name in settings))).toEqual([])
    const { databaseUrl } = readWorkerConfig({ NODE_ENV: 'production', ...environment })
    expect(new URL(databaseUrl ?? '').username).toBe('connections_worker')
  })

  it('gives the migrations the owner, whom database.sql makes, and the service the login', () => {
    const { DATABASE_OWNER_URL = '' } = filledIn(services['migrate']?.environment)
    const { DATABASE_URL = '' } = filledIn(services['service']?.environment)
    expect(new URL(DATABASE_OWNER_URL).username).toBe('connections_owner')
    expect(new URL(DATABASE_URL).username).toBe('connections_login')
    const sql = read('docs/deploy/database.sql')
    const asked = [...sql.matchAll(/^\\getenv \w+ (\w+)$/gm)].map(([, name = '']) => name)
    expect(asked).toHaveLength(3)
    expect(Object.keys(services['postgres']?.environment ?? {})).toEqual(
      expect.arrayContaining(asked),
    )
    expect(sql).toContain('create role connections_owner login')
    expect(sql).toContain('alter role connections_login password')
  })

  it('mounts files that are there, where database.sql looks for them', () => {
    const mounts = (services['postgres']?.volumes ?? []).filter((mount) => mount.startsWith('.'))
    const places = mounts.map((mount) => mount.split(':'))
    expect(places.filter(([file = '']) => !existsSync(join(checkout, file)))).toEqual([])
    const [, included = ''] = /^\\ir (\S+)$/m.exec(read('docs/deploy/database.sql')) ?? []
    const [script = '', roles = ''] = places.map(([, place = '']) => place)
    expect(join(dirname(script), included)).toBe(roles)
    expect(existsSync(join(checkout, 'docs/deploy', included))).toBe(true)
  })
})

interface Service {
  readonly environment?: Record<string, string>
  readonly volumes?: string[]
}

/** An environment of compose.yaml, with what `.env` would say, or the default that stands there. */
function filledIn(environment: Record<string, string> = {}): Record<string, string> {
  const said: Record<string, string> = {
    AUTH_JWKS_URL: 'https://auth.example.com/.well-known/jwks.json',
  }
  return Object.fromEntries(
    Object.entries(environment).map(([name, text]) => [
      name,
      text.replaceAll(
        /\$\{(\w+)(?::([-?])([^}]*))?\}/g,
        (_match, variable: string, kind: string, word: string) =>
          kind === '-' ? word : (said[variable] ?? 'long-enough-for-a-secret'),
      ),
    ]),
  )
}

describe('the gateways', () => {
  const client = {
    authorization: 'Bearer somebody',
    cookie: 'session=somebody',
    'x-request-id': 'request-1',
    'x-forwarded-for': '192.0.2.1',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    tracestate: 'vendor=opaque',
    'x-gateway-secret': 'forged',
  }
  const passedOn = {
    authorization: 'Bearer somebody',
    'x-request-id': 'request-1',
    'x-forwarded-for': '192.0.2.1',
    'x-gateway-secret': 'ours',
  }

  it('Apollo Router passes on the token, never a secret that a client sent, and the errors back', () => {
    const router = parse(read('docs/deploy/apollo-router/router.yaml')) as Router
    expect(router.include_subgraph_errors.subgraphs['connections']).toBe(true)
    const sent: Record<string, string> = {}
    for (const rule of router.headers.subgraphs['connections']?.request ?? []) {
      if ('propagate' in rule) {
        const { named } = rule.propagate
        sent[named] = client[named as keyof typeof client]
      } else sent[rule.insert.name] = rule.insert.value
    }
    expect(sent).toEqual({
      ...passedOn,
      'x-gateway-secret': '${env.CONNECTIONS_GATEWAY_SECRET}',
    })
    // The router writes `traceparent` by itself, and lets no stranger decide what is traced.
    const { propagation, common } = router.telemetry.exporters.tracing
    expect(propagation).toEqual({ trace_context: true })
    expect(common.parent_based_sampler).toBe(false)
    expect(router.traffic_shaping.subgraphs['connections']?.timeout).toBe('12s')
  })

  it('Hive Gateway passes on the same', async () => {
    const text = read('docs/deploy/hive-gateway/gateway.config.mjs').replace(
      /^import .*'@graphql-hive\/gateway'$/m,
      "const defineConfig = (config) => config\nconst process = { env: { CONNECTIONS_URL: 'http://service', CONNECTIONS_GATEWAY_SECRET: 'ours' } }",
    )
    const { gatewayConfig } = await import(
      /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(text)}`
    )
    const { fromClientToSubgraphs } = gatewayConfig.propagateHeaders
    const request = new Request('http://gateway', { headers: client })
    const { traceparent, tracestate } = client
    const traced = { ...passedOn, traceparent, tracestate }
    expect(fromClientToSubgraphs({ request, subgraphName: 'connections' })).toEqual(traced)
    expect(fromClientToSubgraphs({ request, subgraphName: 'another' })).toEqual({})
    const socket = { request: new Request('http://gateway'), subgraphName: 'connections' }
    const context = { connectionParams: { authorization: 'Bearer of a socket' } }
    expect(fromClientToSubgraphs({ ...socket, context })).toMatchObject({
      authorization: 'Bearer of a socket',
    })
    expect(gatewayConfig.maskedErrors).toBe(true)
    const patience = (operationType: string) =>
      gatewayConfig.upstreamTimeout({ executionRequest: { operationType } })
    expect([patience('query'), patience('mutation')]).toEqual([12_000, 12_000])
    expect(patience('subscription')).toBeUndefined()
  })

  it('wait a little longer than the service takes to answer', () => {
    const { request, graceMs } = limits.deadlines
    expect(12_000 - (request.totalMs + 2 * graceMs)).toBeGreaterThanOrEqual(1_000)
  })

  it('@apollo/gateway serves the graph: it passes on the same, and the errors back', async () => {
    const received: IncomingHttpHeaders[] = []
    const service = createServer((request, response) => {
      received.push(request.headers)
      const errors = [{ message: 'Sign in.', extensions: { code: 'UNAUTHENTICATED' } }]
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ data: { viewer: null }, errors }))
    }).listen(0, '127.0.0.1')
    await once(service, 'listening')
    const { port } = service.address() as AddressInfo
    const folder = mkdtempSync(join(tmpdir(), 'connections-gateway-'))
    const typeDefs = parseGraphQL(read('docs/subgraph.graphql'))
    const { supergraphSdl } = composeServices([
      { name: 'connections', url: 'http://other', typeDefs },
    ])
    writeFileSync(join(folder, 'supergraph.graphql'), supergraphSdl ?? '')
    const gatewayPort = String(await freePort())
    const gateway = spawn(
      execPath,
      ['docs/deploy/apollo-gateway/gateway.mjs', join(folder, 'supergraph.graphql')],
      {
        cwd: checkout,
        env: {
          PORT: gatewayPort,
          CONNECTIONS_URL: `http://127.0.0.1:${String(port)}/graphql`,
          CONNECTIONS_GATEWAY_SECRET: 'ours',
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    try {
      await once(gateway.stdout, 'data')
      const answer = await fetch(`http://127.0.0.1:${gatewayPort}/`, {
        method: 'POST',
        headers: { ...client, 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ viewer { username } }' }),
      })
      expect(await answer.json()).toMatchObject({
        data: { viewer: null },
        errors: [{ message: 'Sign in.', extensions: { code: 'UNAUTHENTICATED' } }],
      })
    } finally {
      gateway.kill()
      service.close()
      rmSync(folder, { recursive: true })
    }
    const { traceparent, tracestate } = client
    expect(received).toHaveLength(1)
    expect(received[0]).toMatchObject({ ...passedOn, traceparent, tracestate })
    expect(received[0]).not.toHaveProperty('cookie')
  })
})

interface Router {
  readonly headers: {
    readonly subgraphs: Record<string, { readonly request: readonly HeaderRule[] }>
  }
  readonly include_subgraph_errors: { readonly subgraphs: Record<string, boolean> }
  readonly traffic_shaping: { readonly subgraphs: Record<string, { readonly timeout: string }> }
  readonly telemetry: {
    readonly exporters: {
      readonly tracing: {
        readonly propagation: object
        readonly common: { readonly parent_based_sampler: boolean }
      }
    }
  }
}

type HeaderRule =
  | { readonly propagate: { readonly named: string } }
  | { readonly insert: { readonly name: string; readonly value: string } }
