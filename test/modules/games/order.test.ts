import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { markOf } from '../../../src/modules/games/fact.ts'
import { fact, newGame, type SentFact, someoneWaits, tell, took } from '../../support/game-facts.ts'
import { newUserId, openTestService, type Person } from '../../support/test-service.ts'
import { befriend } from '../../support/verbs.ts'

const app = await openTestService()

/** What two batches may both want. */
interface Contended {
  readonly facts: readonly SentFact[]
  /** Statements that take one each until the transaction ends, in the order that all must keep. */
  readonly takes: readonly string[]
}

const inOrder = <Item>(items: readonly Item[], key: (item: Item) => string | bigint) =>
  items.toSorted((one, other) => (key(one) < key(other) ? -1 : 1))

const joined = (game: string, people: readonly { readonly id: string }[]) =>
  people.map((person) => fact('PARTICIPATED', game, person))

function people(): Contended {
  const strangers = Array.from({ length: 9 }, () => ({ id: newUserId() }))
  const takes = inOrder(strangers, ({ id }) => id).map(
    ({ id }) => `insert into users (id) values ('${id}')`,
  )
  return { facts: joined(newGame(), strangers), takes }
}

async function marks(): Promise<Contended> {
  const [alice] = await app.people('alice')
  const plain = { kind: 'ACTIVE', gameId: '', user: alice.id, other: null, at: new Date() } as const
  const facts = joined(
    newGame(),
    Array.from({ length: 9 }, () => alice),
  )
  const keys = facts.map(({ id }) => markOf('test', { ...plain, id }).key)
  const takes = inOrder(keys, (key) => key).map(
    (key) => `insert into game_facts (key, contents) values ('\\x${key}', sha256(''))`,
  )
  return { facts, takes }
}

async function rowsOf(table: 'games' | 'participations'): Promise<Contended> {
  const [alice] = await app.people('alice')
  const games = inOrder(
    Array.from({ length: 9 }, () => newGame()),
    (game) => game,
  )
  const kind = table === 'games' ? 'CREATED' : 'PARTICIPATED'
  const facts = games.map((game) => fact(kind, game, alice)).toReversed()
  const takes = games.map((game) =>
    table === 'games'
      ? `insert into games values ('${game}', '${alice.id}')`
      : `insert into game_participations values ('${alice.id}', '${game}', now())`,
  )
  return { facts, takes }
}

async function invitations(): Promise<Contended> {
  const [alice, bob] = await app.people('alice', 'bob')
  const games = inOrder(
    Array.from({ length: 9 }, () => newGame()),
    (game) => game,
  )
  const takes = games.map(
    (game) =>
      `insert into game_invites values ('${alice.id}', '${bob.id}', '${game}', now(), false)`,
  )
  return {
    facts: games.map((game) => fact('INVITED', game, alice, { other: bob })).toReversed(),
    takes,
  }
}

async function pairs(): Promise<Contended> {
  const [alice, ...friends] = await app.people(
    'alice',
    ...Array.from({ length: 5 }, () => 'friend'),
  )
  for (const friend of friends) await befriend(alice, friend)
  const keyOf = async (friend: Person) => {
    const name = `pair:${[alice.id, friend.id].sort().join(':')}`
    const sql = 'select hashtextextended($1, 0) as key'
    return BigInt((await app.admin.query<{ key: string }>(sql, [name])).rows[0]?.key ?? '')
  }
  const keys = await Promise.all(friends.map(async (friend) => keyOf(friend)))
  const game = newGame()
  return {
    facts: [...joined(game, friends), fact('CREATED', game, alice)],
    takes: inOrder(keys, (key) => key).map((key) => `select pg_advisory_xact_lock(${key})`),
  }
}

const contended: Readonly<Record<string, () => Contended | Promise<Contended>>> = {
  people,
  'ids of facts': marks,
  games: () => rowsOf('games'),
  participations: () => rowsOf('participations'),
  invitations,
  'pairs of friends': pairs,
}

describe('two batches that want the same never wait in a circle, for each takes in one order', () => {
  it.each(Object.entries(contended))('%s', async (_what, contend) => {
    for (const isReversed of [false, true]) {
      const { facts, takes } = await contend()
      const [first = '', ...others] = takes
      const other = new pg.Client({ connectionString: app.adminUrl })
      await other.connect()
      try {
        // Another batch has the first and wants the rest. Ours waits for the first, so it has none.
        await other.query(`begin; set local lock_timeout = '100ms'`)
        await other.query(first)
        const telling = tell(app.service, ...(isReversed ? facts.toReversed() : facts))
        await someoneWaits(app)
        for (const take of others.toReversed()) await other.query(take)
        await other.query('rollback')
        expect(await telling).toMatchObject(took(facts.length))
      } finally {
        await other.end()
      }
    }
  })
})
