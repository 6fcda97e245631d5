import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { PrismaPg } from '@prisma/adapter-pg'
import { graphql } from 'graphql'
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest'
import { dropDatabase } from '../src/dev/database.ts'
import { PrismaClient } from '../src/generated/prisma/client.ts'
import { askOnce } from './bench/ask-once.ts'
import { changes } from './bench/changes.ts'
import { type Dataset, openDataset } from './bench/dataset.ts'
import { assertEqualFacts } from './bench/equality.ts'
import { type ChangeName, questionNames, systemNames } from './bench/options.ts'
import { readInputs, systemsFor } from './bench/questions.ts'
import { type Auth, startAuth, startSystem, type System } from './bench/systems/start.ts'
import { openUsualLoaders } from './bench/systems/usual-loaders.ts'
import { usualSchema } from './bench/systems/usual-schema.ts'
import { documents, ourWords } from './bench/systems/words.ts'
import { openTestService, type Person } from './support/test-service.ts'
import { befriend, verbs } from './support/verbs.ts'

const app = await openTestService()

/**
 * Somebody who has friends, contacts, requests, blocks and followers, and the ones they have them
 * with.
 */
async function somebodyWellKnown() {
  const [alice, ...others] = await app.people('alice', 'bob', 'carol', 'dave', 'erin', 'frank')
  const [bob, carol, dave, erin, frank] = others
  await befriend(alice, bob)
  await befriend(alice, carol)
  await verbs.addContact(alice, dave)
  await verbs.addContact(alice, bob)
  await verbs.requestFriend(alice, dave)
  await verbs.requestFriend(erin, alice)
  await verbs.blockUser(alice, frank)
  await verbs.followUser(bob, alice)
  await verbs.followUser(carol, alice)
  return { alice, others }
}

const representations = (people: readonly Person[]) => ({
  people: people.map(({ id }) => ({ __typename: 'User', id })),
})

// The opening of the snapshot comes on top of each of these.
describe('what the questions of the bench send to Postgres', () => {
  it('is one statement for a page of friends with their names and profiles', async () => {
    const { alice } = await somebodyWellKnown()
    const { data, statements } = await alice.ask(documents.Q1)
    expect(data.viewer.friends.edges).toHaveLength(2)
    expect(statements).toEqual(['friends.pages'])
  })

  it('is two for people as entities with their relationship, however many', async () => {
    const { alice, others } = await somebodyWellKnown()
    for (const people of [others.slice(0, 1), others]) {
      const { data, statements } = await alice.ask(documents.Q2, representations(people))
      expect(data._entities).toHaveLength(people.length)
      expect(statements.toSorted()).toEqual(['pairs.summaries', 'users.summaries'])
    }
  })

  it('is five for the home screen: two lists and three counts', async () => {
    const { alice } = await somebodyWellKnown()
    const { data, statements } = await alice.ask(documents.Q3)
    const { incoming, outgoing, blocks } = data.viewer
    expect([incoming, outgoing, blocks]).toEqual([1, 1, 1].map((totalCount) => ({ totalCount })))
    expect(statements.toSorted()).toEqual([
      'blocks.count',
      'contacts.pages',
      'friends.pages',
      'requests.count',
      'requests.count',
    ])
  })

  it('is two for a page of followers with their count', async () => {
    const { alice, others } = await somebodyWellKnown()
    const [bob] = others
    const { data, statements } = await bob.ask(documents.Q5, representations([alice]))
    expect(data._entities[0].followers.totalCount).toBe(2)
    expect(statements).toEqual(['follows.followers', 'follows.followersCount'])
  })
})

describe('the usual server of the bench', () => {
  const prisma = new PrismaClient({
    adapter: new PrismaPg({ connectionString: app.adminUrl, max: 2 }),
  })
  afterAll(() => prisma.$disconnect())
  const schema = usualSchema(prisma)

  const asked = questionNames.filter((question) => systemsFor(question).includes('usual'))

  it.each(asked)('says the same as ours: %s', async (question) => {
    const { alice, others } = await somebodyWellKnown()
    const [bob, , , , frank] = others
    const people = question === 'Q5' ? [alice.id] : [...others, alice].map(({ id }) => id)
    for (const asker of [alice, bob, frank]) {
      const viewer = asker.id
      const input = { viewer, people }
      const { query, variables } = ourWords[question].body(input) as Body
      const ours = await asker.ask(query, variables)
      const usual = await graphql({
        schema,
        source: query,
        variableValues: variables,
        contextValue: { viewer, loaders: openUsualLoaders(prisma, viewer) },
      })
      expect(usual.errors).toBeUndefined()
      // Whoever blocks the followed one, or is blocked, sees no list on either side.
      const none = question === 'Q5' && viewer === frank.id
      const facts = (data: unknown) => (none ? data : ourWords[question].facts(data, input))
      expect(JSON.parse(JSON.stringify(facts(usual.data)))).toEqual(facts(ours.data))
    }
  })
})

describe('a question of the bench', () => {
  it('has a connection of its own, which no server closes while the question is on its way', async () => {
    // It hangs up on who asks again on a connection that was kept.
    const asked = new WeakSet<Socket>()
    const server = createServer((request, response) => {
      if (asked.has(request.socket)) return request.socket.destroy()
      asked.add(request.socket)
      return response.end('{}')
    }).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    for (let time = 0; time < 3; time++) {
      const answer = await askOnce(url, { method: 'POST', body: '{}' })
      expect(await answer.text()).toBe('{}')
    }
  })
})

describe('the systems of the bench', () => {
  let auth: Auth
  let dataset: Dataset
  const systems: System[] = []
  beforeAll(async () => {
    const { superuserUrl } = inject('postgres')
    // More than 1,000 followers, so that their count is rounded, and people enough to have
    // strangers and blockers.
    const size = { users: 600, friends: 20, followers: 1_234 }
    dataset = await openDataset({ superuserUrl }, size, () => undefined)
    auth = await startAuth()
    systems.push(
      ...(await Promise.all(systemNames.map((name) => startSystem(name, dataset, auth)))),
    )
  })
  afterAll(async () => {
    await Promise.all(systems.map((system) => system.stop()))
    await auth.close()
    await dropDatabase(inject('postgres').superuserUrl, dataset.name)
  })

  it.each(questionNames)('say the same to everybody: %s', async (question) => {
    const asked = systems.filter(({ name }) => systemsFor(question).includes(name))
    await assertEqualFacts(asked, question, await readInputs(dataset), auth)
  })
})

interface Body {
  readonly query: string
  readonly variables: Record<string, unknown>
}

describe('what the changes of the bench send to Postgres', () => {
  const sent = async (name: ChangeName) => {
    const [first, second] = await app.people('first', 'second')
    const statements: (readonly string[])[] = []
    let before = ''
    for (const { by, query, about } of changes[name]) {
      const id = about === 'other' ? second.id : (/"id":"([^"]+)"/.exec(before)?.[1] ?? '')
      const answer = await (by === 'first' ? first : second).ask(query, { id })
      expect(answer.body).toContain('"changed":true')
      before = answer.body
      statements.push(answer.statements)
    }
    return statements
  }

  it('is the same each time for asking and accepting', async () => {
    expect(await sent('M1')).toMatchInlineSnapshot(`
      [
        [
          "rateLimits.reserve",
          "pairs.lock",
          "pairs.states",
          "caps.lock",
          "requests.countOpen",
          "quota.use",
          "requests.expire",
          "requests.insert",
          "outbox.recordOnce",
          "requests.byId",
        ],
        [
          "requests.byId",
          "pairs.lock",
          "requests.byId",
          "pairs.states",
          "caps.lock",
          "friends.countBoth",
          "friends.accept",
          "declines.forget",
          "outbox.recordOnce",
        ],
      ]
    `)
  })

  it('is the same each time for following and unfollowing', async () => {
    expect(await sent('M2')).toMatchInlineSnapshot(`
      [
        [
          "rateLimits.reserve",
          "pairs.lock",
          "pairs.states",
          "follows.insert",
          "outbox.recordOnce",
        ],
        [
          "pairs.lock",
          "follows.delete",
        ],
      ]
    `)
  })

  it('is the same each time for blocking and unblocking', async () => {
    expect(await sent('M3')).toMatchInlineSnapshot(`
      [
        [
          "pairs.lock",
          "caps.lock",
          "blocks.situation",
          "pairs.sever",
          "blocks.upsert",
          "outbox.recordBlock",
        ],
        [
          "pairs.lock",
          "blocks.delete",
        ],
      ]
    `)
  })
})
