import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
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
writeFileSync(join(folder, 'screens.graphql'), fence('screens'))
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
})
