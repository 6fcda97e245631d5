import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process, { env, execPath, pid as thisProcess } from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { DEVELOPMENT_GATEWAY_SECRET } from '../../src/config/settings.ts'
import { seeProcess } from '../../src/dev/processes.ts'
import { people } from '../../src/dev/seed/people.ts'
import { childEnvironment } from '../support/child-environment.ts'

// The promises of `npm start`, kept by the real command as a process of its own, on a data
// directory and on ports of its own.

const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts')
const anyPorts = {
  GATEWAY_PORT: '0',
  PORT: '0',
  ACCOUNTS_PORT: '0',
  GAMES_PORT: '0',
  NOTIFICATIONS_PORT: '0',
  POSTGRES_PORT: '0',
}

let dataDirectory: string
let begun: ChildProcess[] = []

beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'connections-stack-'))
})

afterAll(async () => {
  await command('reset', ['--yes'])
  await rm(dataDirectory, { recursive: true })
})

afterEach(async () => {
  for (const child of begun) await end(child, 'SIGKILL')
  begun = []
})

describe('a running dev stack', () => {
  let stack: DevStack
  beforeAll(async () => {
    stack = await start()
    // The other tests' stacks end after each test; this one after these tests.
    begun = []
  })
  afterAll(() => end(stack.child, 'SIGINT'))

  it('says where everything is in twelve lines', () => {
    const banner = stack.output.slice(stack.output.indexOf('connections is ready'))
    expect(banner.trim().split('\n').length).toBeLessThanOrEqual(12)
    expect(banner).toMatch(/^ {2}console {3}http:\/\/127\.0\.0\.1:\d+\/console /m)
    expect(banner).toMatch(/^ {2}insights {2}http:\/\/127\.0\.0\.1:\d+\/insights$/m)
  })

  it('says at once what it does, and when it begins each step', () => {
    const steps = stack.errors().trim().split('\n')
    expect(steps.map((line) => line.replace(/^ *\d+\.\d s {2}/, ''))).toEqual([
      'Loading the dev stack (Ctrl-C stops it)',
      'Starting Postgres',
      'Migrating the database',
      'Adding the demo people',
      'Starting accounts and connections',
      'Starting games, notifications and the worker',
      'Composing the supergraph and starting the gateway',
    ])
    // Within a second where nothing else runs; a share of the whole where the tests run.
    expect(stack.times.silent).toBeLessThan(Math.max(1_000, stack.times.all / 3))
  })

  it('has the demo people and the contacts between them', async () => {
    const alice = await stack.ask('alice', contactsOfViewer)
    expect(alice).toMatchObject({ id: '00000000-0000-4000-8000-000000000001' })
    expect(alice.contacts.edges).toHaveLength(people.length - 1)
    const trent = await stack.ask('trent', contactsOfViewer)
    expect(trent).toEqual({ id: '00000000-0000-4000-8000-000000000012', contacts: { edges: [] } })
  })

  it('has a gateway, through which each sees the games that are for them, and what it cost', async () => {
    const query = '{ games { edges { node { title visibleToViewer } } } }'
    const gamesOf = async (subject: string) => {
      const response = await fetch(stack.gatewayUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${await stack.token(subject)}`,
        },
        body: JSON.stringify({ query }),
      })
      const { data, extensions } = (await response.json()) as {
        data: { games: { edges: { node: { title: string; visibleToViewer: boolean } }[] } }
        extensions: { connections: unknown }
      }
      expect(extensions.connections).toEqual([
        {
          statements: ['pairs.summaries'],
          batches: [expect.objectContaining({ size: expect.any(Number) })],
        },
      ])
      const games = data.games.edges.map(({ node }) => node)
      expect(games.filter(({ visibleToViewer }) => !visibleToViewer)).toEqual([])
      return games.map(({ title }) => title)
    }
    const [forAll, forFriends, forClose] = [
      'Five-a-side on Thursday',
      'Climbing with friends',
      'Chess at the kitchen table',
    ]
    expect(await gamesOf('carol')).toEqual([
      forAll,
      forFriends,
      forClose,
      'Sunday tennis doubles',
      'Morning run',
      'Croquet, and cake after it',
    ])
    expect(await gamesOf('bob')).toEqual([forAll, forFriends, 'Sunday tennis doubles'])
    expect(await gamesOf('heidi')).toEqual([
      forAll,
      'Street basketball, all welcome',
      'Morning run',
    ])
  })

  it('gives tokens to demo people, to any UUID and to a service, and to nobody else', async () => {
    const stranger = '5e0f7a52-3c0b-4a0e-9d4f-6f6f1c1d2e3f'
    const { output } = await command('token', ['alice', stranger.toUpperCase(), '--service'])
    const [alice, other, service] = output.trim().split('\n').map(claimsOf)
    expect(alice).toMatchObject({
      sub: '00000000-0000-4000-8000-000000000001',
      aud: 'connections-development',
    })
    expect(other).toMatchObject({ sub: stranger })
    expect(service).toMatchObject({
      sub: 'service:dev',
      scope: 'connections:service',
      client_id: 'dev',
    })
    await expect(command('token', ['zoe'])).resolves.toMatchObject({ code: 1, output: '' })
    await expect(command('token')).resolves.toMatchObject({ code: 2, output: '' })
    await expect(stack.ask(stranger, contactsOfViewer)).resolves.toMatchObject({ id: stranger })
  })

  it('tells how far the migrations are, for people and for programs', async () => {
    const { code, output } = await command('migrate', ['--status', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(output)).toMatchObject({ pending: [], edited: [], failed: [], unknown: [] })
    const again = await command('migrate')
    expect(again).toMatchObject({
      code: 0,
      output: 'Nothing to apply: the database is up to date.\n',
    })
  })

  it('is well, says the doctor, and is told by `status` with its places and no password', async () => {
    const doctor = await command('doctor', ['--json'])
    expect(doctor.code).toBe(0)
    expect(JSON.parse(doctor.output)).toMatchObject({ subject: 'running stack', ok: true })
    const { code, output } = await command('status', ['--json'])
    expect(code).toBe(0)
    const { stack: told, service } = JSON.parse(output)
    expect(told).toMatchObject({
      pid: stack.child.pid,
      places: {
        graphql: stack.graphqlUrl,
        login: expect.stringMatching(/^postgres:\/\/connections_login@/),
      },
    })
    expect(service).toMatchObject({ ready: true, migrations: 'applied' })
    expect(service.operations.query).toBeGreaterThan(0)
  })

  it('lets neither a second one nor `reset` touch its data, and says who it is', async () => {
    for (const word of ['dev', 'reset']) {
      const { code, errors } = await command(word)
      expect(code).toBe(1)
      expect(errors).toContain(
        `already running: pid ${String(stack.child.pid)}, ${stack.graphqlUrl}`,
      )
    }
  })
})

it('ends at each signal, even twice, and keeps what was changed, and its tokens, until `reset`', async () => {
  const first = await start()
  const token = await first.token('alice')
  await first.askWith(token, `mutation { removeContact(userId: "${idOfBob}") { changed } }`)
  await expectCleanEnd(first, 'SIGINT')

  const second = await start()
  expect(contactIds(await second.askWith(token, contactsOfViewer))).not.toContain(idOfBob)
  await expectCleanEnd(second, 'SIGTERM')

  await expect(command('reset', ['--yes'])).resolves.toMatchObject({ code: 0 })
  const third = await start()
  expect(contactIds(await third.ask('alice', contactsOfViewer))).toContain(idOfBob)
  await expectCleanEnd(third, 'SIGHUP')
}, 240_000)

it('starts again after kill -9, which leaves no Postgres behind', async () => {
  const first = await start()
  const token = await first.token('alice')
  const children = await childrenOf(first.child)
  expect(children).not.toEqual([])
  await end(first.child, 'SIGKILL')
  await expect.poll(() => living(children), patiently).toEqual([])
  const second = await start()
  expect(contactIds(await second.askWith(token, contactsOfViewer))).toContain(idOfBob)
})

it('ends when its Postgres has ended, and says so', async () => {
  const stack = await start()
  const [postgres = 0] = await childrenOf(stack.child)
  const closed = once(stack.child, 'close')
  process.kill(postgres, 'SIGKILL')
  expect(await closed).toEqual([1, null])
  expect(stack.errors()).toContain('Postgres stopped unexpectedly: SIGKILL')
  expect(stack.errors()).toContain('Fix: start it again; the data is kept.')
  expect(await childrenOf(stack.child)).toEqual([])
  await end((await start()).child, 'SIGINT')
})

it('ends at SIGINT in the middle of its start as well', async () => {
  const child = run('dev')
  await expect.poll(() => existsSync(join(dataDirectory, 'stack.json')), patiently).toBe(true)
  await end(child, 'SIGINT')
  expect(await childrenOf(child)).toEqual([])
  expect(existsSync(join(dataDirectory, 'stack.json'))).toBe(false)
})

it('adds a history when it is asked for, and ends at SIGINT in the middle of it', async () => {
  const child = run('dev', ['--history'])
  let errors = ''
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  while (!errors.includes('Adding 90 days of history')) await sleep(20)
  expect(await end(child, 'SIGINT')).toBe(0)
  expect(errors).not.toContain('Starting accounts')
  expect(await childrenOf(child)).toEqual([])
  expect(existsSync(join(dataDirectory, 'stack.json'))).toBe(false)
})

it('tells a program where everything is, in one line without a password', async () => {
  const child = run('dev', ['--json'])
  if (child.stdout === null) throw new Error('It prints to nobody.')
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  expect(line.toString()).not.toContain(':connections@')
  const { places } = JSON.parse(line.toString()) as { places: Record<string, string> }
  expect(Object.keys(places)).toEqual(expect.arrayContaining(['gateway', 'graphql', 'accounts']))
  const health = await fetch(new URL('/readyz', places['graphql']))
  expect(health.status).toBe(200)
  expect(await end(child, 'SIGINT')).toBe(0)
})

it('names who holds a busy port and takes another, or with --strict-port gives up', async () => {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  const { port } = holder.address() as AddressInfo
  try {
    const strict = await command('dev', ['--strict-port'], { ...anyPorts, PORT: String(port) })
    expect(strict.code).toBe(1)
    expect(strict.errors).toContain(
      `Port ${String(port)} (the subgraph) is taken by pid ${String(thisProcess)}`,
    )
    const stack = await start({ ...anyPorts, PORT: String(port) })
    expect(stack.output).toContain(
      `Port ${String(port)} (the subgraph) is taken by pid ${String(thisProcess)}`,
    )
    expect(new URL(stack.graphqlUrl).port).not.toBe(String(port))
  } finally {
    holder.close()
  }
})

it('explains every command, and answers an unknown one with help and exit code 2', async () => {
  for (const word of ['dev', 'serve', 'migrate', 'token', 'doctor', 'status', 'reset']) {
    const { code, output } = await runToEnd([word, '--help'])
    expect(code).toBe(0)
    expect(output).toMatch(/Examples:\n {2}\$ npx connections .*\n[^]*Exit codes:\n {2}0 /)
  }
  const { code, errors } = await runToEnd(['frobnicate'])
  expect(code).toBe(2)
  expect(errors).toContain("unknown command 'frobnicate'")
  expect(errors).toContain('Usage: connections')
})

it('serves in production what the environment describes, or names everything that is wrong with it', async () => {
  const { code, errors } = await runToEnd(['serve'], { NODE_ENV: 'production' })
  expect(code).toBe(2)
  for (const name of [
    'DATABASE_URL',
    'AUTH_JWKS_URL',
    'AUTH_ISSUER',
    'AUTH_AUDIENCE',
    'GATEWAY_SECRETS',
  ]) {
    expect(errors).toContain(name)
  }
})

const contactsOfViewer = '{ viewer { id contacts(first: 50) { edges { node { id } } } } }'
const patiently = { timeout: 60_000, interval: 5 }
const idOfBob = '00000000-0000-4000-8000-000000000002'

interface Viewer {
  readonly id: string
  readonly contacts: { readonly edges: readonly { readonly node: { readonly id: string } }[] }
}

function contactIds({ contacts }: Viewer): string[] {
  return contacts.edges.map(({ node }) => node.id)
}

type DevStack = Awaited<ReturnType<typeof start>>

/** Starts the dev stack and waits for its banner. */
async function start(ports: Record<string, string> = anyPorts) {
  const child = run('dev', [], ports)
  const begunAt = performance.now()
  let [output, errors, firstWordAt] = ['', '', Infinity]
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => {
    firstWordAt = Math.min(firstWordAt, performance.now())
    errors += chunk.toString()
  })
  while (!output.includes('connections reset')) {
    if (child.exitCode !== null) throw new Error(`The dev stack ended:\n${output}${errors}`)
    await sleep(20)
  }
  const times = { silent: firstWordAt - begunAt, all: performance.now() - begunAt }
  const graphqlUrl = /subgraph\s+(\S+)/.exec(output)?.[1] ?? ''
  const gatewayUrl = /gateway\s+(\S+)/.exec(output)?.[1] ?? ''
  const token = async (subject: string) => (await command('token', [subject])).output.trim()
  const askWith = async (bearer: string, query: string): Promise<Viewer> => {
    const response = await fetch(graphqlUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-gateway-secret': DEVELOPMENT_GATEWAY_SECRET,
        authorization: `Bearer ${bearer}`,
      },
      body: JSON.stringify({ query }),
    })
    return ((await response.json()) as { data: { viewer: Viewer } }).data.viewer
  }
  const ask = async (subject: string, query: string) => askWith(await token(subject), query)
  return { child, output, errors: () => errors, times, graphqlUrl, gatewayUrl, token, ask, askWith }
}

/** Runs one of the dev stack's commands on this test's data directory. */
function command(word: string, args: string[] = [], ports: Record<string, string> = anyPorts) {
  return runToEnd([word, ...args, '--data', dataDirectory], ports)
}

function runToEnd(words: string[], more: Record<string, string> = {}) {
  return new Promise<{ code: number | null; output: string; errors: string }>((resolve) => {
    const child = execFile(
      execPath,
      [main, ...words],
      { env: environment(more) },
      (_error, output, errors) => {
        resolve({ code: child.exitCode, output, errors })
      },
    )
  })
}

function run(
  word: string,
  args: string[] = [],
  ports: Record<string, string> = anyPorts,
): ChildProcess {
  const child = spawn(execPath, [main, word, ...args, '--data', dataDirectory], {
    env: environment(ports),
  })
  begun.push(child)
  return child
}

/** Vitest sets NODE_ENV and more; the command is to see what a developer's shell has. */
function environment(more: Record<string, string>): Record<string, string> {
  return { ...childEnvironment, HOME: env['HOME'] ?? '', ...more }
}

/** Sends a signal and answers with the exit code. */
async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  // What a process has written last may come after the news of its end. When it is killed, others
  // may have its output open.
  const ended = once(child, signal === 'SIGKILL' ? 'exit' : 'close')
  child.kill(signal)
  await ended
  return child.exitCode
}

/** A stack ends at a signal, with no process and no lock left. */
async function expectCleanEnd(stack: DevStack, signal: NodeJS.Signals): Promise<void> {
  const children = await childrenOf(stack.child)
  const printed = stack.errors()
  // Ctrl-C under npm arrives twice: from the terminal, and passed on by npm.
  stack.child.kill(signal)
  await expect(end(stack.child, signal)).resolves.toBe(0)
  expect(stack.errors()).toBe(`${printed}Stopped. The data stays in ${dataDirectory}.\n`)
  await expect(living(children)).resolves.toEqual([])
  expect(existsSync(join(dataDirectory, 'stack.json'))).toBe(false)
}

/** The processes that a dev stack has started: Postgres and its watchdog. */
async function childrenOf({ pid }: ChildProcess): Promise<number[]> {
  const file = `/proc/${String(pid)}/task/${String(pid)}/children`
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.trim() === '' ? [] : text.trim().split(' ').map(Number)
}

async function living(pids: readonly number[]): Promise<number[]> {
  const seen = await Promise.all(pids.map(seeProcess))
  return pids.filter((_pid, index) => seen[index] !== null)
}

function claimsOf(token: string): unknown {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}
