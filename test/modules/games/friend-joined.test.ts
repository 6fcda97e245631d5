import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/limits.ts'
import { fact, newGame, serviceNamed, someoneWaits, tell, took } from '../../support/game-facts.ts'
import { newUserId, openTestService, type Person } from '../../support/test-service.ts'
import { befriend, verbs } from '../../support/verbs.ts'

const app = await openTestService({ NODE_ENV: 'production' })
const { service } = app

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 60 * 60_000)

/** Whom creators were told of: of one game, in the order of the events. */
async function told(game: string): Promise<unknown[]> {
  const { rows } = await app.admin.query(
    `select actor_user_id as joined, other_user_id as creator, audience, subject_id as subject
       from outbox where kind = 'game.friend_joined' and game_id = $1 order by version`,
    [game],
  )
  return rows
}

const event = (joined: Person, creator: Person) => ({
  joined: joined.id,
  creator: creator.id,
  audience: 'people',
  subject: null,
})

/** Alice, who has made a game, and her friend bob. */
async function aliceAndBob() {
  const [alice, bob] = await app.people('alice', 'bob')
  await befriend(alice, bob)
  const game = newGame()
  await tell(service, fact('CREATED', game, alice))
  return { alice, bob, game }
}

const wish = (person: Person, wanted: boolean) =>
  person.ask(
    `mutation { updatePrivacySettings(settings: { notifyFriendJoinsGame: ${wanted} }) { changed } }`,
  )

/** Holds a pair as the verbs do, changes something meanwhile, and lets go. */
async function whileHolding(
  [one, other]: readonly [Person, Person],
  sql: string,
  meanwhile: () => Promise<unknown>,
): Promise<void> {
  const pair = [one.id, other.id].sort().join(':')
  const connection = await app.admin.connect()
  try {
    await connection.query('begin')
    await connection.query(`select pg_advisory_xact_lock(hashtextextended('pair:${pair}', 0))`)
    const telling = meanwhile()
    await someoneWaits(app)
    await connection.query(sql)
    await connection.query('commit')
    await telling
  } finally {
    connection.release()
  }
}

describe('when bob joins a game that his friend alice made', () => {
  it('alice is told once, whoever tells it how often', async () => {
    const { alice, bob, game } = await aliceAndBob()
    const joined = fact('PARTICIPATED', game, bob)
    for (let time = 0; time < 4; time++) await tell(service, joined)
    expect(await told(game)).toEqual([event(bob, alice)])
    await tell(service, fact('PARTICIPATED', game, bob), fact('PARTICIPATED', game, bob))
    await tell(serviceNamed(app, 'other'), joined)
    await app.admin.query('delete from game_facts')
    await tell(service, joined)
    expect(await told(game)).toEqual([event(bob, alice)])
  })

  it('alice is told of each friend and each game', async () => {
    const { alice, bob, game } = await aliceAndBob()
    const [carol] = await app.people('carol')
    await befriend(alice, carol)
    const second = newGame()
    await tell(
      service,
      fact('PARTICIPATED', game, bob),
      fact('PARTICIPATED', game, carol),
      fact('PARTICIPATED', second, bob),
      fact('CREATED', second, alice),
    )
    expect(await told(game)).toHaveLength(2)
    expect(await told(second)).toEqual([event(bob, alice)])
  })

  it.each(['before', 'after'])(
    'alice is told if the same batch says that she made it, %s that he joined',
    async (order) => {
      const [alice, bob] = await app.people('alice', 'bob')
      await befriend(alice, bob)
      const game = newGame()
      const facts = [fact('CREATED', game, alice), fact('PARTICIPATED', game, bob)]
      await tell(service, ...(order === 'before' ? facts : facts.toReversed()))
      expect(await told(game)).toEqual([event(bob, alice)])
    },
  )

  it('alice is not told of the past, when only a later batch says that she made it', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await befriend(alice, bob)
    await befriend(alice, carol)
    const game = newGame()
    await tell(service, fact('PARTICIPATED', game, bob))
    await tell(service, fact('CREATED', game, alice))
    await tell(service, fact('PARTICIPATED', game, bob))
    expect(await told(game)).toEqual([])
    await tell(service, fact('PARTICIPATED', game, carol))
    expect(await told(game)).toEqual([event(carol, alice)])
  })

  it('alice is not told what was more than a day ago: it is history that is brought along', async () => {
    const { alice, bob, game } = await aliceAndBob()
    const [carol] = await app.people('carol')
    await befriend(alice, carol)
    await tell(
      service,
      fact('PARTICIPATED', game, bob, { at: hoursAgo(25) }),
      fact('PARTICIPATED', game, carol, { at: hoursAgo(23) }),
    )
    expect(await told(game)).toEqual([event(carol, alice)])
  })

  it('alice is not told if she does not want to be, and is again when she does', async () => {
    const { alice, bob, game } = await aliceAndBob()
    const [carol] = await app.people('carol')
    await befriend(alice, carol)
    await wish(alice, false)
    await wish(bob, true)
    const answer = await tell(service, fact('PARTICIPATED', game, bob))
    expect(answer).toMatchObject(took(1))
    expect(await told(game)).toEqual([])
    await wish(alice, true)
    await tell(service, fact('PARTICIPATED', game, bob), fact('PARTICIPATED', game, carol))
    expect(await told(game)).toEqual([event(carol, alice)])
  })

  it('the game keeps its first creator', async () => {
    const { alice, bob, game } = await aliceAndBob()
    const [mallory] = await app.people('mallory')
    await befriend(mallory, bob)
    await tell(service, fact('CREATED', game, mallory), fact('PARTICIPATED', game, bob))
    expect(await told(game)).toEqual([event(bob, alice)])
  })
})

describe('nobody is told', () => {
  it('when the creator takes part, or a stranger, a follower or somebody who has asked', async () => {
    const { alice, game } = await aliceAndBob()
    const [carol] = await app.people('carol')
    await verbs.followUser(carol, alice)
    await verbs.requestFriend(carol, alice)
    await tell(service, ...[alice, carol].map((person) => fact('PARTICIPATED', game, person)))
    await tell(service, fact('PARTICIPATED', game, { id: newUserId() }))
    expect(await told(game)).toEqual([])
  })

  it('of whoever joined as a stranger and becomes a friend later', async () => {
    const { alice, game } = await aliceAndBob()
    const [carol] = await app.people('carol')
    await tell(service, fact('PARTICIPATED', game, carol))
    await befriend(alice, carol)
    await tell(service, fact('PARTICIPATED', game, carol))
    expect(await told(game)).toEqual([])
  })

  it.each([
    ['joins', 'blocks'],
    ['blocks', 'joins'],
  ])('across a block, though a friendship be there: bob %s, alice %s', async (bobs) => {
    const { alice, bob, game } = await aliceAndBob()
    const [blocker, blocked] = bobs === 'blocks' ? [bob, alice] : [alice, bob]
    const connection = await app.admin.connect()
    // No verb and no other statement leaves such a pair behind.
    await connection.query('set session_replication_role = replica')
    await connection.query(
      'insert into user_blocks (blocker_user_id, blocked_user_id) values ($1, $2)',
      [blocker.id, blocked.id],
    )
    await connection.query('reset session_replication_role')
    connection.release()
    await tell(service, fact('PARTICIPATED', game, bob))
    expect(await told(game)).toEqual([])
    await app.admin.query('delete from user_blocks where blocker_user_id = $1', [blocker.id])
  })
})

describe('at the same instant', () => {
  it('the friendship ends: what stands when the pair is held decides', async () => {
    const { alice, bob, game } = await aliceAndBob()
    const unfriend = `delete from user_friends where user_id = '${alice.id}' and friend_id = '${bob.id}'`
    await whileHolding([alice, bob], unfriend, () => tell(service, fact('PARTICIPATED', game, bob)))
    expect(await told(game)).toEqual([])
  })

  it('alice changes her mind: what stands when the pair is held decides', async () => {
    const { alice, bob, game } = await aliceAndBob()
    const never = `insert into user_privacy_settings (user_id, notify_friend_joins_game) values ('${alice.id}', false)`
    await whileHolding([alice, bob], never, () => tell(service, fact('PARTICIPATED', game, bob)))
    expect(await told(game)).toEqual([])
  })

  it('four services tell it: she is told once', async () => {
    for (let round = 0; round < 5; round++) {
      const { alice, bob, game } = await aliceAndBob()
      const answers = await Promise.all(
        ['a', 'b', 'c', 'd'].map((name) =>
          tell(serviceNamed(app, name), fact('PARTICIPATED', game, bob)),
        ),
      )
      for (const answer of answers) expect(answer).toMatchObject(took(1))
      expect(await told(game)).toEqual([event(bob, alice)])
    }
  })

  it('many services tell of the same pairs, in any order: she is told of each', async () => {
    const people = await app.people(...Array.from({ length: 8 }, (_, n) => `person ${n}`))
    const [alice, ...friends] = people
    if (alice === undefined) throw new Error('Nobody is here.')
    for (const friend of friends) await befriend(alice, friend)
    for (let round = 0; round < 5; round++) {
      const games = ['a', 'b', 'c', 'd'].map(() => newGame())
      await tell(service, ...games.map((game) => fact('CREATED', game, alice)))
      const batches = games.map((game, n) => {
        const joined = friends.map((friend) => fact('PARTICIPATED', game, friend))
        return n % 2 === 0 ? joined : joined.toReversed()
      })
      await Promise.all(batches.map((facts, n) => tell(serviceNamed(app, `service${n}`), ...facts)))
      for (const game of games) expect(await told(game)).toHaveLength(7)
    }
  })

  it('many batches with hundreds of pairs: one holds them after the other, small ones beside', async () => {
    const { pairsBeside } = limits.gameFacts
    const [alice] = await app.people('alice')
    const names = Array.from({ length: pairsBeside + 1 }, (_, n) => `friend ${n}`)
    const friends = await app.people(...names)
    await app.admin.query(
      `insert into user_friends (user_id, friend_id, friendship_level)
       select $1::uuid, friend, 'friend' from unnest($2::uuid[]) as friend
        union all
       select friend, $1::uuid, 'friend' from unnest($2::uuid[]) as friend`,
      [alice.id, friends.map(({ id }) => id)],
    )
    const [large, small] = [newGame(), newGame()]
    const batch = (game: string, people: readonly Person[]) => [
      fact('CREATED', game, alice),
      ...people.map((person) => fact('PARTICIPATED', game, person)),
    ]
    const connection = await app.admin.connect()
    try {
      await connection.query('begin')
      await connection.query(`select pg_advisory_xact_lock(hashtextextended('pairs', 0))`)
      const waiting = tell(service, ...batch(large, friends))
      await someoneWaits(app)
      await tell(service, ...batch(small, friends.slice(1)))
      expect(await told(small)).toHaveLength(pairsBeside)
      await connection.query('commit')
      await waiting
    } finally {
      await connection.query('rollback')
      connection.release()
    }
    expect(await told(large)).toHaveLength(pairsBeside + 1)
  })

  it('somebody is erased: not before what was told of them is written', async () => {
    const { bob, game } = await aliceAndBob()
    const connection = await app.admin.connect()
    const eraser = new pg.Client({ connectionString: app.adminUrl })
    await eraser.connect()
    try {
      // Whoever tells waits behind this, in the middle of its transaction.
      await connection.query('begin; lock table game_facts in exclusive mode')
      const telling = tell(service, fact('PARTICIPATED', game, bob))
      await someoneWaits(app)
      await eraser.query(`set lock_timeout = '50ms'`)
      const erasing = eraser.query('delete from users where id = $1', [bob.id])
      await expect(erasing).rejects.toThrow('lock timeout')
      await connection.query('commit')
      expect(await telling).toMatchObject(took(1))
    } finally {
      connection.release()
      await eraser.end()
    }
  })
})
