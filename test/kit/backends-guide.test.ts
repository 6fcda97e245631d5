import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env } from 'node:process'
import { pathToFileURL } from 'node:url'
import { parse, print, separateOperations } from 'graphql'
import { afterAll, describe, expect, it } from 'vitest'
import { newUserId, openTestService } from '../support/test-service.ts'
import { befriend } from '../support/verbs.ts'

// The programs of docs/guides/backends.md, run as they stand there.

const secret = 'the-secret-of-the-chat-service'
const app = await openTestService({ NODE_ENV: 'production', SERVICE_SECRETS: `chat:${secret}` })

/** What the guide's program exports. */
interface Guide {
  serviceToken(): Promise<string>
  mayMessage(sender: string, recipient: string): Promise<boolean>
  invitable(host: string, people: readonly string[]): Promise<string[]>
  candidates(
    host: string,
    exclude: readonly string[],
  ): Promise<{ level: string; node: { id: string } }[]>
  mayGather(people: readonly string[]): Promise<boolean>
  tellJoined(joined: object): Promise<object>
  listPosts<Posts>(viewer: string, select: (hidden: string[]) => Posts): Promise<Posts>
}

const tokenRequests: string[] = []
const tokens = createServer((request, response) => {
  void (async () => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    tokenRequests.push(Buffer.concat(parts).toString())
    const client = { sub: 'chat', client_id: 'chat', scope: 'connections:service' }
    const answer = { access_token: await app.issuer.token(client), expires_in: 600 }
    response.end(JSON.stringify(answer))
  })()
})
await new Promise<void>((resolve) => tokens.listen(0, '127.0.0.1', resolve))

const folder = mkdtempSync(join(tmpdir(), 'connections-guide-'))
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await new Promise((resolve) => tokens.close(resolve))
})

const checkout = join(import.meta.dirname, '..', '..')
const guide = readFileSync(join(checkout, 'docs/guides/backends.md'), 'utf8')

/** The code of the guide below `<!-- tried: name -->`. */
function fence(name: string): string {
  const [, code] =
    new RegExp(`<!-- tried: ${name} -->\n\n\`\`\`\\w+\n(.*?)\`\`\``, 's').exec(guide) ?? []
  if (code === undefined) throw new Error(`The guide has no program ${name}.`)
  return code
}

/** The program that the guide's fences make when they are put together. */
async function load(): Promise<Guide> {
  const fences = ['client', 'token', 'facts'].map(fence)
  const client = pathToFileURL(join(checkout, 'src/kit/server/client.ts')).href
  const program = fences.join('\n').replace('connections-kit/server', client)
  const file = join(folder, 'guide.mjs')
  writeFileSync(file, program)
  Object.assign(env, {
    CONNECTIONS_URL: app.server.url,
    CONNECTIONS_SECRET: secret,
    TOKEN_URL: `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/oauth/token`,
    CLIENT_ID: 'chat',
    CLIENT_SECRET: 'of the client',
    AUTH_AUDIENCE: app.issuer.audience,
  })
  return (await import(pathToFileURL(file).href)) as Guide
}

const BlockUser = 'mutation ($userId: ID!) { blockUser(userId: $userId) { changed } }'

describe('docs/guides/backends.md', () => {
  it('asks as it says: one token, then messages, invitations, groups and lists', async () => {
    const guide = await load()
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await carol.ask(BlockUser, { userId: alice.id })

    expect(await guide.mayMessage(alice.id, bob.id)).toBe(true)
    expect(await guide.mayMessage(alice.id, carol.id)).toBe(false)
    expect(await guide.mayMessage(alice.id, newUserId())).toBe(false)
    expect(await guide.invitable(alice.id, [carol.id, bob.id])).toEqual([bob.id])
    await befriend(alice, bob)
    expect(await guide.candidates(alice.id, [])).toEqual([
      { level: 'FRIEND', node: { id: bob.id } },
    ])
    expect(await guide.candidates(alice.id, [bob.id])).toEqual([])
    expect(await guide.mayGather([alice.id, bob.id])).toBe(true)
    expect(await guide.mayGather([alice.id, bob.id, carol.id])).toBe(false)
    expect(await guide.listPosts(alice.id, (hidden) => hidden)).toEqual([carol.id])

    const joined = { id: newUserId(), gameId: 'game', userId: bob.id, joinedAt: new Date() }
    expect(await guide.tellJoined(joined)).toEqual({ recorded: 1, known: 0, skipped: 0 })
    expect(await guide.tellJoined(joined)).toEqual({ recorded: 0, known: 1, skipped: 0 })

    expect(tokenRequests).toHaveLength(1)
    expect(new URLSearchParams(tokenRequests[0]).get('scope')).toBe('connections:service')
  })

  it('has the documents for backends without the client', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const documents = Object.entries(separateOperations(parse(fence('documents'))))
    const variables: Record<string, Record<string, unknown>> = {
      Group: { userIds: [alice.id, bob.id] },
      Hidden: { userId: alice.id },
      Names: { people: [{ __typename: 'User', id: alice.id }] },
      Register: { ids: [newUserId()] },
    }
    expect(documents.map(([name]) => name)).toEqual(Object.keys(variables))
    for (const [name, document] of documents) {
      const { data, errors } = await app.service.ask(print(document), variables[name])
      expect(errors, name).toEqual([])
      expect(Object.values(data as object), name).not.toContain(null)
    }
  })
})
