import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest'
import { fitTitle } from '../../src/dev/console/page/graph/game-title.ts'
import { selectOpenInvites } from '../../src/dev/sample-subgraphs/games/invite-sql.ts'
import { selectGames, selectJoined } from '../../src/dev/sample-subgraphs/games/sql.ts'
import { gameTables, lastGameTable } from '../../src/dev/sample-subgraphs/games/tables.ts'
import { openStore } from '../../src/dev/sample-subgraphs/store.ts'
import { newest } from '../../src/graphql/connections.ts'
import { openFederation } from '../support/federation.ts'
import { changed, gameDocuments, gameVerbs, unchanged } from '../support/game-verbs.ts'
import { readStream, type Stream } from '../support/streams.ts'
import { newUserId, type Person } from '../support/test-service.ts'
import { befriend, makeClose, verbs } from '../support/verbs.ts'

// Games that not everybody sees, from making one to the inbox of the people who are invited: what a
// page about games needs, asked through the gateway.

const federation = await openFederation()
const { app, gateways, urls } = federation
const { ask, make, send, done, inviteIdOf, invitesOf, titlesOf, sees, inboxOf } =
  gameVerbs(federation)
const { create, join, leave, remove, answer } = gameDocuments

describe('the games of a person', () => {
  it('are those that they take part in, the last one joined first, as far as the viewer sees', async () => {
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    await befriend(alice, bob)
    await makeClose(alice, carol)
    const games = new Map<string, string>()
    for (const each of ['PUBLIC', 'FRIENDS', 'CLOSE']) games.set(each, await make(alice, each))
    await done(bob, join, games.get('FRIENDS') ?? '')
    await done(bob, join, games.get('PUBLIC') ?? '')
    const all = ['CLOSE', 'FRIENDS', 'PUBLIC']
    expect(await titlesOf(alice, alice)).toEqual(all)
    expect(await titlesOf(carol, alice)).toEqual(all)
    expect(await titlesOf(bob, alice)).toEqual(['FRIENDS', 'PUBLIC'])
    expect(await titlesOf(dave, alice)).toEqual(['PUBLIC'])
    expect(await titlesOf(bob, bob)).toEqual(['PUBLIC', 'FRIENDS'])
    expect(await titlesOf(dave, bob)).toEqual(['PUBLIC'])
  })

  it('have the private ones that they were invited to, until a block with the creator', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const game = await make(alice, 'CLOSE')
    await done(bob, answer('claimInvite'), await inviteIdOf(alice, game, bob))
    expect(await titlesOf(bob, bob)).toEqual(['CLOSE'])
    await verbs.blockUser(alice, bob)
    expect(await titlesOf(bob, bob)).toEqual([])
    expect(await sees(bob, game)).toBe(false)
  })

  it('are null across a block, as for somebody who does not exist', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await make(alice, 'PUBLIC')
    await verbs.blockUser(alice, bob)
    expect(await titlesOf(bob, alice)).toBeNull()
    expect(await titlesOf(bob, { ...alice, id: newUserId() })).toBeNull()
  })

  it('come in full pages, each once', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    // Every second one is not for bob.
    for (let n = 0; n < 10; n++) await make(alice, n % 2 === 0 ? 'PUBLIC' : 'CLOSE', `game ${n}`)
    const query = `query ($id: ID!, $after: String) { user(id: $id) {
      games(first: 2, after: $after) { edges { node { title } } pageInfo { hasNextPage endCursor } }
    } }`
    const titles: string[] = []
    for (let after: string | null = null, more = true; more;) {
      const { user } = await ask(bob, query, { id: alice.id, after })
      titles.push(...user.games.edges.map(({ node }: { node: { title: string } }) => node.title))
      ;({ hasNextPage: more, endCursor: after } = user.games.pageInfo)
    }
    expect(titles).toEqual(['game 8', 'game 6', 'game 4', 'game 2', 'game 0'])
  })

  it('are the newest, as in every list of games, also where no index has them in this order', async () => {
    const { superuserUrl } = inject('postgres')
    const name = `games_${randomUUID()}`
    const store = await openStore(superuserUrl, name, lastGameTable, gameTables)
    onTestFinished(() => store.close())
    const [alice, bob] = [newUserId(), newUserId()]
    await store.rows('drop index games_newest, game_participants_newest, game_invites_newest')
    await store.rows(
      `with made as (
         insert into games (creator_user_id, title, visibility, created_at)
         select $1, 'game ' || n, 'PUBLIC', timestamptz '2026-01-01 00:00Z' + n * interval '1 s'
           from generate_series(1, 6) as n
         returning id, created_at),
       joined as (
         insert into game_participants (game_id, user_id, joined_at)
         select id, $1, created_at from made)
       insert into game_invites (game_id, inviter_user_id, recipient_user_id, invited_at)
       select id, $1, $2, created_at from made`,
      [alice, bob],
    )
    const [joined] = await selectJoined(store, [{ user: alice, after: newest, limit: 2 }])
    expect(joined?.map(({ title }) => title)).toEqual(['game 6', 'game 5'])
    const games = await selectGames(store, newest, [], true, 2)
    expect(games.map(({ title }) => title)).toEqual(['game 6', 'game 5'])
    const invites = await selectOpenInvites(store, bob, [], newest, 2)
    expect(invites.map(({ gameId }) => gameId)).toEqual(games.map(({ id }) => id))
  })
})

describe('an invitation by name', () => {
  it('waits in the list of the invited, and of nobody else, until it is answered', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const [accepted, declined] = [await make(alice, 'FRIENDS'), await make(alice, 'CLOSE')]
    const toAccept = await inviteIdOf(alice, accepted, bob)
    const toDecline = await inviteIdOf(alice, declined, bob)
    expect(await invitesOf(bob)).toEqual([
      [alice.id, declined],
      [alice.id, accepted],
    ])
    const others = 'query ($id: ID!) { user(id: $id) { gameInvites { edges { cursor } } } }'
    expect((await ask(alice, others, { id: bob.id })).user.gameInvites).toBeNull()
    expect([await invitesOf(alice), await invitesOf(carol)]).toEqual([[], []])
    expect(await done(bob, answer('claimInvite'), toAccept)).toMatchObject({
      ...changed,
      game: { viewerTakesPart: true, viewerInvite: { answer: 'ACCEPTED' } },
    })
    expect(await done(bob, answer('declineInvite'), toDecline)).toMatchObject({
      ...changed,
      game: { viewerTakesPart: false, viewerInvite: { answer: 'DECLINED' } },
    })
    expect(await invitesOf(bob)).toEqual([])
  })

  it('is accepted by joining, and the answer says so at once', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const game = await make(alice, 'CLOSE')
    await send(alice, game, bob)
    expect((await done(bob, join, game)).game).toEqual({
      id: game,
      viewerTakesPart: true,
      participants: [{ id: alice.id }, { id: bob.id }],
      viewerInvite: { answer: 'ACCEPTED' },
    })
  })

  it('is gone while either of the two blocks the other, before games is told of it', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const game = await make(alice, 'FRIENDS')
    const id = await inviteIdOf(alice, game, bob)
    for (const [one, other] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      await verbs.blockUser(one, other)
      expect([await invitesOf(bob), await sees(bob, game)]).toEqual([[], false])
      const refused = await done(bob, answer('claimInvite'), id)
      expect(refused).toEqual(await done(bob, answer('claimInvite'), newUserId()))
      expect(await done(bob, answer('declineInvite'), id)).toEqual(refused)
      await verbs.unblockUser(one, other)
    }
  })

  it('is gone with the game', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const game = await make(alice, 'FRIENDS')
    await send(alice, game, bob)
    expect(await done(bob, remove, game)).toEqual({
      changed: false,
      errors: [{ code: 'NOT_FOUND' }],
    })
    expect(await done(alice, remove, game)).toEqual(changed)
    expect([await invitesOf(bob), await sees(alice, game)]).toEqual([[], false])
  })

  it('from somebody whom a block hides opens nothing, but that of another person does', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const game = await make(alice, 'CLOSE')
    await done(carol, answer('claimInvite'), await inviteIdOf(alice, game, carol))
    const fromCarol = await inviteIdOf(carol, game, bob)
    expect(await sees(bob, game)).toBe(true)
    await verbs.blockUser(bob, carol)
    expect([await sees(bob, game), await invitesOf(bob)]).toEqual([false, []])
    expect((await done(bob, answer('claimInvite'), fromCarol)).errors).toEqual([
      { code: 'INVITE_UNAVAILABLE' },
    ])
    expect((await send(alice, game, bob)).changed).toBe(true)
    expect([await sees(bob, game), await invitesOf(bob)]).toEqual([true, [[alice.id, game]]])
  })

  it('comes once for each game, however many people invite, and is declined once', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const game = await make(alice, 'FRIENDS')
    await done(carol, answer('claimInvite'), await inviteIdOf(alice, game, carol))
    const fromAlice = await inviteIdOf(alice, game, bob)
    await send(carol, game, bob)
    expect(await invitesOf(bob)).toEqual([[carol.id, game]])
    expect(await done(bob, answer('declineInvite'), fromAlice)).toMatchObject(changed)
    expect(await invitesOf(bob)).toEqual([])
  })

  it('is not made for somebody who takes part', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const game = await make(alice, 'PUBLIC')
    await done(bob, join, game)
    expect(await send(alice, game, bob)).toEqual({ ...unchanged, invite: null })
    expect(await send(bob, game, alice)).toEqual({ ...unchanged, invite: null })
    expect(await invitesOf(bob)).toEqual([])
  })

  it('is known to its sender and the creator, who leave the invited out of their candidates', async () => {
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    await befriend(bob, dave)
    await makeClose(bob, carol)
    const game = await make(alice, 'PUBLIC')
    await done(bob, join, game)
    await send(alice, game, dave)
    await send(bob, game, carol)
    const taken = async (person: Person) => {
      const query = `query ($id: ID!) { game(id: $id) { participants { id } invites { recipient { id } } } }`
      const { game: found } = await ask(person, query, { id: game })
      return [
        ...found.participants,
        ...found.invites.map(({ recipient }: { recipient: Person }) => recipient),
      ]
        .map(({ id }: { id: string }) => id)
        .sort()
    }
    const ids = (...people: Person[]) => people.map(({ id }) => id).sort()
    expect(await taken(alice)).toEqual(ids(alice, bob, carol, dave))
    expect(await taken(bob)).toEqual(ids(alice, bob, carol))
    const query = `query ($exclude: [ID!]) { viewer {
      inviteCandidates(exclude: $exclude) { edges { level node { id presence { status } } } }
    } }`
    const candidates = async (exclude: string[]) =>
      (await ask(bob, query, { exclude })).viewer.inviteCandidates.edges
    const row = (level: string, { id }: Person) => ({
      level,
      node: { id, presence: { status: 'OFFLINE' } },
    })
    expect(await candidates([])).toEqual([row('CLOSE', carol), row('FRIEND', dave)])
    expect(await candidates(await taken(bob))).toEqual([row('FRIEND', dave)])
  })
})

describe('leaving a game', () => {
  it('is never refused, but to its creator; who was not invited may not come back to a private one', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    const game = await make(alice, 'FRIENDS')
    await done(bob, join, game)
    await verbs.removeFriend(alice, bob)
    expect(await done(bob, leave, game)).toEqual(changed)
    expect(await done(bob, leave, game)).toEqual(unchanged)
    expect(await sees(bob, game)).toBe(false)
    expect(await done(bob, leave, newUserId())).toEqual(unchanged)
    expect(await done(alice, leave, game)).toEqual({
      changed: false,
      errors: [{ code: 'INVALID_INPUT' }],
    })
  })

  it('that a block hides is as leaving one that was deleted, and still done', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const [hidden, deleted] = [await make(alice, 'PUBLIC'), await make(carol, 'PUBLIC')]
    for (const game of [hidden, deleted]) await done(bob, join, game)
    await verbs.blockUser(alice, bob)
    await done(carol, remove, deleted)
    expect(await done(bob, leave, hidden)).toEqual(await done(bob, leave, deleted))
    await verbs.unblockUser(alice, bob)
    expect(await done(bob, leave, hidden)).toEqual(unchanged)
    expect(await titlesOf(bob, bob)).toEqual([])
  })
})

describe('deleting a game', () => {
  it('is for its creator alone: for everybody else it is as if there were none', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const game = await make(alice, 'PUBLIC')
    await done(bob, join, game)
    const refused = await done(bob, remove, game)
    expect(refused).toEqual({ changed: false, errors: [{ code: 'NOT_FOUND' }] })
    expect(await done(bob, remove, newUserId())).toEqual(refused)
    expect(await sees(bob, game)).toBe(true)
    expect(await done(alice, remove, game)).toEqual(changed)
    expect(await sees(bob, game)).toBe(false)
    expect(await done(alice, remove, game)).toEqual(refused)
  })
})

describe('a title', () => {
  it('that the form of the console takes is as long as the service takes, and no longer', async () => {
    const [alice] = await app.people('alice')
    const family = '👩‍👩‍👧'
    for (const [typed, taken] of [
      ['🧗'.repeat(81), '🧗'.repeat(80)],
      ['x'.repeat(81), 'x'.repeat(80)],
      ['🧗'.repeat(76) + family, '🧗'.repeat(76)],
      ['🧗'.repeat(75) + family, '🧗'.repeat(75) + family],
    ] as const) {
      const title = fitTitle(typed)
      expect(title).toBe(taken)
      const given = { title, visibility: 'CLOSE' }
      expect((await ask(alice, create, given)).done.errors).toEqual([])
    }
  })

  it('is one visible line of at most 80 characters, whatever they are made of', async () => {
    const [alice] = await app.people('alice')
    const made = async (title: string) =>
      (await ask(alice, create, { title, visibility: null })).done.errors
    expect(await made('🧗'.repeat(80))).toEqual([])
    for (const title of ['🧗'.repeat(81), '\u200b\u2003', 'Chess\nat home', 'Chess \u202e!'])
      expect(await made(title)).toEqual([{ code: 'INVALID_INPUT' }])
  })
})

const page = `query ($first: Int) {
  viewer {
    id
    privacySettings { defaultGameVisibility }
    games(first: $first) { edges { node { ...Shown } } pageInfo { hasNextPage endCursor } }
    gameInvites(first: $first) { edges { node {
      id invitedAt inviter { ...Known } game { ...Shown }
    } } pageInfo { hasNextPage endCursor } }
  }
  games(first: $first) { edges { node { ...Shown } } pageInfo { hasNextPage endCursor } }
}
fragment Known on User { id username profile { displayName } presence { status } }
fragment Shown on Game {
  id title visibility visibleToViewer viewerTakesPart createdAt
  creator { ...Known relationship { friendshipLevel } } participants { ...Known }
}`

describe('a page of games', () => {
  const friends: Person[] = []
  let alice: Person
  beforeAll(async () => {
    friends.push(...(await app.people(...Array.from({ length: 6 }, (_, n) => `friend ${n}`))))
    ;[alice] = await app.people('alice')
    for (const friend of friends) {
      await befriend(alice, friend)
      await done(alice, join, await make(friend, 'FRIENDS', 'joined'))
      await send(friend, await make(friend, 'CLOSE', 'invited'), alice)
    }
  })

  it.each(Object.entries(gateways))(
    'comes in one query through the gateway %s, at the same price for one game as for many',
    async (_name, gateway) => {
      const counted = async (first: number) => {
        const { data, errors, ...costs } = await federation.ask(gateway, alice, page, { first })
        expect(errors).toEqual([])
        // What the pages ask for at the same moment may come as one request or as two.
        const statements = new Set([...costs.fromGateway, ...costs.fromServices].flat())
        expect(costs.fromServices.length).toBeLessThanOrEqual(5)
        return { data, statements }
      }
      const [one, many] = [await counted(1), await counted(20)]
      expect(many.data.viewer.games.edges).toHaveLength(6)
      expect(many.data.viewer.gameInvites.edges).toHaveLength(6)
      // Others have made public ones.
      expect(many.data.games.edges.length).toBeGreaterThanOrEqual(6)
      expect(many.data.games.edges[0].node).toMatchObject({
        title: 'joined',
        visibleToViewer: true,
        viewerTakesPart: true,
        creator: { relationship: { friendshipLevel: 'FRIEND' } },
        participants: [{ username: null }, { id: alice.id }],
      })
      expect(many.data.viewer.gameInvites.edges[0].node).toMatchObject({
        inviter: { id: friends.at(-1)?.id },
        game: { title: 'invited', visibility: 'CLOSE', viewerTakesPart: false },
      })
      expect(many.data.viewer.privacySettings).toEqual({ defaultGameVisibility: 'PUBLIC' })
      expect(many.statements).toEqual(one.statements)
    },
  )

  it('of many people costs as much as that of one', async () => {
    const query = `query ($first: Int) { viewer { friends(first: $first) {
      edges { node { id games(first: 3) { edges { node { title visibility } } } } }
    } } }`
    const asked = async (first: number) => {
      const { data, fromServices } = await federation.ask(gateways.rust, alice, query, { first })
      return { edges: data.viewer.friends.edges, fromServices }
    }
    const [one, many] = [await asked(1), await asked(20)]
    expect(many.edges).toHaveLength(6)
    expect(many.edges[0].node.games.edges).toHaveLength(2)
    expect(many.fromServices).toEqual(one.fromServices)
    expect(many.fromServices).toEqual([['pairs.statesOf']])
  })
})

describe('the inbox of somebody who is invited', () => {
  const invited = ({ id: actor }: Person, id: string, title = 'FRIENDS') => ({
    kind: 'GAME_INVITED',
    actor: { id: actor },
    game: { id, title, viewerInvite: { answer: null } },
  })
  const empty = { unreadCount: 0, rows: [] }
  const blockEvent = (one: Person, other: Person) => federation.sendBlock(one.id, other.id)

  it('says who invites and to which game, once; the others are told nothing', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const game = await make(alice)
    for (let time = 0; time < 2; time++) {
      await send(alice, game, bob)
      await federation.tellFacts()
    }
    expect(await inboxOf(bob)).toEqual({ unreadCount: 1, rows: [invited(alice, game)] })
    expect(await inboxOf(alice)).toEqual(empty)
  })

  it('is empty while either of the two blocks the other, and does not fill again after it', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    for (const inviter of [alice, carol]) {
      await send(inviter, await make(inviter), bob)
      await federation.tellFacts()
    }
    expect(await inboxOf(bob)).toMatchObject({ unreadCount: 2 })
    await verbs.blockUser(alice, bob)
    await verbs.blockUser(bob, carol)
    expect(await inboxOf(bob)).toEqual(empty)
    for (const other of [alice, carol]) await blockEvent(bob, other)
    await verbs.unblockUser(alice, bob)
    await verbs.unblockUser(bob, carol)
    expect(await inboxOf(bob)).toEqual(empty)
  })

  it('says nothing of a game whose creator a block hides, nor when its event comes late', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const game = await make(alice)
    await done(carol, answer('claimInvite'), await inviteIdOf(alice, game, carol))
    await send(carol, game, bob)
    await verbs.blockUser(alice, bob)
    await federation.tellFacts()
    expect(await inboxOf(bob)).toEqual(empty)
    await blockEvent(alice, bob)
    await verbs.unblockUser(alice, bob)
    expect(await inboxOf(bob)).toEqual(empty)
  })

  it('forgets a game that was deleted', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const game = await make(alice)
    await send(alice, game, bob)
    await federation.tellFacts()
    await done(alice, remove, game)
    await federation.tellFacts()
    expect(await inboxOf(bob)).toEqual(empty)
  })

  it('reads the games of a whole page at the price of one', async () => {
    const [bob, ...hosts] = await app.people('bob', 'alice', 'carol', 'dave', 'erin')
    const costs: (readonly (readonly string[])[])[] = []
    for (const host of hosts) {
      await send(host, await make(host), bob)
      await federation.tellFacts()
      costs.push((await federation.ask(gateways.rust, bob, gameDocuments.inbox)).fromServices)
    }
    expect(await inboxOf(bob)).toMatchObject({ unreadCount: hosts.length })
    expect(costs.at(-1)).toEqual(costs[0])
  })
})

describe.each(Object.entries(urls))('a live inbox through the gateway in %s', (_name, url) => {
  const streams: Stream[] = []
  afterAll(() => {
    for (const stream of streams) stream.close()
  })

  async function listen(person: Person) {
    const leaving = new AbortController()
    const query = `subscription { notificationAdded {
      kind actor { id relationship { friendshipLevel } } game { title } readAt
    } }`
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        authorization: `Bearer ${(await person.token()) ?? ''}`,
      },
      body: JSON.stringify({ query }),
      signal: leaving.signal,
    })
    const stream = readStream(response, leaving)
    streams.push(stream)
    return stream
  }

  it('tells of an invitation when it comes, with what other subgraphs know, and of no hidden person', async () => {
    const [alice, bob, mallory] = await app.people('alice', 'bob', 'mallory')
    await befriend(alice, bob)
    const [hidden, game] = [await make(mallory, 'PUBLIC'), await make(alice, 'CLOSE', 'Chess')]
    const stream = await listen(bob)
    await send(mallory, hidden, bob)
    await verbs.blockUser(bob, mallory)
    await send(alice, game, bob)
    // The subscription of the gateway reaches notifications a moment after the client's.
    await expect.poll(() => federation.listeners(bob.id)).toBe(1)
    await federation.tellFacts()
    expect(await stream.next()).toMatchObject({
      data: {
        notificationAdded: {
          kind: 'GAME_INVITED',
          actor: { id: alice.id, relationship: { friendshipLevel: 'FRIEND' } },
          game: { title: 'Chess' },
          readAt: null,
        },
      },
    })
    stream.close()
    await expect.poll(() => federation.listeners(bob.id)).toBe(0)
  })
})
