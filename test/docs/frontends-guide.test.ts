import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { dispatch } from '../support/streams.ts'
import { gatewaySecret, openTestService, type Person } from '../support/test-service.ts'

// The programs of docs/guides/frontends.md, with the files that the page says to copy, run as they
// stand there.

const app = await openTestService()
const checkout = join(import.meta.dirname, '..', '..')
const page = readFileSync(join(checkout, 'docs/guides/frontends.md'), 'utf8')

const folder = mkdtempSync(join(tmpdir(), 'connections-frontends-guide-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})
cpSync(join(checkout, 'docs/guides/frontends'), folder, { recursive: true })
symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'))
writeFileSync(join(folder, 'screens.graphql'), fence('screens') + fence('live'))
writeFileSync(join(folder, 'documents.ts'), fence('documents'))

/** The code of the page below `<!-- tried: name -->`. */
function fence(name: string): string {
  const [, code] =
    new RegExp(`<!-- tried: ${name} -->\n\n\`\`\`\\w+\n(.*?)\`\`\``, 's').exec(page) ?? []
  if (code === undefined) throw new Error(`The guide has no program ${name}.`)
  return code
}

/** A program of the page for a signed-in person. The test is its own gateway. */
async function load(name: string, person: Person): Promise<Program> {
  const token = String(await person.token())
  const program = fence(name)
    .replaceAll('http://127.0.0.1:4000/graphql', app.server.url)
    .replaceAll('ws://127.0.0.1:4000/graphql', app.server.url.replace('http', 'ws'))
    .replaceAll('`Bearer ${token}`', `'Bearer ${token}', 'x-gateway-secret': '${gatewaySecret}'`)
    .replaceAll('@tanstack/react-query', '@tanstack/query-core')
  writeFileSync(join(folder, `my-${name}.ts`), program)
  return (await import(join(folder, `my-${name}.ts`))) as Program
}

// Each client has types of its own; the tests say what they expect.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Program = Record<string, any>

describe('docs/guides/frontends.md', () => {
  it.each(['apollo', 'urql'])('reads a screen and sends a mutation with %s', async (name) => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { friends, follow } = await load(name, alice)

    expect((await friends()).data.viewer).toMatchObject({
      id: alice.id,
      friends: { totalCount: 0, edges: [] },
    })
    const { data } = await follow(bob.id)
    expect(data.followUser).toMatchObject({ changed: true, userErrors: [] })
  })

  it('reads a screen, sends a mutation and throws the code of an error with TanStack', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { friends, follow, queryClient, GraphError } = await load('tanstack', alice)

    const { viewer } = await queryClient.fetchQuery(friends(alice.id))
    expect(viewer).toMatchObject({ id: alice.id, friends: { totalCount: 0 } })
    const answer = await follow.mutationFn({ userId: bob.id })
    await follow.onSuccess(answer)
    expect(answer.followUser).toMatchObject({ changed: true, userErrors: [] })

    const wrong = follow.mutationFn({})
    await expect(wrong).rejects.toBeInstanceOf(GraphError)
    await expect(wrong).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
  })

  it.each(['apollo', 'urql', 'fetch'])('hears of changes with %s', async (name) => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { changes, socket } = await load(`live-${name}`, bob)
    const heard = firstOf(changes())
    // When the stream is open, the client has heard nothing of it yet.
    await until(async () => (await openStreams()) > 0)
    await alice.ask('mutation ($id: ID!) { followUser(userId: $id) { changed } }', { id: bob.id })
    await dispatch(app)
    expect((await heard)['data'].relationshipChanged).toMatchObject({
      kind: 'FOLLOWED',
      user: { id: alice.id },
      relationship: { isFollowedBy: true },
    })
    socket?.dispose()
    await until(async () => (await openStreams()) === 0)
  })
})

async function openStreams(): Promise<number> {
  const { values } = await app.server.metrics.liveStreams.get()
  return values.reduce((sum, { value }) => sum + value, 0)
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(10)
}

/** The first value of an async generator, or of what has observers, which then leave. */
async function firstOf(changes: Program): Promise<Program> {
  if (Symbol.asyncIterator in changes)
    for await (const change of changes as AsyncIterable<Program>) return change
  return new Promise((resolve) => {
    const subscription = changes['subscribe']((change: Program) => {
      resolve(change)
      setImmediate(() => subscription.unsubscribe())
    })
  })
}
