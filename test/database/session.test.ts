import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { GraphQLError } from 'graphql'
import pg from 'pg'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type Database, openDatabase } from '../../src/database/database.ts'
import type { Deadlines } from '../../src/database/deadlines.ts'
import { type Anonymous, anonymous, type Viewer } from '../../src/database/identity.ts'
import type { Session } from '../../src/database/session.ts'
import { type Queryable, sql, type Statement, type Transaction } from '../../src/database/sql.ts'
import type { UserId } from '../../src/graphql/ids.ts'
import { refuse } from '../../src/graphql/refusals.ts'
import { limits } from '../../src/limits.ts'
import { addContact } from '../../src/modules/contacts/service.ts'
import { lockPair } from '../../src/pairs/lock.ts'
import { cutConnections } from '../support/cut-connections.ts'
import { holdPair, untilWaiting, waitingForPairs } from '../support/held-pairs.ts'
import { newUserId, openTestService, type Person } from '../support/test-service.ts'

const app = await openTestService()
const service = { kind: 'service', name: 'test' } as const

/** A small pool of its own, closed after the test. */
function openPool(poolSize: number, deadlines: Partial<Deadlines> = {}): Database {
  const database = openDatabase({
    url: app.database.loginUrl,
    poolSize,
    deadlines: { ...limits.deadlines.request, ...deadlines },
  })
  onTestFinished(() => database.close())
  return database
}

const sessionOf = ({ id }: Person, database = app.server.database) =>
  database.as({ kind: 'viewer', userId: id })

/** Opens a session that is closed when the test is over. */
function reading(person: Person, database?: Database): Queryable {
  const session = sessionOf(person, database)
  onTestFinished(() => session.finish())
  return session.read
}

interface Who {
  pid: number
  transaction: string
  role: string
  viewer: string
}
const whoAmI = sql`
  select pg_backend_pid() as pid, current_user::text as role, current_setting('app.user_id') as viewer,
         (select virtualtransaction from pg_locks where pid = pg_backend_pid() and locktype = 'virtualxid') as transaction`
const identityIn = async (from: Queryable) => (await from.rows<Who>('test.session', whoAmI))[0]
const identityInPrisma = async (from: Queryable) =>
  (await from.prisma('test.session', (prisma) => prisma.$queryRawUnsafe<Who[]>(whoAmI.text)))[0]
const countContacts = async (from: Queryable) =>
  (
    await from.rows<{ n: number }>('test.count', sql`select count(*)::int as n from user_contacts`)
  )[0]?.n
const insertContact = (tx: Queryable, owner: Person, contact: Person) =>
  tx.rows('test.insert', insertion(owner, contact))
const insertion = (owner: Person, contact: Person): Statement =>
  sql`insert into user_contacts (owner_user_id, contact_user_id) values (${owner.id}::uuid, ${contact.id}::uuid)`
const contactsOf = async ({ id }: Person) =>
  (await app.admin.query('select from user_contacts where owner_user_id = $1', [id])).rowCount

/** Somebody whose one contact nobody else may see. */
async function ownerOfOne(): Promise<{ owner: Person; contact: Person }> {
  const [owner, contact] = await app.people('owner', 'contact')
  await app.admin.query(
    'insert into user_contacts (owner_user_id, contact_user_id) values ($1, $2)',
    [owner.id, contact.id],
  )
  return { owner, contact }
}

describe('what one operation reads', () => {
  it('is one snapshot: what others commit meanwhile is not in it', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const from = reading(alice)
    expect(await countContacts(from)).toBe(0)
    await addContact(sessionOf(alice), bob.id)
    expect(await countContacts(from)).toBe(0)
    expect(await from.prisma('test.count', (prisma) => prisma.userContact.count())).toBe(0)
    expect(await countContacts(reading(alice))).toBe(1)
    expect(await addContact(sessionOf(alice), carol.id)).toMatchObject({ changed: true })
  })

  it('is on one connection, in one transaction, as one person, in SQL and by Prisma Client', async () => {
    const [alice] = await app.people('alice')
    const from = reading(alice)
    const sessions = await Promise.all([
      identityIn(from),
      identityInPrisma(from),
      identityIn(from),
      identityInPrisma(from),
    ])
    const [first] = sessions
    expect(first).toMatchObject({ role: 'connections_app', viewer: alice.id })
    expect(sessions).toEqual([first, first, first, first])
    expect(from.statistics).toMatchObject({
      transactions: 1,
      statements: Array(4).fill('test.session'),
    })
  })

  it('is nobody’s for the anonymous, and a service’s for a service', async () => {
    const anybody = app.server.database.as(anonymous)
    const backend = app.server.database.as(service)
    expect(await identityIn(anybody.read)).toMatchObject({ role: 'connections_app', viewer: '' })
    expect(await identityIn(backend.read)).toMatchObject({
      role: 'connections_service',
      viewer: '',
    })
    await Promise.all([anybody.finish(), backend.finish()])
  })

  it('changes nothing, in SQL or by Prisma Client', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await expect(insertContact(reading(alice), alice, bob)).rejects.toThrow(/read-only transaction/)
    await expect(
      reading(alice).prisma('test.insert', (prisma) =>
        prisma.userContact.create({
          data: { ownerUserId: alice.id, contactUserId: bob.id },
          select: { ownerUserId: true },
        }),
      ),
    ).rejects.toThrow(/read-only transaction/)
    expect(await contactsOf(alice)).toBe(0)
  })

  it('costs nothing when nothing is asked, and cannot go on when it is over', async () => {
    const [alice] = await app.people('alice')
    const session = sessionOf(alice)
    const from = session.read
    await session.finish()
    await session.finish()
    expect(session.statistics.transactions).toBe(0)
    expect(() => session.read).toThrow(/has ended/)
    await expect(identityIn(from)).rejects.toThrow(/over/)
  })

  it('is over when it is finished: the next one on the connection sees what was committed meanwhile', async () => {
    const { owner, contact } = await ownerOfOne()
    const database = openPool(1)
    const first = sessionOf(owner, database)
    const before = await identityIn(first.read)
    expect(await countContacts(first.read)).toBe(1)
    await app.admin.query('delete from user_contacts where owner_user_id = $1', [owner.id])
    expect(await countContacts(first.read)).toBe(1)
    await first.finish()
    const second = sessionOf(owner, database)
    expect(await countContacts(second.read)).toBe(0)
    const after = await identityIn(second.read)
    await second.finish()
    expect(after?.pid).toBe(before?.pid)
    expect(after?.transaction).not.toBe(before?.transaction)
    await sessionOf(owner, database).write((tx) => insertContact(tx, owner, contact))
    const third = sessionOf(owner, database)
    expect(await countContacts(third.read)).toBe(1)
    await third.finish()
  })

  it('holds no transaction open when nothing is asked after it', async () => {
    const [alice] = await app.people('alice')
    const session = sessionOf(alice, openPool(1))
    const asked = await identityIn(session.read)
    await session.finish()
    const states = async () => {
      const { rows } = await app.admin.query('select state from pg_stat_activity where pid = $1', [
        asked?.pid,
      ])
      return rows
    }
    await expect.poll(states).toEqual([{ state: 'idle' }])
  })

  it('lets go of the connection now and then, so that a pooler can lend it to others', async () => {
    const query = vi.spyOn(pg.Client.prototype, 'query')
    onTestFinished(() => {
      query.mockRestore()
    })
    const [alice] = await app.people('alice')
    const database = openPool(1)
    for (let read = 0; read < 25; read++) {
      const session = sessionOf(alice, database)
      await countContacts(session.read)
      await session.finish()
    }
    const alone = query.mock.calls.filter(([asked]) => (asked as unknown) === 'commit')
    expect(alone.length).toBeGreaterThanOrEqual(2)
  })

  it('is read anew after a write', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const session = sessionOf(alice)
    const before = session.read
    expect(await countContacts(before)).toBe(0)
    await addContact(session, bob.id)
    expect(await countContacts(session.read)).toBe(1)
    await expect(countContacts(before)).rejects.toThrow(/over/)
    await session.finish()
  })

  it('fails for one reason, however many statements came after it', async () => {
    const [alice] = await app.people('alice')
    const from = reading(alice)
    const failures = await Promise.allSettled([
      from.rows('test.fail', sql`select * from there_is_no_such_table`),
      identityIn(from),
      identityInPrisma(from),
    ])
    const reasons = failures.map((failure) => failure.status === 'rejected' && failure.reason)
    expect(reasons[0]).toMatchObject({ code: '42P01' })
    expect(new Set(reasons).size).toBe(1)
  })

  it('fails as a whole, and at once, when a value cannot be written', async () => {
    const [alice] = await app.people('alice')
    const from = reading(alice)
    const endless: Record<string, unknown> = {}
    endless['self'] = endless
    const asked = await Promise.allSettled([
      from.rows('test.endless', sql`select ${endless}::jsonb`),
      identityIn(from),
      identityInPrisma(from),
    ])
    expect(asked.map(({ status }) => status)).toEqual(Array(3).fill('rejected'))
    await expect(identityIn(from)).rejects.toThrow(/circular/)
    const writing = sessionOf(alice).write(async (tx) => {
      await tx.rows('test.endless', sql`select ${endless}::jsonb`).catch(() => undefined)
      return 'done'
    })
    await expect(writing).rejects.toThrow(/circular/)
    expect(await identityIn(reading(alice))).toMatchObject({ viewer: alice.id })
  })

  it('begins no transaction of Prisma Client’s own', async () => {
    const [alice] = await app.people('alice')
    const own = (prisma: Parameters<Parameters<Queryable['prisma']>[1]>[0]) =>
      prisma.$transaction([prisma.userContact.count(), prisma.user.count()]) as never
    await expect(reading(alice).prisma('test.own', own)).rejects.toThrow(/The session opens/)
    const interactive = (prisma: Parameters<typeof own>[0]) =>
      prisma.$transaction((tx) => tx.userContact.count()) as never
    await expect(reading(alice).prisma('test.own', interactive)).rejects.toThrow(
      /The session opens/,
    )
  })
})

describe('an operation that gets no connection', () => {
  const busy = { extensions: { code: 'OVERLOADED' } }

  /** A session to a pool whose one connection somebody has. */
  async function beforeFullPool(): Promise<Session<Viewer>> {
    const [alice] = await app.people('alice')
    const database = openPool(1, { poolMs: 500 })
    await identityIn(reading(alice, database))
    return sessionOf(alice, database)
  }

  it('is told so each time that it asks, whenever that is', async () => {
    const session = await beforeFullPool()
    await expect(identityIn(session.read)).rejects.toMatchObject(busy)
    await expect(identityIn(session.read)).rejects.toMatchObject(busy)
    await expect(identityInPrisma(session.read)).rejects.toMatchObject(busy)
    await sleep(20)
    await expect(identityIn(session.read)).rejects.toMatchObject(busy)
    await session.finish()
    expect(session.statistics.transactions).toBe(1)
  })

  it('gives up when its request is over, though connecting may take longer', async () => {
    // Somebody takes the call and says nothing.
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    onTestFinished(() => void silent.close())
    const url = new URL(app.database.loginUrl)
    url.port = String((silent.address() as AddressInfo).port)
    const request = { ...limits.deadlines.request, totalMs: 200 }
    const database = openDatabase({ url: url.href, poolSize: 1, deadlines: request })
    onTestFinished(() => database.close())
    const [alice] = await app.people('alice')
    // Not what is told when connecting has taken too long.
    await expect(identityIn(reading(alice, database))).rejects.toMatchObject(busy)
    expect(database.isUp).toBe(true)
  })

  it('has the time of its request, whatever came before it', async () => {
    const [alice] = await app.people('alice')
    const begun = performance.now() - limits.deadlines.request.totalMs
    const late = app.server.database.as({ kind: 'viewer', userId: alice.id }, begun)
    await expect(identityIn(late.read)).rejects.toMatchObject(busy)
    await late.finish()
  })

  it('also when somebody arrives by it', async () => {
    const newcomer = app.stranger('alice')
    const opening = vi.spyOn(app.server.database, 'as')
    onTestFinished(() => {
      opening.mockRestore()
    })
    expect(await newcomer.ask('{ viewer { id } }')).toMatchObject({ errors: [] })
    const begun = opening.mock.calls.map(([, since]) => since)
    expect(begun).toEqual([expect.any(Number), begun[0]])
  })

  it('writes nothing, however often it asks', async () => {
    const session = await beforeFullPool()
    const asking = session.write(async (tx) => {
      await identityIn(tx).catch(() => undefined)
      return tx.last(identityIn(tx))
    })
    await expect(asking).rejects.toMatchObject(busy)
  })
})

describe('two people who ask at the same instant', () => {
  it('are not answered together by Prisma Client, which collects the look-ups of one tick', async () => {
    const both = [await ownerOfOne(), await ownerOfOne()]
    const database = openPool(2)
    const viewers = both.map(({ owner }) => reading(owner, database))
    await Promise.all(viewers.map(identityIn))
    // Each asks for the own row and for the other's.
    const answers = await Promise.all(
      viewers.map((from) =>
        Promise.all(
          both.map(({ owner, contact }) =>
            from.prisma('test.find', (prisma) =>
              prisma.userContact.findUnique({
                select: { ownerUserId: true },
                where: {
                  ownerUserId_contactUserId: { ownerUserId: owner.id, contactUserId: contact.id },
                },
              }),
            ),
          ),
        ),
      ),
    )
    expect(answers).toEqual(
      both.map(({ owner: viewer }) =>
        both.map(({ owner }) => (owner === viewer ? { ownerUserId: owner.id } : null)),
      ),
    )
  })

  it('and a thousand, over four connections, each see their own and nobody else’s', async () => {
    const owners: Awaited<ReturnType<typeof ownerOfOne>>[] = []
    while (owners.length < 50) owners.push(await ownerOfOne())
    const database = openPool(4, { ...limits.deadlines.background, lockMs: 500 })
    const pids = new Set<number | undefined>()
    const look = async (index: number) => {
      const pair = owners[index % owners.length]
      if (pair === undefined) throw new Error('Nobody is there.')
      const { owner, contact } = pair
      const other = owners[(index + 1) % owners.length]?.owner ?? owner
      const session = sessionOf(owner, database)
      const [own, listed, found, foreign, me] = await Promise.all([
        session.read.rows(
          'test.list',
          sql`select owner_user_id as "ownerUserId" from user_contacts`,
        ),
        session.read.prisma('test.list', (prisma) =>
          prisma.userContact.findMany({ select: { ownerUserId: true } }),
        ),
        session.read.prisma('test.find', (prisma) =>
          prisma.userContact.findUnique({
            select: { ownerUserId: true },
            where: {
              ownerUserId_contactUserId: { ownerUserId: owner.id, contactUserId: contact.id },
            },
          }),
        ),
        session.read.prisma('test.list', (prisma) =>
          prisma.userContact.findMany({ where: { ownerUserId: other.id } }),
        ),
        identityIn(session.read),
      ])
      await session.finish()
      const row = { ownerUserId: owner.id }
      expect([own, listed, found, foreign]).toEqual([[row], [row], row, []])
      expect(me?.viewer).toBe(owner.id)
      pids.add(me?.pid)
    }
    for (let wave = 0; wave < 1_000; wave += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, index) => look(wave + index)))
    }
    expect(pids.size).toBeLessThanOrEqual(4)
    expect(database.load).toMatchObject({ open: 4, idle: 4, waiting: 0 })
  })

  it('leave the connection as they found it, for nobody and with no rights', async () => {
    const connecting = vi.spyOn(pg.Pool.prototype, 'connect')
    onTestFinished(() => {
      connecting.mockRestore()
    })
    const [alice] = await app.people('alice')
    const database = openPool(1)
    const reader = sessionOf(alice, database)
    await identityIn(reader.read)
    await reader.finish()
    await sessionOf(alice, database).write((tx) => identityIn(tx))
    await sessionOf(alice, database).write(async (tx) => {
      await identityIn(tx)
      return refuse('UNAVAILABLE')
    })
    const connection = (await connecting.mock.results.at(-1)?.value) as pg.PoolClient
    const { rows } = await connection.query<Session>(whoAmI)
    expect(rows).toMatchObject([{ role: 'connections_login', viewer: '' }])
    await expect(connection.query('select from public.users')).rejects.toMatchObject({
      code: '42501',
    })
  })

  it('leave nothing of themselves on the connection that the next one gets', async () => {
    const { owner } = await ownerOfOne()
    const [bob] = await app.people('bob')
    const database = openPool(1)
    const first = sessionOf(owner, database)
    const before = await identityIn(first.read)
    await first.finish()
    await sessionOf(bob, database).write((tx) => identityIn(tx))
    await expect(
      sessionOf(owner, database).write(async (tx) => {
        await identityIn(tx)
        throw new Error('a mistake')
      }),
    ).rejects.toThrow('a mistake')
    const anybody = database.as(anonymous)
    const after = await identityIn(anybody.read)
    expect(after).toMatchObject({ pid: before?.pid, role: 'connections_app', viewer: '' })
    expect(await countContacts(anybody.read)).toBe(0)
    await anybody.finish()
    const backend = database.as(service)
    expect(await identityIn(backend.read)).toMatchObject({
      role: 'connections_service',
      viewer: '',
    })
    await backend.finish()
  })

  it('are not mixed up by a look-up that comes late, after its operation was given up', async () => {
    const { owner } = await ownerOfOne()
    const [bob] = await app.people('bob')
    const database = openPool(1)
    const given = sessionOf(owner, database)
    const late = identityInPrisma(given.read)
    const finished = given.finish()
    const next = sessionOf(bob, database)
    const [forBob] = await Promise.all([identityInPrisma(next.read), identityIn(next.read)])
    expect(forBob).toMatchObject({ viewer: bob.id })
    expect(await late).toMatchObject({ viewer: owner.id })
    await Promise.all([finished, next.finish()])
  })
})

describe('a write', () => {
  it('is kept when it is done', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const done = await sessionOf(alice).write(async (tx) => {
      await insertContact(tx, alice, bob)
      return 'done'
    })
    expect(done).toBe('done')
    expect(await contactsOf(alice)).toBe(1)
  })

  it('is one transaction in SQL and by Prisma Client', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await sessionOf(alice).write(async (tx) => {
      await insertContact(tx, alice, bob)
      expect(await tx.prisma('test.count', (prisma) => prisma.userContact.count())).toBe(1)
      expect(await identityInPrisma(tx)).toEqual(await identityIn(tx))
    })
  })

  it('leaves nothing when it throws or refuses', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const failing = sessionOf(alice).write(async (tx) => {
      await insertContact(tx, alice, bob)
      throw new Error('a mistake')
    })
    await expect(failing).rejects.toThrow('a mistake')
    const refused = await sessionOf(alice).write(async (tx) => {
      await insertContact(tx, alice, bob)
      return refuse('UNAVAILABLE')
    })
    expect(refused).toMatchObject({ kind: 'refused', code: 'UNAVAILABLE' })
    expect(await contactsOf(alice)).toBe(0)
  })

  it('leaves nothing when it throws while other statements are under way', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const database = openPool(1)
    for (let round = 0; round < 5; round++) {
      const failing = sessionOf(alice, database).write((tx) =>
        Promise.all([
          tx.rows('test.fail', sql`select * from there_is_no_such_table`),
          tx.prisma('test.insert', (prisma) =>
            prisma.userContact.createMany({
              data: [{ ownerUserId: alice.id, contactUserId: bob.id }],
            }),
          ),
        ]),
      )
      await expect(failing).rejects.toMatchObject({ code: '42P01' })
      await sessionOf(alice, database).write((tx) => identityIn(tx))
      expect(await contactsOf(alice)).toBe(0)
    }
  })

  it('that hides the failure of a statement does not pass for done', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const hiding = sessionOf(alice).write(async (tx) => {
      await insertContact(tx, alice, bob)
      await insertContact(tx, alice, bob).catch(() => undefined)
      return 'done'
    })
    await expect(hiding).rejects.toMatchObject({ code: '23505' })
    expect(await contactsOf(alice)).toBe(0)
  })

  it('that says what is its last is kept when that is done, and asks nothing after it', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const late = sessionOf(alice).write(async (tx) => {
      await tx.last(insertContact(tx, alice, bob))
      expect(await contactsOf(alice)).toBe(1)
      return insertContact(tx, alice, carol)
    })
    await expect(late).rejects.toThrow('test.insert: asked behind the commit.')
    expect(await contactsOf(alice)).toBe(1)
    const refused = sessionOf(alice).write(async (tx) => {
      await tx.last(insertContact(tx, alice, carol))
      return refuse('UNAVAILABLE')
    })
    await expect(refused).rejects.toThrow('The rollback was a commit.')
    expect(await sessionOf(alice).write((tx) => identityIn(tx))).toMatchObject({ viewer: alice.id })
  })

  it('leaves nothing when its last fails, or the commit behind it', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const database = openPool(1)
    const twice = sessionOf(alice, database).write((tx) =>
      tx.last(Promise.all([insertContact(tx, alice, bob), insertContact(tx, alice, bob)])),
    )
    await expect(twice).rejects.toMatchObject({ code: '23505' })
    expect(await contactsOf(alice)).toBe(0)
    await app.admin.query(
      `create function refuse_at_commit() returns trigger language plpgsql as $$ begin raise exception 'no' using errcode = '23514'; end $$;
       create constraint trigger refuses_carol after insert on user_contacts deferrable initially deferred
         for each row when (new.contact_user_id = '${carol.id}') execute function refuse_at_commit()`,
    )
    const atCommit = sessionOf(alice, database).write((tx) =>
      tx.last(insertContact(tx, alice, carol)),
    )
    await expect(atCommit).rejects.toMatchObject({ code: '23514' })
    expect(await contactsOf(alice)).toBe(0)
    await sessionOf(alice, database).write((tx) => tx.last(insertContact(tx, alice, bob)))
    expect(await contactsOf(alice)).toBe(1)
    await app.admin.query('drop trigger refuses_carol on user_contacts')
  })

  it('is nothing that the anonymous can do', async () => {
    const session = app.server.database.as(anonymous)
    await expect(session.write(() => Promise.resolve())).rejects.toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    })
    expect(session.statistics.transactions).toBe(0)
  })
})

describe('two writes that wait for each other', () => {
  /** Both hold their first pair before either asks for its second. */
  async function embrace(
    lock: (tx: Transaction, pair: readonly [UserId, UserId]) => Promise<unknown>,
  ) {
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    const pairs = [
      [alice.id, bob.id],
      [carol.id, dave.id],
    ] as const
    let tries = 0
    let holding = 0
    const together = Promise.withResolvers<undefined>()
    const run = (person: Person, first: number) =>
      sessionOf(person).write(async (tx) => {
        tries++
        await lock(tx, pairs[first] ?? pairs[0])
        if (++holding === 2) together.resolve(undefined)
        await together.promise
        await lock(tx, pairs[1 - first] ?? pairs[0])
        return person.name
      })
    expect(await Promise.all([run(alice, 0), run(carol, 1)])).toEqual(['alice', 'carol'])
    return tries
  }

  it('both get through: the one that Postgres gave up is tried again', async () => {
    expect(await embrace((tx, [one, other]) => lockPair(tx, one, other))).toBeGreaterThan(2)
  })

  it('also when it was Prisma Client that waited', async () => {
    const tries = await embrace((tx, pair) =>
      tx.prisma(
        'test.lock',
        (prisma) =>
          prisma.$queryRaw`select pg_advisory_xact_lock(hashtextextended(${pair.join()}, 1))::text`,
      ),
    )
    expect(tries).toBeGreaterThan(2)
  })

  it('as if one came after the other: what Postgres took back is tried again until the deadline of the request', async () => {
    await app.admin.query(
      `create function fail_with(code text) returns text language plpgsql
       as $$ begin raise exception 'no' using errcode = code; end $$`,
    )
    const [alice] = await app.people('alice')
    const database = openPool(1)
    // The second try takes all the time that the request has, however fast the machine is.
    const now = performance.now.bind(performance)
    let passed = 0
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + passed)
    onTestFinished(() => {
      clock.mockRestore()
    })
    const ways = {
      sql: (tx: Transaction, code: string) => tx.rows('test.fail', sql`select fail_with(${code})`),
      prisma: (tx: Transaction, code: string) =>
        tx.prisma('test.fail', (prisma) => prisma.$queryRaw`select fail_with(${code})`),
    }
    for (const fail of Object.values(ways)) {
      for (const [code, isTriedAgain, told] of [
        ['40001', true, 'OVERLOADED'],
        ['40P01', true, 'OVERLOADED'],
        ['55P03', true, 'OVERLOADED'],
        ['57014', false, 'OVERLOADED'],
        ['23505', false, undefined],
      ] as const) {
        const session = sessionOf(alice, database)
        let tries = 0
        const failing = session.write((tx) => {
          if (++tries === 2) passed += limits.deadlines.request.totalMs
          return fail(tx, code)
        })
        const error = await failing.catch((error: unknown) => error as GraphQLError)
        const { extensions } = error as Partial<GraphQLError>
        expect({ code, told: extensions?.['code'] }).toEqual({ code, told })
        expect({ code, isTriedAgain: tries > 1 }).toEqual({ code, isTriedAgain })
        expect(session.statistics.transactions).toBe(tries)
      }
    }
  })

  it('as if one came after the other: a failure that goes away is no failure', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    let tries = 0
    await sessionOf(alice).write(async (tx) => {
      await insertContact(tx, alice, bob)
      if (++tries < 5) await tx.rows('test.fail', sql`select fail_with('40001')`)
    })
    expect(tries).toBe(5)
    expect(await contactsOf(alice)).toBe(1)
  })
})

describe('the lock of a pair', () => {
  it('makes two who change one pair come one after the other, whoever of the two is named first', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const events: string[] = []
    const change = (person: Person, one: Person, other: Person, hold: Promise<unknown>) =>
      sessionOf(person).write(async (tx) => {
        await lockPair(tx, one.id, other.id)
        events.push(`${person.name} begins`)
        await hold
        events.push(`${person.name} ends`)
      })
    const release = Promise.withResolvers<undefined>()
    const first = change(alice, alice, bob, release.promise)
    await expect.poll(() => events).toEqual(['alice begins'])
    const second = change(bob, bob, alice, Promise.resolve())
    await untilWaiting(app)
    release.resolve(undefined)
    await Promise.all([first, second])
    expect(events).toEqual(['alice begins', 'alice ends', 'bob begins', 'bob ends'])
  })

  it('keeps nobody else waiting', async () => {
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    await holdPair(app, [alice, bob], async () => {
      expect(await addContact(sessionOf(alice), carol.id)).toMatchObject({ changed: true })
      expect(await addContact(sessionOf(bob), dave.id)).toMatchObject({ changed: true })
      expect(await addContact(sessionOf(carol), dave.id)).toMatchObject({ changed: true })
      expect(await waitingForPairs(app)).toBe(0)
    })
  })

  it('is what adding and removing a contact wait for', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const answers = holdPair(app, [bob, alice], async () => {
      const adding = alice.ask('mutation ($id: ID!) { addContact(userId: $id) { changed } }', {
        id: bob.id,
      })
      const removing = bob.ask('mutation ($id: ID!) { removeContact(userId: $id) { changed } }', {
        id: alice.id,
      })
      await untilWaiting(app, 2)
      return { adding, removing }
    })
    const { adding, removing } = await answers
    expect((await adding).data).toEqual({ addContact: { changed: true } })
    expect((await removing).data).toEqual({ removeContact: { changed: false } })
  })

  it('that is held for long keeps nobody from blocking: the block waits as long as its request may', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const blocking = await holdPair(app, [bob, alice], async () => {
      const answer = alice.ask('mutation ($id: ID!) { blockUser(userId: $id) { changed } }', {
        id: bob.id,
      })
      // As long as a wait for a lock may be, and some.
      await sleep(3_000)
      return { answer }
    })
    expect(await blocking.answer).toMatchObject({
      data: { blockUser: { changed: true } },
      errors: [],
    })
  })

  it('that is never let go of lets a request fail as overload, without a word of why', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await holdPair(app, [bob, alice], async () => {
      const { data, errors, body } = await alice.askOnce(
        'mutation ($id: ID!) { addContact(userId: $id) { changed } }',
        { id: bob.id },
      )
      expect(data).toBeNull()
      expect(errors.map(({ extensions }) => extensions)).toEqual([
        { code: 'OVERLOADED', retryAfter: 1 },
      ])
      expect(body).not.toMatch(/lock|timeout/)
    })
    expect(await contactsOf(alice)).toBe(0)
  })
})

describe('deadlines', () => {
  it('stand in the database, on the login', async () => {
    const [alice] = await app.people('alice')
    const [deadlines] = await reading(alice).rows(
      'test.deadlines',
      sql`select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
                 current_setting('idle_in_transaction_session_timeout') as idle`,
    )
    expect(deadlines).toEqual({ statement: '2s', lock: '500ms', idle: '10s' })
  })

  it('end a statement that takes too long', async () => {
    const [alice] = await app.people('alice')
    const database = openPool(1, { statementMs: 200 })
    const from = reading(alice, database)
    await expect(from.rows('test.sleep', sql`select pg_sleep(20)`)).rejects.toMatchObject({
      extensions: { code: 'OVERLOADED', reason: 'statement' },
    })
    await expect(
      sessionOf(alice, openPool(1, { statementMs: 200 })).write((tx) =>
        tx.prisma('test.sleep', (prisma) => prisma.$queryRaw`select pg_sleep(20)::text`),
      ),
    ).rejects.toMatchObject({ extensions: { code: 'OVERLOADED', reason: 'statement' } })
  })

  it('can be given to one statement by itself: those after it have the usual one again', async () => {
    const [alice] = await app.people('alice')
    const from = reading(alice)
    const deadline = sql`select current_setting('statement_timeout') as own`
    const ask = (within?: number) => from.rows<{ own: string }>('test.deadline', deadline, within)
    const answers = await Promise.all([ask(), ask(700), ask(700), ask()])
    expect(answers.flat().map(({ own }) => own)).toEqual(['2s', '700ms', '700ms', '2s'])
    const byPrisma = (prisma: Parameters<Parameters<Queryable['prisma']>[1]>[0]) =>
      prisma.$queryRawUnsafe<{ own: string }[]>(deadline.text)
    expect([...(await ask(700)), ...(await from.prisma('test.deadline', byPrisma))]).toEqual([
      { own: '700ms' },
      { own: '2s' },
    ])
    await expect(from.rows('test.sleep', sql`select pg_sleep(20)`, 50)).rejects.toMatchObject({
      extensions: { code: 'OVERLOADED', reason: 'statement' },
    })
  })

  it('end a transaction as a whole, however short its statements are', async () => {
    const [alice] = await app.people('alice')
    const database = openPool(1, { transactionMs: 1_500 })
    const session = sessionOf(alice, database)
    const from = session.read
    const many = Array.from({ length: 50 }, () => from.rows('test.sleep', sql`select pg_sleep(1)`))
    const reasons = await Promise.allSettled(many)
    expect(reasons.at(-1)).toMatchObject({
      reason: { extensions: { code: 'OVERLOADED', reason: 'transaction' } },
    })
    await expect(from.rows('test.more', sql`select 1`)).rejects.toThrow()
    await session.finish()
    // The connection is replaced: a late cancellation would hit the next one who got it.
    const next = reading(alice, database)
    expect(await identityIn(next)).toMatchObject({ viewer: alice.id })
  })

  it('end a request as a whole: a change that comes too late is not begun', async () => {
    const [alice] = await app.people('alice')
    const session = sessionOf(alice, openPool(1, { totalMs: 100 }))
    await sleep(150)
    await expect(session.write((tx) => identityIn(tx))).rejects.toMatchObject({
      extensions: { code: 'OVERLOADED', reason: 'request' },
    })
  })

  it('end a transaction that does nothing; the pool gets another connection', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const database = openPool(1, { idleMs: 200 })
    const idling = sessionOf(alice, database).write(async (tx) => {
      await insertContact(tx, alice, bob)
      await sleep(600)
      return identityIn(tx)
    })
    await expect(idling).rejects.toThrow()
    expect(await contactsOf(alice)).toBe(0)

    const reader = sessionOf(alice, database)
    await identityIn(reader.read)
    await sleep(600)
    await reader.finish()

    const next = sessionOf(alice, database)
    expect(await identityIn(next.read)).toMatchObject({ viewer: alice.id })
    await next.finish()
    expect(database.load).toEqual({ open: 1, idle: 1, waiting: 0 })
  })
})

describe('connections that are cut', () => {
  it('while they are idle are replaced', async () => {
    const [alice] = await app.people('alice')
    await Promise.all(
      Array.from({ length: 10 }, () => alice.ask('{ viewer { contacts { totalCount } } }')),
    )
    await cutConnections(app)
    const { data, errors } = await alice.ask('{ viewer { contacts { totalCount } } }')
    expect({ data, errors }).toEqual({
      data: { viewer: { contacts: { totalCount: 0 } } },
      errors: [],
    })
  })

  it('again and again under load fail requests, and never tell why, mix up people or stay lost', async () => {
    const owners = await Promise.all(Array.from({ length: 20 }, ownerOfOne))
    const over = new AbortController()
    const cutting = (async () => {
      while (!over.signal.aborted) {
        await cutConnections(app)
        await sleep(20)
      }
    })()
    const query = '{ viewer { id contacts { edges { node { id } } totalCount } } }'
    const answers: string[] = []
    for (let round = 0; round < 15; round++) {
      await Promise.all(
        owners.map(async ({ owner, contact }) => {
          const { data, errors, body } = await owner.ask(query)
          if (errors.length > 0) {
            answers.push('failed')
            expect(body).not.toMatch(/terminat|connection|pg_|administrator/i)
            // On a busy machine, new connections may come too late for some.
            for (const { extensions } of errors)
              expect(['DATABASE_UNAVAILABLE', 'OVERLOADED']).toContain(extensions.code)
          } else {
            answers.push('answered')
            const contacts = { edges: [{ node: { id: contact.id } }], totalCount: 1 }
            expect(data).toEqual({ viewer: { id: owner.id, contacts } })
          }
        }),
      )
    }
    over.abort()
    await cutting
    expect(answers).toHaveLength(300)
    expect(answers).toContain('failed')
    for (const { owner } of owners) expect((await owner.ask(query)).errors).toEqual([])
    const lost = () => {
      const { open, idle, waiting } = app.server.database.load
      return { lost: open - idle, waiting }
    }
    await expect.poll(lost).toEqual({ lost: 0, waiting: 0 })
  })
})

describe('what does not compile', () => {
  /** Never called: the compiler's refusals are the test (`npm run types`). */
  const never = async (session: Session<Viewer>, visitor: Session<Anonymous>, other: UserId) => {
    // @ts-expect-error A pair is locked in a transaction that may write, not in a snapshot.
    await lockPair(session.read, other, other)
    // @ts-expect-error A text is not an id before it was parsed.
    await lockPair(session as never as Transaction, 'bob', other)
    // @ts-expect-error The anonymous have no contacts.
    await addContact(visitor, other)
    // @ts-expect-error Nor has a service.
    await addContact(app.server.database.as(service), other)
    // @ts-expect-error A session of somebody, nobody knows whom.
    await addContact(session as Session, other)
    // @ts-expect-error A viewer is an id that was parsed.
    app.server.database.as({ kind: 'viewer', userId: 'bob' })
    const { statistics } = session.read
    // @ts-expect-error Only a session makes a way to ask.
    const forged: Queryable = {
      statistics,
      rows: () => Promise.resolve([]),
      prisma: () => Promise.reject(new Error('never')),
    }
    // @ts-expect-error A snapshot is not a transaction that may write.
    const written: Transaction = session.read
    // @ts-expect-error There is no pool to be had.
    const pool: unknown = app.server.database.pool
    // @ts-expect-error Prisma Client does one thing at a time, and opens no transactions.
    await session.read.prisma('test.own', (prisma) => prisma.$transaction((tx) => tx.user.count()))
    // @ts-expect-error Not several: one could still be under way when the others have failed.
    await session.read.prisma('test.two', async (prisma) => [await prisma.user.count()])
    // @ts-expect-error A statement is made by the tag, so that no value gets into its text.
    await session.read.rows('test.text', `select '${other}'`)
    return { forged, written, pool }
  }

  it('is found out by `npm run types`', () => {
    expect(never).toBeTypeOf('function')
    expect(newUserId()).toHaveLength(36)
  })
})
