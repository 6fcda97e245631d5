import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env } from 'node:process'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { freePort } from '../../src/dev/ports.ts'
import { eventKinds } from '../../src/events/catalogue.ts'
import { limits } from '../../src/limits.ts'
import { agentFor } from '../../src/worker/endpoints/addresses.ts'
import { allowedAddresses } from '../../src/worker/endpoints/networks.ts'
import { runHere } from '../support/command-line.ts'
import { newUserId, openTestService } from '../support/test-service.ts'
import { startTestWorker } from '../support/test-worker.ts'

// The programs of docs/guides/webhooks.md, run as they stand there, against a worker.

const app = await openTestService()
const folder = mkdtempSync(join(tmpdir(), 'connections-guide-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const checkout = join(import.meta.dirname, '..', '..')
const guide = readFileSync(join(checkout, 'docs/guides/webhooks.md'), 'utf8')

/** The code of the guide below `<!-- tried: name -->`. */
function fence(name: string): string {
  const [, code] =
    new RegExp(`<!-- tried: ${name} -->\n\n\`\`\`\\w+\n(.*?)\`\`\``, 's').exec(guide) ?? []
  if (code === undefined) throw new Error(`The guide has no program ${name}.`)
  return code
}

async function webhooks(...words: string[]) {
  const ran = await runHere(['webhooks', ...words, '--json'], {
    DATABASE_DIRECT_URL: app.database.workerUrl,
  })
  return { ...ran, result: JSON.parse(ran.output) }
}

const FollowUser = 'mutation ($userId: ID!) { followUser(userId: $userId) { changed } }'
const BlockUser = 'mutation ($userId: ID!) { blockUser(userId: $userId) { changed } }'

describe('the start in five minutes', () => {
  it('receives a ping and events, and refuses what somebody else signs', async () => {
    const port = await freePort()
    const added = await webhooks('add', `http://127.0.0.1:${String(port)}/events`)
    const { id, secret } = added.result
    const library = pathToFileURL(
      join(checkout, 'node_modules/standardwebhooks/dist/index.js'),
    ).href
    const file = join(folder, 'consumer.mjs')
    writeFileSync(file, fence('node').replace("'standardwebhooks'", `'${library}'`))
    Object.assign(env, { WEBHOOK_SECRET: secret, PORT: String(port) })
    const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined)
    const { server } = (await import(pathToFileURL(file).href)) as { server: Server }
    onTestFinished(() => {
      printed.mockRestore()
      server.closeAllConnections()
      server.close()
    })
    const lines = () => printed.mock.calls.map(([line]) => String(line))

    const pinged = await webhooks('test', id)
    expect(pinged).toMatchObject({ code: 0, result: { status: 204 } })
    expect(lines()).toEqual([`${String(pinged.result.webhookId)}: ping`])

    const allowed = allowedAddresses([], false)
    startTestWorker(app, { agentFor: (url) => agentFor(url, allowed) })
    const [alice, bob] = await app.people('alice', 'bob')
    await alice.ask(FollowUser, { userId: bob.id })
    await expect.poll(lines).toHaveLength(2)
    expect(lines()[1]).toContain(`tell ${bob.id} that ${alice.id} follows them`)
    await bob.ask(BlockUser, { userId: alice.id })
    await expect.poll(lines).toHaveLength(3)
    expect(lines()[2]).toContain(`blocked by ${bob.id}`)

    // The consumer still has the old secret, which counts for a day, and then it does not.
    await webhooks('rotate', id)
    expect(await webhooks('test', id)).toMatchObject({ code: 0 })
    await webhooks('rotate', id, '--revoke-old')
    expect(await webhooks('test', id)).toMatchObject({ code: 1, result: { status: 401 } })
    await webhooks('remove', id)
  })
})

describe('the consumer in Python', () => {
  const hasPython = spawnSync('python3', ['--version']).status === 0

  it.skipIf(!hasPython)('receives a ping, and refuses what somebody else signs', async () => {
    const port = await freePort()
    const { id, secret } = (await webhooks('add', `http://127.0.0.1:${String(port)}/`)).result
    writeFileSync(join(folder, 'consumer.py'), fence('python'))
    // What the library promises stands in for it: npm does not install it.
    const library = join(checkout, 'test', 'support', 'python')
    const consumer = spawn('python3', ['-B', join(folder, 'consumer.py')], {
      env: {
        PATH: env['PATH'] ?? '',
        PYTHONPATH: library,
        WEBHOOK_SECRET: secret,
        PORT: String(port),
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    onTestFinished(() => {
      consumer.kill('SIGKILL')
    })
    let printed = ''
    consumer.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
    const ping = () => webhooks('test', id)
    await expect.poll(async () => (await ping()).result.status).toBe(204)
    await expect.poll(() => printed).toContain(`ping {'endpointId': '${String(id)}'}`)
    await webhooks('rotate', id, '--revoke-old')
    expect(await ping()).toMatchObject({ code: 1, result: { status: 401 } })
    await webhooks('remove', id)
  })
})

describe('the statements of a handler', () => {
  it('keep one row for an event that comes twice', async () => {
    const client = await app.admin.connect()
    await client.query(
      'create temp table notifications (event_id uuid primary key, user_id uuid, kind text)',
    )
    const values = [newUserId(), newUserId(), 'follow.created']
    const counts = []
    for (let times = 0; times < 2; times++)
      counts.push((await client.query(fence('duplicates'), values)).rowCount)
    client.release()
    expect(counts).toEqual([1, 0])
  })

  it('keep the newest state, in whatever order the events come', async () => {
    const pair = [newUserId(), newUserId()].sort()
    const states = [[pair[0]], [], [pair[1]]]
    const versions = ['9007199254740993', '9007199254740994', '9007199254740995']
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0, 2, 1],
    ]) {
      const client = await app.admin.connect()
      await client.query(
        `create temp table blocks (lower_user_id uuid, upper_user_id uuid, blockers uuid[] not null,
           pairversion bigint not null, primary key (lower_user_id, upper_user_id))`,
      )
      for (const place of order)
        await client.query(fence('order'), [...pair, states[place], versions[place]])
      const { rows } = await client.query('select blockers, pairversion from blocks')
      await client.query('drop table blocks')
      client.release()
      expect(rows).toEqual([{ blockers: [pair[1]], pairversion: versions[2] }])
    }
  })
})

describe('the guide', () => {
  it('has the schedule of retries, its limits and kinds that there are', () => {
    const cells = (name: string) =>
      (new RegExp(`^\\| ${name} +\\|(.*)\\|$`, 'm').exec(guide)?.[1] ?? '')
        .split('|')
        .map((cell) => cell.trim())
    const { schedule, jitterPercent, timeoutMs, failingDays, oldSecretHours } = limits.webhooks
    expect(cells('after')).toEqual(schedule)
    expect(cells('Attempt')).toEqual(schedule.map((_wait, place) => String(place + 1)))
    const text = guide.replaceAll(/\s+/g, ' ')
    expect(text).toContain(`up to ${String(jitterPercent)} % shorter or longer`)
    expect(text).toContain(`within ${String(timeoutMs / 1_000)} seconds`)
    expect(text).toContain(`For ${String(oldSecretHours)} hours`)
    expect(failingDays).toBe(5)
    expect(text).toContain('fails for five days')
    const kinds = [...guide.matchAll(/`([a-z_]+\.[a-z_]+)`/g)].map(([, kind = '']) => kind)
    expect(kinds.filter((kind) => !/\.(txt|mjs|created|changed)$/.test(kind))).toEqual([])
    const named = kinds.filter((kind) => /\.(created|changed)$/.test(kind))
    expect(named.filter((kind) => !eventKinds.some((known) => known === kind))).toEqual([])
  })
})
