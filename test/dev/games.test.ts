import { describe, expect, it } from 'vitest'
import { gamesContent } from '../support/content.ts'
import { type Asker, newUserId, openTestService } from '../support/test-service.ts'
import { befriend, makeClose, verbs } from '../support/verbs.ts'

const app = await openTestService({ CONTENT: gamesContent })

const Games = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Game { id visibleToViewer } }
}`
const visibilities = ['PUBLIC', 'FRIENDS', 'CLOSE'] as const

/** What the gateway sends of a game, after it has asked the games subgraph. */
const game = (creator: { readonly id: string }, visibility: string, id = 'game-1') => ({
  __typename: 'Game',
  id,
  creator: { __typename: 'User', id: creator.id },
  visibility,
})

async function askGames(asker: Asker, representations: readonly unknown[]) {
  const { data, errors, statements } = await asker.ask(Games, { representations })
  return { entities: data?._entities, errors, statements }
}

/** Which of the three games that somebody has made another person may see. */
async function seen(asker: Asker, creator: { readonly id: string }) {
  const games = visibilities.map((visibility) => game(creator, visibility))
  const { entities, errors } = await askGames(asker, games)
  expect(errors).toEqual([])
  return visibilities.filter((_, place) => entities[place].visibleToViewer)
}

describe('a public game, one for friends and one for close friends', () => {
  it('are all visible to their creator', async () => {
    const [alice] = await app.people('alice')
    expect(await seen(alice, alice)).toEqual(['PUBLIC', 'FRIENDS', 'CLOSE'])
  })

  it('a stranger sees the public one; so do followers, contacts and who has asked', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    expect(await seen(bob, alice)).toEqual(['PUBLIC'])
    await verbs.followUser(bob, alice)
    await verbs.addContact(bob, alice)
    await verbs.requestFriend(bob, alice)
    expect(await seen(bob, alice)).toEqual(['PUBLIC'])
  })

  it('a friend sees two of them, a close friend all three, and nobody more than they now are', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    expect(await seen(bob, alice)).toEqual(['PUBLIC', 'FRIENDS'])
    await verbs.askClose(alice, bob)
    expect(await seen(bob, alice)).toEqual(['PUBLIC', 'FRIENDS'])
    await verbs.askClose(bob, alice)
    expect(await seen(bob, alice)).toEqual(['PUBLIC', 'FRIENDS', 'CLOSE'])
    await verbs.stepDown(alice, bob)
    expect(await seen(bob, alice)).toEqual(['PUBLIC', 'FRIENDS'])
    await verbs.removeFriend(alice, bob)
    expect(await seen(bob, alice)).toEqual(['PUBLIC'])
  })

  it('are hidden by a block, whoever of the two blocks', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await makeClose(alice, bob)
    await verbs.blockUser(alice, bob)
    expect(await seen(bob, alice)).toEqual([])
    expect(await seen(alice, bob)).toEqual([])
    expect(await seen(alice, alice)).toEqual(['PUBLIC', 'FRIENDS', 'CLOSE'])
    await verbs.unblockUser(alice, bob)
    expect(await seen(bob, alice)).toEqual(['PUBLIC'])
  })

  it('the anonymous and services see the public one of a creator who exists', async () => {
    const [alice] = await app.people('alice')
    expect(await seen(app.nobody, alice)).toEqual(['PUBLIC'])
    expect(await seen(app.service, alice)).toEqual(['PUBLIC'])
    const absent = { id: newUserId() }
    for (const asker of [alice, app.nobody, app.service]) {
      expect(await seen(asker, absent)).toEqual([])
    }
  })
})

describe('a game of which something is missing or odd', () => {
  const aliceId = newUserId()
  const complete = game({ id: aliceId }, 'PUBLIC')
  const odd: Record<string, unknown> = {
    'no creator': { ...complete, creator: undefined },
    'null as creator': { ...complete, creator: null },
    'a creator without an id': { ...complete, creator: {} },
    'a creator whose id is no UUID': { ...complete, creator: { id: 'alice' } },
    'a creator whose id is a list': { ...complete, creator: { id: [aliceId] } },
    'a text as creator': { ...complete, creator: aliceId },
    'a list of creators': { ...complete, creator: [{ id: aliceId }] },
    'no visibility': { ...complete, visibility: undefined },
    'null as visibility': { ...complete, visibility: null },
    'a visibility that nobody knows': { ...complete, visibility: 'SECRET' },
    'a visibility by inheritance': { ...complete, visibility: 'constructor' },
    'a number as visibility': { ...complete, visibility: 7 },
  }

  for (const [what, representation] of Object.entries(odd)) {
    it(`is not visible, even to its creator, and the others are answered: ${what}`, async () => {
      const alice = app.stranger('alice', aliceId)
      const { entities, errors } = await askGames(alice, [complete, representation, complete])
      expect(errors).toEqual([])
      expect(entities).toEqual([
        { id: 'game-1', visibleToViewer: true },
        { id: 'game-1', visibleToViewer: false },
        { id: 'game-1', visibleToViewer: true },
      ])
    })
  }

  it('is no game at all without an id', async () => {
    const alice = app.stranger('alice', aliceId)
    const { entities, errors } = await askGames(alice, [{ ...complete, id: null }, complete])
    expect(errors).toEqual([])
    expect(entities).toEqual([null, { id: 'game-1', visibleToViewer: true }])
  })

  it('spoils only itself when more is asked than was told', async () => {
    const alice = app.stranger('alice', aliceId)
    const { data } = await alice.ask(
      `query ($representations: [_Any!]!) {
        _entities(representations: $representations) { ... on Game { id creator { id } } }
      }`,
      { representations: [{ ...complete, creator: null }, complete] },
    )
    expect(data._entities).toEqual([null, { id: 'game-1', creator: { id: aliceId } }])
  })

  it('is the mistake of whoever asks for what was not told', async () => {
    const alice = app.stranger('alice', aliceId)
    const { errors } = await alice.ask(
      `query ($representations: [_Any!]!) {
        _entities(representations: $representations) { ... on Game { creator { id } visibility } }
      }`,
      {
        representations: [
          { ...complete, creator: null },
          { ...complete, visibility: 'SECRET' },
        ],
      },
    )
    expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['_entities', 0, 'creator'], 'BAD_USER_INPUT'],
      [['_entities', 1, 'visibility'], 'BAD_USER_INPUT'],
    ])
  })
})

describe('fifty games of fifty people', () => {
  it('cost one statement, whoever asks, as one game does', async () => {
    const others = await app.people(...Array.from({ length: 49 }, (_, n) => `creator ${n}`))
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    const creators = [others[0] ?? bob, bob, ...others.slice(1)]
    const games = creators.map((creator, n) => game(creator, visibilities[n % 3] ?? '', `g${n}`))
    for (const [asker, statement, visible] of [
      [alice, 'pairs.summaries', 18],
      [app.nobody, 'pairs.visible', 17],
      [app.service, 'pairs.visible', 17],
    ] as const) {
      const fifty = await askGames(asker, games)
      expect(fifty.statements).toEqual([statement])
      expect((await askGames(asker, games.slice(0, 1))).statements).toEqual([statement])
      const count = fifty.entities.filter(
        (entity: { visibleToViewer: boolean }) => entity.visibleToViewer,
      ).length
      expect(count).toBe(visible)
    }
  })

  it('share that statement with how the viewer stands to their creators', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const { data, statements } = await alice.ask(
      `query ($games: [_Any!]!, $creators: [_Any!]!) {
        games: _entities(representations: $games) { ... on Game { visibleToViewer } }
        creators: _entities(representations: $creators) {
          ... on User { relationship { friendshipLevel } }
        }
      }`,
      {
        games: [game(bob, 'PUBLIC'), game(carol, 'CLOSE')],
        creators: [bob, carol].map(({ id }) => ({ __typename: 'User', id })),
      },
    )
    expect(data.games).toEqual([{ visibleToViewer: true }, { visibleToViewer: false }])
    expect(data.creators).toHaveLength(2)
    expect(statements).toEqual(['pairs.summaries'])
  })
})
