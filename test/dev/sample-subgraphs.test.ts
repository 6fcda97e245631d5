import { isObjectType } from 'graphql'
import { afterAll, describe, expect, it } from 'vitest'
import { readGraph } from '../../src/config/graph-settings.ts'
import { plainShape } from '../../src/server/type-defs.ts'
import { composers, service } from '../support/composers.ts'
import { openApollo, openHive, openRust } from '../support/federation.ts'
import { sample, sampleNames, sampleSdl, serveSamples } from '../support/sample-subgraphs.ts'
import { subgraphSdl } from '../support/subgraph.ts'
import { type Asker, gatewaySecret, openTestService } from '../support/test-service.ts'
import { befriend, verbs } from '../support/verbs.ts'

// Ours beside six subgraphs of other teams: accounts with a name, a profile and a viewer of its
// own, reviews that provide names, chat that requires a boolean of ours, one of federation 1, one
// with `@interfaceObject`, and the owner of events.

const CONTENT = 'Event:host:audience:Audience'
const theirs = ['Query.viewer', 'User.username', 'User.profile']

const ours = async (without: readonly string[]) => {
  const { modules } = readGraph({ CONTENT })
  return service('connections', await subgraphSdl(modules, { ...plainShape, without }))
}
const others = sampleNames.map(sample)
const notAccounts = others.filter(({ name }) => name !== 'accounts')
const accountsWith = (from: string, to: string) =>
  service('accounts', sampleSdl('accounts').replace(from, to))

describe.each(Object.entries(composers))('%s', (_name, { compose }) => {
  it('joins ours with all six, without what accounts has', async () => {
    const { graph, problems } = compose([await ours(theirs), ...others])
    expect(problems).toEqual([])
    const fieldsOf = (name: string) => {
      const type = graph?.getType(name)
      return isObjectType(type) ? Object.keys(type.getFields()) : []
    }
    expect(fieldsOf('User')).toEqual(
      expect.arrayContaining(['relationship', 'canOpenChat', 'trophies', 'reviews', 'profile']),
    )
    expect(fieldsOf('Profile')).toEqual(['fullName', 'birthday'])
    expect(fieldsOf('Event')).toEqual(expect.arrayContaining(['visibleToViewer', 'title', 'stars']))
  })

  it('refuses a viewer and a profile of both, and names them', async () => {
    const words = compose([await ours([]), ...others]).problems.join('\n')
    expect(words).toMatch(/viewer/)
    expect(words).toMatch(/profile/)
    expect(words).not.toMatch(/username/)
  })

  it('refuses a name of both that accounts does not share', async () => {
    const unshared = accountsWith('username: String @shareable', 'username: String')
    const without = ['Query.viewer', 'User.profile']
    const words = compose([await ours(without), unshared, sample('events')]).problems.join('\n')
    expect(words).toMatch(/username/)
    expect(words).not.toMatch(/viewer|profile/)
  })

  it('joins a viewer of both that accounts shares', async () => {
    const sharing = accountsWith('viewer: User', 'viewer: User @shareable')
    const { problems } = compose([await ours(['User.profile']), sharing, ...notAccounts])
    expect(problems).toEqual([])
  })

  it('lets reviews provide names', async () => {
    const shared = service('connections', await subgraphSdl())
    expect(compose([shared, sample('reviews')]).problems).toEqual([])
  })
})

it('lets reviews provide names by Apollo’s composer only because ours is shared', async () => {
  const shared = await subgraphSdl()
  const unshared = shared.replace('username: String @shareable', 'username: String')
  expect(unshared).not.toBe(shared)
  const compose = composers['Apollo’s composer']?.compose
  const composed = compose?.([service('connections', unshared), sample('reviews')])
  expect(composed?.problems.join('\n')).toMatch(/username/)
})

const app = await openTestService({ CONTENT, WITHOUT: theirs.join(',') })
const [alice, bob, friend, stranger, blocked] = await app.people(
  'alice',
  'bob',
  'friend',
  'stranger',
  'blocked',
)
for (const person of [alice, bob]) {
  await befriend(person, friend)
  await verbs.blockUser(person, blocked)
}
const writing = await alice.ask(
  'mutation { updatePrivacySettings(settings: { allowMessages: FRIENDS }) { changed } }',
)
if (writing.data.updatePrivacySettings.changed !== true) throw new Error(writing.body)

const trust = { gatewaySecrets: [gatewaySecret], auth: app.config.auth }
const samples = await serveSamples({ people: [alice] }, trust)
const subgraphs = [...samples.subgraphs, { name: 'connections', url: app.server.url }]
const [javascript, rust, apollo] = await Promise.all([
  openHive(subgraphs),
  openRust(subgraphs),
  openApollo(subgraphs),
])
afterAll(async () => {
  await Promise.all([javascript, rust, apollo].map((gateway) => gateway.close()))
  await samples.close()
})

/**
 * Whether chat opens, with somebody whom only friends may write to and with somebody who lets
 * everybody.
 */
const seenBy = [
  ['a friend', friend, [true, true], ['PUBLIC', 'FRIENDS']],
  ['a stranger', stranger, [false, true], ['PUBLIC']],
  ['somebody who is blocked', blocked, [false, false], []],
  ['the anonymous', app.nobody, [false, false], ['PUBLIC']],
] as const

describe.each(Object.entries({ javascript, rust, apollo }))(
  'through the gateway in %s',
  (name, gateway) => {
    async function ask(asker: Asker, query: string, variables = {}) {
      const { data, errors = [] } = await gateway.send(query, variables, await asker.token())
      expect(errors).toEqual([])
      // A test knows the shape that it asked for.
      // eslint-disable-next-line @typescript-eslint/no-explicit-any
      return data as any
    }

    it.each(seenBy)('chat and events say to %s what they may do', async (...row) => {
      const [who, asker, opens, audiences] = row
      const { chats, events } = await ask(
        asker,
        `query ($ids: [ID!]!) {
        chats(with: $ids) { canOpenChat chatRank }
        events { title visibleToViewer host { id relationship { friendshipLevel } } }
      }`,
        { ids: [alice.id, bob.id] },
      )
      const chatRank = who === 'a friend' ? 1 : 0
      expect(chats).toEqual(opens.map((canOpenChat) => ({ canOpenChat, chatRank })))
      const visible = (events as { title: string; visibleToViewer: boolean }[]).filter(
        ({ visibleToViewer }) => visibleToViewer,
      )
      expect(visible.map(({ title }) => title)).toEqual(
        audiences.map((audience) => `alice, ${audience}`),
      )
    })

    it('a viewer of accounts has what is ours and what is others’', async () => {
      const { viewer } = await ask(
        alice,
        `{ viewer { id username profile { fullName } trophies { name } reviews { text }
        friends { totalCount edges { node { id } } } } }`,
      )
      expect(viewer).toEqual({
        id: alice.id,
        username: 'alice',
        profile: { fullName: 'alice Smith' },
        trophies: [{ name: 'Cup' }],
        reviews: [{ text: 'Good.' }],
        friends: { totalCount: 1, edges: [{ node: { id: friend.id } }] },
      })
    })

    it('reviews say a name as they provide it, and we the rest', async () => {
      const { latestReviews } = await ask(
        friend,
        '{ latestReviews { author { username relationship { friendshipLevel } } } }',
      )
      expect(latestReviews).toEqual([
        {
          author: {
            username: 'alice, when it was written',
            relationship: { friendshipLevel: 'FRIEND' },
          },
        },
      ])
    })

    // Hive's planner in JavaScript asks a subgraph with `@interfaceObject` by a type that it does
    // not know.
    it.skipIf(name === 'javascript')(
      'what is listed has stars, and says whether it is visible',
      async () => {
        const { listings } = await ask(
          friend,
          '{ listings { title stars ... on Event { visibleToViewer } } }',
        )
        expect(listings).toEqual(
          ['PUBLIC', 'FRIENDS', 'CLOSE'].map((audience) => ({
            title: `alice, ${audience}`,
            stars: `${audience} ${alice.id}`.length,
            visibleToViewer: audience !== 'CLOSE',
          })),
        )
      },
    )
  },
)
