import { beforeAll, describe, expect, it } from 'vitest'
import { userId } from '../../src/dev/seed/relationships.ts'
import { openFederation } from '../support/federation.ts'
import { newUserId, type Person } from '../support/test-service.ts'
import { befriend, makeClose, verbs } from '../support/verbs.ts'

const federation = await openFederation()
const { app, gateways } = federation
const ask = federation.ask.bind(federation)

/**
 * What a list of games costs connections: the statements of each request, by the gateway and by the
 * games service.
 */
const costs = {
  // Asks for the creators while it asks for the games, and so twice.
  javascript: [['pairs.summaries'], ['users.summaries', 'pairs.summaries']],
  // Both in one request, under two names: one statement answers both.
  rust: [['pairs.summaries', 'users.summaries']],
  apollo: [['pairs.summaries'], ['users.summaries', 'pairs.summaries']],
} as const
const costOfService = [['hidden.page'], ['pairs.statesOf']]

const list = `query ($first: Int, $after: String) {
  games(first: $first, after: $after) {
    edges { node { title visibility visibleToViewer creator {
      id username profile { displayName } relationship { friendshipLevel isBlocking }
    } } }
    pageInfo { hasNextPage endCursor }
  }
}`

interface Listed {
  readonly node: {
    readonly title: string
    readonly visibility: string
    readonly visibleToViewer: boolean
    readonly creator: {
      readonly id: string
      readonly username: string | null
      readonly relationship: object | null
    }
  }
}

const create = `mutation ($title: String!, $visibility: GameVisibility) {
  createGame(title: $title, visibility: $visibility) {
    changed game { id title visibility visibleToViewer creator { id } participants { id } } errors { code }
  }
}`

async function createGame(creator: Person, title: string, visibility: string | null) {
  const { data } = await ask(gateways.rust, creator, create, { title, visibility })
  expect(data.createGame).toMatchObject({ changed: true, errors: [] })
  return data.createGame.game
}

const [friend, closeFriend, stranger, blocked, blocker] = await app.people(
  'friend',
  'close friend',
  'stranger',
  'blocked',
  'blocker',
)
const creators = await app.people(...Array.from({ length: 10 }, (_, n) => `creator ${String(n)}`))

/** Fifty games: each creator has two public ones, two for friends and one for close friends. */
beforeAll(async () => {
  for (const [n, creator] of creators.entries()) {
    await creator.ask(`mutation { claimUsername(username: "creator${String(n)}") { changed } }`)
    await befriend(friend, creator)
    await makeClose(closeFriend, creator)
    await verbs.blockUser(creator, blocked)
    await verbs.blockUser(blocker, creator)
    for (const visibility of ['PUBLIC', 'PUBLIC', 'FRIENDS', 'FRIENDS', 'CLOSE'])
      await createGame(creator, `${creator.name}, ${visibility}`, visibility)
  }
})

describe.each(Object.entries(gateways))('through the gateway %s', (name, send) => {
  const cost = costs[name as keyof typeof costs]

  async function listed(asker: Person | typeof app.nobody, variables: object = { first: 100 }) {
    const { data, errors, fromGateway, fromServices } = await ask(send, asker, list, variables)
    expect(errors).toEqual([])
    const games = (data.games.edges as Listed[]).map(({ node }) => node)
    // Two requests that are sent at once may come in either order.
    const requests = [...fromGateway].sort((one, other) => one.length - other.length)
    return { games, pageInfo: data.games.pageInfo, fromGateway: requests, fromServices }
  }

  describe('a list of fifty games', () => {
    it.for([
      ['a close friend sees all fifty', closeFriend, 50],
      ['a friend sees forty, none for close friends', friend, 40],
      ['a stranger sees the twenty that are public', stranger, 20],
    ] as const)('%s', async ([, viewer, count]) => {
      await viewer.ask('{ viewer { id } }')
      const { games, fromGateway, fromServices } = await listed(viewer)
      expect(games).toHaveLength(count)
      expect(games.filter(({ visibleToViewer }) => !visibleToViewer)).toEqual([])
      expect(fromGateway).toEqual(cost)
      expect(fromServices).toEqual(costOfService)
    })

    it('who is blocked by its creators, or blocks them, sees none', async () => {
      for (const viewer of [blocked, blocker]) {
        await viewer.ask('{ viewer { id } }')
        const { games, fromGateway, fromServices } = await listed(viewer)
        expect(games).toEqual([])
        expect(fromGateway).toEqual([])
        expect(fromServices).toEqual([['hidden.page']])
      }
    })

    it('the anonymous see the public ones, and have no relationship', async () => {
      const { games, fromServices } = await listed(app.nobody)
      expect(games).toHaveLength(20)
      expect(games.filter(({ visibleToViewer }) => !visibleToViewer)).toEqual([])
      expect(games.filter(({ creator }) => creator.relationship !== null)).toEqual([])
      expect(fromServices).toEqual([['pairs.visible']])
    })

    it('tells each creator’s name, and how the viewer stands to them', async () => {
      const { games } = await listed(friend)
      const level = { friendshipLevel: 'FRIEND', isBlocking: false }
      expect(games.filter(({ creator }) => creator.relationship === null)).toEqual([])
      expect(games[0]?.creator.relationship).toEqual(level)
      expect(games[0]?.creator.username).toBe('creator9')
    })

    it('costs the same for one game as for all', async () => {
      const { games, fromGateway, fromServices } = await listed(friend, { first: 1 })
      expect(games).toHaveLength(1)
      expect([fromGateway, fromServices]).toEqual([cost, costOfService])
    })

    it('comes in full pages, whatever is left out between', async () => {
      const first = await listed(stranger, { first: 15 })
      expect([first.games.length, first.pageInfo.hasNextPage]).toEqual([15, true])
      const { endCursor } = first.pageInfo
      const second = await listed(stranger, { first: 15, after: endCursor })
      expect([second.games.length, second.pageInfo.hasNextPage]).toEqual([5, false])
      const titles = [...first.games, ...second.games].map(
        ({ title, creator }) => title + creator.id,
      )
      expect(titles).toEqual(
        (await listed(stranger)).games.map(({ title, creator }) => title + creator.id),
      )
    })
  })

  it('answers as the other gateways do, for everybody', async () => {
    for (const viewer of [closeFriend, friend, stranger, blocked, app.nobody]) {
      const answers = await Promise.all(
        Object.values(gateways).map(async (each) => {
          const token = await viewer.token()
          return each(list, { first: 100 }, token)
        }),
      )
      const own = await listed(viewer)
      for (const { data } of answers) {
        const { games } = data as { games: { edges: Listed[] } }
        expect(games.edges.map(({ node }) => node)).toEqual(own.games)
      }
    }
  })
})

// After the list, for these make games too.
describe.each(Object.entries(gateways))('through the gateway %s', (_name, send) => {
  it('shows an email and an inbox to their owner alone', async () => {
    const [bob] = await app.people('bob')
    const alice = app.stranger('alice', userId('alice'))
    const own = '{ viewer { id email notifications { edges { node { id } } } } }'
    expect((await ask(send, alice, own)).data.viewer).toEqual({
      id: alice.id,
      email: 'alice@example.com',
      notifications: { edges: [] },
    })
    const { id } = await createGame(alice, 'Running', 'PUBLIC')
    const others = `query ($id: ID!) {
      game(id: $id) { creator { id email notifications { edges { node { id } } } } }
    }`
    const { data, errors } = await ask(send, bob, others, { id })
    expect(errors).toEqual([])
    expect(data.game.creator).toEqual({ id: alice.id, email: null, notifications: null })
  })

  it('leaves people out of an inbox whom a block hides by now', async () => {
    const [bob, carol, dave] = await app.people('bob', 'carol', 'dave')
    await federation.sendToInbox(bob.id, carol.id)
    await federation.sendToInbox(bob.id, dave.id)
    const inbox = async () => {
      const query =
        '{ viewer { notifications { edges { node { kind actor { id relationship { isFollowing } } } } } } }'
      const { data } = await ask(send, bob, query)
      return data.viewer.notifications.edges.map(
        ({ node }: { node: { actor: { id: string } } }) => node.actor.id,
      )
    }
    expect((await inbox()).sort()).toEqual([carol.id, dave.id].sort())
    await verbs.blockUser(carol, bob)
    expect(await inbox()).toEqual([dave.id])
  })

  describe('a game for friends', () => {
    const candidates = `query ($exclude: [ID!]) {
      viewer { inviteCandidates(exclude: $exclude) { edges { level node { id } } } }
    }`
    const invite = `mutation ($gameId: ID!, $userId: ID) {
      inviteToGame(gameId: $gameId, userId: $userId) {
        changed invite { id recipient { id relationship { friendshipLevel } } } errors { code message }
      }
    }`
    const claim = `mutation ($inviteId: ID!) {
      claimInvite(inviteId: $inviteId) { changed game { id participants { id } } errors { code message } }
    }`
    const open = `query ($id: ID!) {
      game(id: $id) { id visibleToViewer participants { id } invites { recipient { id } } }
    }`

    it('is made as its creator’s privacy settings say', async () => {
      const [alice] = await app.people('alice')
      const { data } = await alice.ask(
        'mutation { updatePrivacySettings(settings: { defaultGameVisibility: CLOSE }) { changed } }',
      )
      expect(data.updatePrivacySettings).toEqual({ changed: true })
      const made = await ask(send, alice, create, { title: 'Chess', visibility: null })
      expect(made.data.createGame.game).toEqual({
        id: expect.any(String),
        title: 'Chess',
        visibility: 'CLOSE',
        visibleToViewer: true,
        creator: { id: alice.id },
        participants: [{ id: alice.id }],
      })
    })

    it('is offered to friends, close ones first, and not again to who is in', async () => {
      const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
      await befriend(alice, bob)
      await makeClose(alice, carol)
      const { data } = await ask(send, alice, candidates, {})
      expect(data.viewer.inviteCandidates.edges).toEqual([
        { level: 'CLOSE', node: { id: carol.id } },
        { level: 'FRIEND', node: { id: bob.id } },
      ])
      const rest = await ask(send, alice, candidates, { exclude: [carol.id] })
      expect(rest.data.viewer.inviteCandidates.edges).toHaveLength(1)
      expect(rest.fromGateway).toEqual([['friends.pages']])
    })

    it('takes an invited stranger in, whom it stays invisible to by the rule of friends', async () => {
      const [alice, bob] = await app.people('alice', 'bob')
      const { id } = await createGame(alice, 'Climbing', 'FRIENDS')
      expect((await ask(send, bob, open, { id })).data.game).toBeNull()
      const sent = await ask(send, alice, invite, { gameId: id, userId: bob.id })
      expect(sent.data.inviteToGame).toMatchObject({ changed: true, errors: [] })
      const again = await ask(send, alice, invite, { gameId: id, userId: bob.id })
      expect(again.data.inviteToGame).toMatchObject({ changed: false, errors: [] })
      const joined = await ask(send, bob, claim, { inviteId: sent.data.inviteToGame.invite.id })
      expect(joined.data.claimInvite).toMatchObject({ changed: true, errors: [] })
      expect((await ask(send, bob, open, { id })).data.game).toEqual({
        id,
        visibleToViewer: false,
        participants: [{ id: alice.id }, { id: bob.id }],
        invites: [{ recipient: { id: bob.id } }],
      })
    })

    it('cannot be offered across a block, in the words for somebody who does not exist', async () => {
      const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
      const { id } = await createGame(alice, 'Climbing', 'FRIENDS')
      await befriend(alice, bob)
      await verbs.blockUser(bob, alice)
      await verbs.blockUser(alice, carol)
      const answers = await Promise.all(
        [bob.id, carol.id, newUserId()].map(async (userId) => {
          const { data } = await ask(send, alice, invite, { gameId: id, userId })
          return data.inviteToGame
        }),
      )
      expect(answers[2]).toEqual({
        changed: false,
        invite: null,
        errors: [{ code: 'UNAVAILABLE', message: 'This person is not available.' }],
      })
      expect(answers.slice(0, 2)).toEqual([answers[2], answers[2]])
    })

    it('cannot be joined across a block, with an invitation that anybody may hold', async () => {
      const [alice, mallory, dave] = await app.people('alice', 'mallory', 'dave')
      const { id } = await createGame(alice, 'Climbing', 'CLOSE')
      const sent = await ask(send, alice, invite, { gameId: id })
      const inviteId = sent.data.inviteToGame.invite.id
      await verbs.blockUser(alice, mallory)
      const refused = await ask(send, mallory, claim, { inviteId })
      const unknown = await ask(send, mallory, claim, { inviteId: newUserId() })
      expect(refused.data.claimInvite.errors[0].code).toBe('INVITE_UNAVAILABLE')
      expect(refused.data).toEqual(unknown.data)
      expect((await ask(send, dave, claim, { inviteId })).data.claimInvite.changed).toBe(true)
    })

    it('loses sight of who takes part when a block comes between', async () => {
      const [alice, bob] = await app.people('alice', 'bob')
      const { id } = await createGame(alice, 'Tennis', 'PUBLIC')
      const join =
        'mutation ($gameId: ID!) { joinGame(gameId: $gameId) { changed errors { code } } }'
      const joined = await ask(send, bob, join, { gameId: id })
      expect(joined.data.joinGame).toEqual({ changed: true, errors: [] })
      await verbs.blockUser(alice, bob)
      const left = (await ask(send, alice, open, { id })).data.game.participants
      expect(left).toEqual([{ id: alice.id }])
      expect((await ask(send, bob, open, { id })).data.game).toBeNull()
      const again = await ask(send, bob, join, { gameId: id })
      expect(again.data.joinGame).toEqual({ changed: false, errors: [{ code: 'NOT_FOUND' }] })
    })
  })
})
