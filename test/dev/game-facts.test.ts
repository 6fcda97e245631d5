import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { demoGames } from '../../src/dev/sample-subgraphs/games/demo.ts'
import { keepTelling } from '../../src/dev/sample-subgraphs/games/keep-telling.ts'
import { gameTables, lastGameTable } from '../../src/dev/sample-subgraphs/games/tables.ts'
import { tellFacts } from '../../src/dev/sample-subgraphs/games/tell-facts.ts'
import { openStore } from '../../src/dev/sample-subgraphs/store.ts'
import { userId } from '../../src/dev/seed/relationships.ts'
import { type ConnectionsClient, createConnectionsClient } from '../../src/kit/server/client.ts'
import { openFederation } from '../support/federation.ts'
import { gatewaySecret, newUserId, type Person } from '../support/test-service.ts'
import { befriend } from '../support/verbs.ts'

const federation = await openFederation()
const { app, gateways } = federation

/** Does something in the games service, through the gateway. */
async function act(person: Person, field: string, variables: Record<string, unknown>) {
  const names = Object.keys(variables)
  const types = names.map((name) => `$${name}: ${name === 'title' ? 'String!' : 'ID'}`).join(', ')
  const more = { createGame: 'game { id }', inviteToGame: 'invite { id }' }[field] ?? ''
  const query = `mutation (${types.replaceAll('ID', 'ID!')}) {
    payload: ${field}(${names.map((name) => `${name}: $${name}`).join(', ')}) { changed ${more} errors { code } }
  }`
  const { data, errors } = await federation.ask(gateways.rust, person, query, variables)
  expect(errors).toEqual([])
  return data.payload
}

const createGame = async (creator: Person): Promise<string> =>
  (await act(creator, 'createGame', { title: 'Chess' })).game.id
const invite = async (inviter: Person, gameId: string, { id }: Person): Promise<string> =>
  (await act(inviter, 'inviteToGame', { gameId, userId: id })).invite.id

const rows = async (sql: string, ...values: readonly unknown[]) =>
  (await app.admin.query<Record<string, unknown>>(sql, [...values])).rows

const participants = async (game: string) =>
  (await rows('select user_id as id from game_participations where game_id = $1', game)).map(
    ({ id }) => id,
  )
const outcomes = (game: string) =>
  rows(
    `select inviter_user_id as inviter, invitee_user_id as invitee, outcome, between_friends as friends
       from game_invites where game_id = $1`,
    game,
  )
const told = (game: string) =>
  rows(
    `select actor_user_id as joined, other_user_id as creator from outbox
      where kind = 'game.friend_joined' and game_id = $1`,
    game,
  )

describe.each(Object.entries(gateways))('through the gateway %s', (_name, send) => {
  it('bob joins alice’s game: connections knows, and tells her, for they are friends', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await befriend(alice, bob)
    const game = await createGame(alice)
    for (const person of [bob, carol]) {
      const join = 'mutation ($id: ID!) { joinGame(gameId: $id) { changed errors { code } } }'
      const { data } = await federation.ask(send, person, join, { id: game })
      expect(data.joinGame).toEqual({ changed: true, errors: [] })
    }
    expect(await participants(game)).toEqual([])
    await federation.tellFacts()
    expect((await participants(game)).sort()).toEqual([alice.id, bob.id, carol.id].sort())
    expect(await told(game)).toEqual([{ joined: bob.id, creator: alice.id }])
    await federation.tellFacts()
    expect(await told(game)).toHaveLength(1)
  })
})

describe('connections is told', () => {
  it('who was invited by name, and what became of it', async () => {
    const [alice, bob, carol, dave, erin] = await app.people(
      'alice',
      'bob',
      'carol',
      'dave',
      'erin',
    )
    await befriend(alice, bob)
    const game = await createGame(alice)
    const invites = new Map<Person, string>()
    for (const person of [bob, carol, dave, erin])
      invites.set(person, await invite(alice, game, person))
    expect(await act(bob, 'claimInvite', { inviteId: invites.get(bob) })).toMatchObject({
      changed: true,
    })
    await federation.tellFacts()
    // The answer comes later than the invitation; who joins without a word has accepted too.
    for (const changed of [true, false])
      expect(await act(carol, 'declineInvite', { inviteId: invites.get(carol) })).toEqual({
        changed,
        errors: [],
      })
    await act(dave, 'joinGame', { gameId: game })
    await federation.tellFacts()
    const from = { inviter: alice.id, friends: false }
    expect(await outcomes(game)).toEqual(
      expect.arrayContaining([
        { ...from, invitee: bob.id, outcome: 'accepted', friends: true },
        { ...from, invitee: carol.id, outcome: 'declined' },
        { ...from, invitee: dave.id, outcome: 'accepted' },
        { ...from, invitee: erin.id, outcome: null },
      ]),
    )
    await act(carol, 'claimInvite', { inviteId: invites.get(carol) })
    await federation.tellFacts()
    expect(await outcomes(game)).toContainEqual({ ...from, invitee: carol.id, outcome: 'accepted' })
    const again = await act(carol, 'declineInvite', { inviteId: invites.get(carol) })
    expect(again).toEqual({ changed: false, errors: [] })
  })

  it('nothing of an invitation that anybody may hold, but who came with it', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const game = await createGame(alice)
    const { invite: open } = await act(alice, 'inviteToGame', { gameId: game })
    const refused = await act(bob, 'declineInvite', { inviteId: open.id })
    expect(refused).toEqual({ changed: false, errors: [{ code: 'INVITE_UNAVAILABLE' }] })
    await act(bob, 'claimInvite', { inviteId: open.id })
    await federation.tellFacts()
    expect(await outcomes(game)).toEqual([])
    expect(await participants(game)).toHaveLength(2)
  })

  it('who was active today, once, and who reported whom', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const game = await createGame(alice)
    await act(bob, 'joinGame', { gameId: game })
    for (const changed of [true, false])
      expect(await act(alice, 'reportPerson', { gameId: game, userId: bob.id })).toEqual({
        changed,
        errors: [],
      })
    await federation.tellFacts()
    const days = await rows('select day::text from activity_days where user_id = $1', alice.id)
    expect(days).toHaveLength(1)
    expect(
      await rows(
        'select reported_user_id as id from user_reports where reporter_user_id = $1',
        alice.id,
      ),
    ).toEqual([{ id: bob.id }])
  })

  it('of no report about somebody who is not in the game, though the answer is the same', async () => {
    const [alice] = await app.people('alice')
    const gameId = await createGame(alice)
    const nobody = newUserId()
    for (const changed of [true, false])
      expect(await act(alice, 'reportPerson', { gameId, userId: nobody })).toEqual({
        changed,
        errors: [],
      })
    const self = await act(alice, 'reportPerson', { gameId, userId: alice.id })
    expect(self).toEqual({ changed: false, errors: [{ code: 'INVALID_INPUT' }] })
    const none = await act(alice, 'reportPerson', { gameId: newUserId(), userId: nobody })
    expect(none).toEqual({ changed: false, errors: [{ code: 'NOT_FOUND' }] })
    await federation.tellFacts()
    expect(await rows('select from users where id = $1', nobody)).toEqual([])
  })

  it('who declined is told to nobody else: the inviter reads no answer', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const game = await createGame(alice)
    await act(bob, 'declineInvite', { inviteId: await invite(alice, game, bob) })
    const answers = async (person: Person) => {
      const query = 'query ($id: ID!) { game(id: $id) { invites { answer } } }'
      return (await federation.ask(gateways.rust, person, query, { id: game })).data.game.invites
    }
    expect(await answers(alice)).toEqual([{ answer: null }])
    expect(await answers(bob)).toEqual([{ answer: 'DECLINED' }])
  })
})

describe('the facts of the games service', () => {
  const { superuserUrl } = inject('postgres')
  const stores: { close: () => Promise<void> }[] = []
  afterAll(() => Promise.all(stores.map((store) => store.close())))

  const connections = createConnectionsClient({
    url: app.server.url,
    secret: gatewaySecret,
    token: async () => (await app.service.token()) ?? '',
  })
  /** The client, but for what it does with facts. */
  const telling = (recordGameFacts: ConnectionsClient['recordGameFacts']) => ({
    ...connections,
    recordGameFacts,
  })

  async function open(firstGames = '') {
    const database = `games_${randomUUID()}`
    const store = await openStore(superuserUrl, database, lastGameTable, gameTables + firstGames)
    stores.push(store)
    return store
  }

  type Opened = Awaited<ReturnType<typeof open>>

  /** Somebody makes a game. */
  async function make(store: Opened, creator = newUserId()): Promise<string> {
    const [game] = await store.rows<{ id: string }>(
      `insert into games (creator_user_id, title, visibility) values ($1, 'Chess', 'PUBLIC') returning id`,
      [creator],
    )
    return game?.id ?? ''
  }

  const waiting = async (store: Opened) => store.rows('select refused from facts order by place')
  const isKnown = async (game: string) =>
    (await rows('select from games where game_id = $1', game)).length === 1

  it('stay until connections has taken them, and are sent with the same ids', async () => {
    const store = await open()
    const game = await make(store)
    const ids: string[][] = []
    const lost = new Error('The network is down.')
    const failing = telling((facts) => {
      ids.push(facts.map(({ id }) => id))
      return Promise.reject(lost)
    })
    for (let time = 0; time < 3; time++) await expect(tellFacts(store, failing)).rejects.toBe(lost)
    expect(new Set(ids.map((each) => each.join())).size).toBe(1)
    expect(await isKnown(game)).toBe(false)
    // It was taken, and the answer was lost.
    const deaf = telling(async (facts, options) => {
      await connections.recordGameFacts(facts, options)
      throw lost
    })
    await expect(tellFacts(store, deaf)).rejects.toBe(lost)
    expect(await isKnown(game)).toBe(true)
    const answers: unknown[] = []
    const hearing = telling(async (facts, options) => {
      const answer = await connections.recordGameFacts(facts, options)
      answers.push(answer)
      return answer
    })
    expect(await tellFacts(store, hearing)).toBe(false)
    expect(answers).toEqual([{ recorded: 0, known: 1, skipped: 0 }])
    expect(await waiting(store)).toEqual([])
  })

  it('are put aside when they are refused, and hold up no others', async () => {
    const store = await open()
    const before = await make(store)
    await store.rows(
      `insert into facts (kind, game_id, user_id, at) values ('PARTICIPATED', '', $1, now())`,
      [newUserId()],
    )
    const after = await make(store)
    while (await tellFacts(store, connections));
    expect([await isKnown(before), await isKnown(after)]).toEqual([true, true])
    expect(await waiting(store)).toEqual([
      { refused: expect.stringContaining('`facts[1].gameId` has nothing visible in it.') },
    ])
  })

  it('go off by themselves, 500 at a time, when connections is back', async () => {
    const store = await open()
    await store.rows(
      `insert into games (creator_user_id, title, visibility)
       select gen_random_uuid(), 'Chess', 'PUBLIC' from generate_series(1, 1200)`,
    )
    let failures = 3
    const batches: number[] = []
    const flaky = telling((facts, options) => {
      if (failures-- > 0) return Promise.reject(new Error('Not yet.'))
      batches.push(facts.length)
      return connections.recordGameFacts(facts, options)
    })
    const stop = keepTelling((signal) => tellFacts(store, flaky, signal), 10)
    for (let time = 0; time < 500 && (await waiting(store)).length > 0; time++) await sleep(20)
    await stop()
    expect(batches).toEqual([500, 500, 200])
    expect(await waiting(store)).toEqual([])
  })

  it('of the demo games are told like all others', async () => {
    const store = await open(demoGames)
    while (await tellFacts(store, connections));
    const games = await rows(
      `select (select count(*)::int from games where creator_user_id = any ($1)) as made,
              (select count(*)::int from game_participations where user_id = any ($1)) as parts`,
      (['alice', 'bob', 'mallory', 'judy', 'carol', 'dave', 'erin', 'heidi'] as const).map(userId),
    )
    expect(games).toEqual([{ made: 8, parts: 13 }])
  })
})
