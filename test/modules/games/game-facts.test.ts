import { describe, expect, it } from 'vitest'
import type { GameFactKind } from '../../../src/generated/graphql.ts'
import { limits } from '../../../src/limits.ts'
import { fact, newGame, type SentFact, serviceNamed, tell, took } from '../../support/game-facts.ts'
import { newUserId, openTestService, type Person } from '../../support/test-service.ts'
import { befriend } from '../../support/verbs.ts'

const app = await openTestService({ NODE_ENV: 'production' })
const { service } = app

const hour = 60 * 60_000
const ago = (hours: number) => new Date(Date.now() - hours * hour)

/** Rows past all row security. */
const rows = async (sql: string, ...values: readonly unknown[]) =>
  (await app.admin.query<Record<string, unknown>>(sql, [...values])).rows

const inviteOf = async (inviter: Person, invitee: Person) =>
  rows(
    `select invited_at as invited, between_friends as friends, outcome, answered_at as answered
       from game_invites where inviter_user_id = $1 and invitee_user_id = $2`,
    inviter.id,
    invitee.id,
  )

/** How many rows tell of a game. */
async function traces(gameId: string): Promise<unknown> {
  const [row] = await rows(
    `select (select count(*)::int from games where game_id = $1) as games,
            (select count(*)::int from game_participations where game_id = $1) as participations,
            (select count(*)::int from game_invites where game_id = $1) as invites`,
    gameId,
  )
  return row
}

describe('what a service tells of games', () => {
  it('is kept: who made one, who takes part, who was active and who reported whom', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const game = newGame()
    const at = new Date('2026-05-01T23:30:00.123Z')
    const facts = [
      fact('CREATED', game, alice, { at }),
      fact('PARTICIPATED', game, bob, { at }),
      fact('ACTIVE', '', bob, { at }),
      fact('REPORTED', game, alice, { other: bob, at }),
    ]
    expect(await tell(service, ...facts)).toMatchObject(took(4))
    expect(await rows('select creator_user_id as id from games where game_id = $1', game)).toEqual([
      { id: alice.id },
    ])
    expect(
      await rows('select user_id, joined_at from game_participations where game_id = $1', game),
    ).toEqual([{ user_id: bob.id, joined_at: at }])
    expect(await rows('select day::text from activity_days where user_id = $1', bob.id)).toEqual([
      { day: '2026-05-01' },
    ])
    expect(await rows('select * from user_reports where reported_user_id = $1', bob.id)).toEqual([
      { reporter_user_id: alice.id, reported_user_id: bob.id, reported_at: at },
    ])
  })

  it('again is known, and changes nothing, however often and in production too', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const facts = [
      fact('CREATED', newGame(), alice),
      fact('REPORTED', 'g', alice, { other: bob }),
      fact('ACTIVE', '', alice),
    ]
    expect(await tell(service, ...facts)).toMatchObject(took(3))
    for (let time = 0; time < 4; time++)
      expect(await tell(service, ...facts)).toMatchObject(took(0, 3))
    const more = [...facts, fact('PARTICIPATED', 'g', alice)]
    expect(await tell(service, ...more)).toMatchObject(took(1, 3))
    expect(
      await rows('select from user_reports where reporter_user_id = $1', alice.id),
    ).toHaveLength(1)
  })

  it('by another id changes nothing either, also when the first was forgotten', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const game = newGame()
    const at = ago(2)
    const facts = () => [
      fact('PARTICIPATED', game, alice, { at }),
      fact('INVITED', game, alice, { other: bob, at }),
      fact('INVITE_ACCEPTED', game, alice, { other: bob, at }),
      fact('REPORTED', game, alice, { other: bob, at }),
      fact('ACTIVE', game, alice, { at }),
    ]
    const first = facts()
    await tell(service, ...first)
    const before = [await traces(game), await inviteOf(alice, bob)]
    await app.admin.query('delete from game_facts')
    expect(await tell(service, ...first)).toMatchObject(took(5))
    expect(await tell(serviceNamed(app, 'other'), ...facts())).toMatchObject(took(5))
    expect([await traces(game), await inviteOf(alice, bob)]).toEqual(before)
    expect(
      await rows('select from user_reports where reporter_user_id = $1', alice.id),
    ).toHaveLength(1)
  })

  it('twice in one batch counts once', async () => {
    const [alice] = await app.people('alice')
    const one = fact('PARTICIPATED', newGame(), alice)
    expect(
      await tell(service, one, one, { ...one, userId: ` ${one.userId.toUpperCase()}` }),
    ).toMatchObject(took(1, 2))
  })

  it('registers the people it is about', async () => {
    const [inviter, invitee] = [{ id: newUserId() }, { id: newUserId() }]
    await tell(service, fact('INVITED', newGame(), inviter, { other: invitee }))
    expect(
      await rows('select from users where id = any ($1)', [inviter.id, invitee.id]),
    ).toHaveLength(2)
  })

  it('may be nothing', async () => {
    const answer = await tell(service)
    expect(answer).toMatchObject(took(0))
    expect(answer.statements).toEqual([])
  })

  it('is read with ids in any case and with spaces, UUIDs of games too', async () => {
    const [alice] = await app.people('alice')
    const game = newUserId()
    const one = fact('PARTICIPATED', ` ${game.toUpperCase()} `, alice)
    const again = { ...one, id: ` ${one.id.toUpperCase()}\n`, gameId: game }
    expect(await tell(service, one)).toMatchObject(took(1))
    expect(await tell(service, again)).toMatchObject(took(0, 1))
    expect(await traces(game)).toMatchObject({ participations: 1 })
    const named = newGame()
    const lower = fact('PARTICIPATED', named, alice, { id: 'a fact' })
    const upper = { ...lower, id: 'A fact', gameId: named.toUpperCase() }
    expect(await tell(service, lower, upper)).toMatchObject(took(2))
  })

  it('is kept letter by letter, whatever the letters mean elsewhere', async () => {
    const [alice] = await app.people('alice')
    const odd = ['NULL', '{}', 'a"b\\c', ',', "'; drop table games; --", '🎾'.repeat(200)]
    await tell(service, ...odd.map((game) => fact('PARTICIPATED', game, alice, { id: game })))
    const kept = await rows(
      'select game_id as id from game_participations where user_id = $1',
      alice.id,
    )
    expect(kept.map(({ id }) => id).sort()).toEqual(odd.toSorted())
  })

  it('takes the same number of statements for one fact of each kind as for 500', async () => {
    const people = await app.people(...Array.from({ length: 12 }, (_, n) => `person ${n}`))
    const [alice, bob] = people
    if (alice === undefined || bob === undefined) throw new Error('Nobody is here.')
    await befriend(alice, bob)
    const kinds = ['CREATED', 'PARTICIPATED', 'INVITED', 'INVITE_ACCEPTED', 'ACTIVE', 'REPORTED']
    const each = (game: string, user: Person, other: Person): SentFact[] =>
      (kinds as GameFactKind[]).map((kind) =>
        kind === 'PARTICIPATED'
          ? fact(kind, game, other)
          : fact(kind, game, user, /INV|REP/.test(kind) ? { other } : {}),
      )
    const few = await tell(service, ...each(newGame(), alice, bob))
    const facts = Array.from({ length: 84 }, (_, n) => {
      const [user = alice, other = bob] = [people[n % 11], people[(n % 11) + 1]]
      return each(newGame(), user, other)
    }).flat()
    const many = await tell(service, ...facts.slice(0, 500))
    expect(many).toMatchObject(took(500))
    expect(many.statements).toEqual(few.statements)
    expect(many.statements).toEqual([
      'users.hold',
      'games.marks',
      'games.creators',
      'games.participations',
      'games.invites',
      'games.activity',
      'games.reports',
      'games.joinings',
      'pairs.lockAll',
      'outbox.recordAll',
    ])
    const again = await tell(service, ...facts.slice(0, 500))
    expect(again).toMatchObject(took(0, 500))
    expect(again.statements).toEqual(['users.hold', 'games.marks', 'games.clashes'])
  })

  it('is for services to tell: nobody else may', async () => {
    const [alice] = await app.people('alice')
    const document = `mutation ($facts: [GameFactInput!]!) { recordGameFacts(facts: $facts) { changed } }`
    const facts = [fact('PARTICIPATED', newGame(), alice)]
    for (const [asker, code] of [
      [app.nobody, 'UNAUTHENTICATED'],
      [alice, 'FORBIDDEN'],
    ] as const) {
      const { data, errors } = await asker.ask(document, { facts })
      expect(data).toBeNull()
      expect(errors.map(({ extensions }) => extensions.code)).toEqual([code])
    }
    expect(await traces(facts[0]?.gameId ?? '')).toMatchObject({ participations: 0 })
  })
})

describe('a fact that is wrong', () => {
  const id = newUserId()
  const other = { id: newUserId() }
  const user = { id }
  const good = () => fact('PARTICIPATED', 'a game', user)
  const much = 'x'.repeat(limits.gameFacts.idLength + 1)
  const tooMuch = 'may have at most 200 characters (got 201).'
  const needed = 'is needed for INVITED.'
  const notInYears = 'must lie in the years 1 to 9999 (UTC).'
  const nothing = 'has nothing visible in it.'
  const wrong: readonly (readonly [string, Partial<SentFact>, keyof SentFact, string])[] = [
    ['no id', { id: ' ' }, 'id', nothing],
    ['an id of invisible characters', { id: '\u200b\u2800' }, 'id', nothing],
    ['a long id', { id: much }, 'id', tooMuch],
    ['an id with U+0000', { id: 'a\0b' }, 'id', 'may not contain the character U+0000.'],
    ['half a character', { id: '\ud800' }, 'id', 'may not contain half a surrogate pair.'],
    ['no game', { gameId: '' }, 'gameId', nothing],
    ['a long game', { gameId: much }, 'gameId', tooMuch],
    ['a long game where none is needed', { kind: 'ACTIVE', gameId: much }, 'gameId', tooMuch],
    ['somebody without a UUID', { userId: 'bob' }, 'userId', 'is not a UUID.'],
    ['nobody', { userId: '00000000-0000-0000-0000-000000000000' }, 'userId', 'is not a UUID.'],
    [
      'an other without a UUID',
      { kind: 'INVITED', otherUserId: 'bob' },
      'otherUserId',
      'is not a UUID.',
    ],
    ['no other', { kind: 'INVITED' }, 'otherUserId', needed],
    ['null as other', { kind: 'INVITED', otherUserId: null }, 'otherUserId', needed],
    ['nobody reported', { kind: 'REPORTED' }, 'otherUserId', 'is needed for REPORTED.'],
    [
      'themselves as other',
      { kind: 'INVITE_DECLINED', otherUserId: id.toUpperCase() },
      'otherUserId',
      'must be somebody else than `userId`.',
    ],
    [
      'an other where none belongs',
      { otherUserId: other.id },
      'otherUserId',
      'must be left out for PARTICIPATED.',
    ],
    ['a time before the calendar', { at: '0000-12-31T23:59:59.999Z' }, 'at', notInYears],
    [
      'a time in the far future',
      { at: '9999-01-01T00:00:00.000Z' },
      'at',
      'may lie at most 60 minutes in the future (got 9999-01-01T00:00:00.000Z).',
    ],
  ]

  it.each(wrong)(
    'is refused with its place and its field, and all others with it: %s',
    async (...row) => {
      const [, change, field, problem] = row
      const answer = await tell(service, good(), good(), { ...good(), ...change }, good())
      expect(answer).toEqual({
        changed: false,
        recorded: null,
        known: null,
        skipped: null,
        userErrors: [
          {
            code: 'INVALID_INPUT',
            field: ['facts', '2', field],
            message: `\`facts[2].${field}\` ${problem}`,
            retryAt: null,
          },
        ],
        statements: [],
      })
    },
  )

  it('leaves nobody registered and nothing known', async () => {
    expect(await rows('select from users where id = $1', id)).toEqual([])
    const one = good()
    await tell(service, one, { ...one, id: '' })
    expect(await tell(service, one)).toMatchObject(took(1))
  })

  it('of a kind that nobody knows is refused by the graph, which names its place', async () => {
    const { errors } = await service.ask(
      'mutation ($facts: [GameFactInput!]!) { recordGameFacts(facts: $facts) { changed } }',
      { facts: [good(), { ...good(), kind: 'LEFT' }] },
    )
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
    expect(errors[0]?.message).toContain('facts[1].kind')
  })

  it('is one more than 500', async () => {
    const facts = Array.from({ length: 501 }, good)
    const { userErrors } = await tell(service, ...facts)
    const message = '`facts` may have at most 500 entries (got 501).'
    expect(userErrors).toMatchObject([{ code: 'INVALID_INPUT', field: ['facts'], message }])
    expect(await tell(service, ...facts.slice(1))).toMatchObject(took(500))
  })

  it('may be a little in the future, for clocks differ', async () => {
    const soon = { ...good(), at: new Date(Date.now() + hour / 2).toISOString() }
    expect(await tell(service, soon)).toMatchObject(took(1))
  })
})

describe('an id that is used for another fact', () => {
  const clash = (place: number) => ({
    changed: false,
    recorded: null,
    userErrors: [
      {
        code: 'INVALID_INPUT',
        field: ['facts', String(place), 'id'],
        message: `\`facts[${place}].id\` was used for a different fact. Give each fact an id of its own.`,
      },
    ],
  })

  it('is refused, in the same batch and later, and nothing of the batch is kept', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const [game, another] = [newGame(), newGame()]
    const one = fact('PARTICIPATED', game, alice)
    expect(await tell(service, one, { ...one, kind: 'CREATED' })).toMatchObject(clash(1))
    expect(await tell(service, one)).toMatchObject(took(1))
    const changes: Partial<SentFact>[] = [
      { kind: 'CREATED' },
      { gameId: another },
      { userId: bob.id },
      { at: ago(1).toISOString() },
    ]
    const stranger = { id: newUserId() }
    for (const change of changes)
      expect(
        await tell(service, fact('PARTICIPATED', another, stranger), { ...one, ...change }),
      ).toMatchObject(clash(1))
    expect(await traces(another)).toEqual({ games: 0, participations: 0, invites: 0 })
    expect(await rows('select from users where id = $1', stranger.id)).toEqual([])
  })

  it('is another one when another service uses it', async () => {
    const [alice] = await app.people('alice')
    const one = fact('PARTICIPATED', newGame(), alice, { id: '17' })
    expect(await tell(service, one)).toMatchObject(took(1))
    const theirs = fact('CREATED', newGame(), alice, { id: '17' })
    const chat = serviceNamed(app, 'chat')
    expect(await tell(chat, theirs)).toMatchObject(took(1))
    expect(await tell(chat, theirs)).toMatchObject(took(0, 1))
    expect(await tell(service, one)).toMatchObject(took(0, 1))
  })
})

describe('an invitation', () => {
  const [early, later, last] = [ago(3), ago(2), ago(1)]

  it.each([
    ['in order', [0, 1]],
    ['the answer first', [1, 0]],
  ] as const)('and its answer come together in two batches, %s', async (_what, order) => {
    const [alice, bob] = await app.people('alice', 'bob')
    const game = newGame()
    const facts = [
      fact('INVITED', game, alice, { other: bob, at: early }),
      fact('INVITE_ACCEPTED', game, alice, { other: bob, at: later }),
    ]
    for (const place of order) {
      const one = facts[place]
      if (one !== undefined) expect(await tell(service, one)).toMatchObject(took(1))
    }
    expect(await inviteOf(alice, bob)).toEqual([
      { invited: early, friends: false, outcome: 'accepted', answered: later },
    ])
  })

  it('has the last of several answers and the first of several invitations, in any order', async () => {
    const game = newGame()
    const made = (alice: Person, bob: Person) => [
      fact('INVITED', game, alice, { other: bob, at: later }),
      fact('INVITE_DECLINED', game, alice, { other: bob, at: later }),
      fact('INVITED', game, alice, { other: bob, at: early }),
      fact('INVITE_ACCEPTED', game, alice, { other: bob, at: last }),
      fact('INVITE_DECLINED', game, alice, { other: bob, at: last }),
    ]
    const expected = [{ invited: early, friends: false, outcome: 'accepted', answered: last }]
    const orders = [
      [0, 1, 2, 3, 4],
      [4, 3, 2, 1, 0],
      [2, 0, 4, 1, 3],
      [1, 3, 0, 4, 2],
    ]
    for (const order of orders) {
      const [alice, bob] = await app.people('alice', 'bob')
      const facts = order.flatMap((place) => made(alice, bob)[place] ?? [])
      for (const one of facts) await tell(service, one)
      expect(await inviteOf(alice, bob)).toEqual(expected)
      const [carol, dave] = await app.people('carol', 'dave')
      await tell(service, ...order.flatMap((place) => made(carol, dave)[place] ?? []))
      expect(await inviteOf(carol, dave)).toEqual(expected)
    }
  })

  it('is between friends if they were friends when it was sent, whatever comes later', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const before = fact('INVITED', newGame(), alice, { other: bob, at: ago(1) })
    await befriend(alice, bob)
    const since = fact('INVITED', newGame(), alice, {
      other: bob,
      at: new Date(Date.now() + 60_000),
    })
    await tell(service, before, since)
    const friends = await rows(
      'select between_friends as friends from game_invites where inviter_user_id = $1 order by invited_at',
      alice.id,
    )
    expect(friends).toEqual([{ friends: false }, { friends: true }])
  })
})

describe('a fact about somebody who was erased', () => {
  /** As the database will answer once people can be erased: they cannot come back. */
  async function erase({ id }: Person) {
    await app.admin.query(`
      create table if not exists erased (id uuid primary key);
      create or replace function stay_erased() returns trigger language plpgsql security definer as $$
        begin
          return case when new.id in (select id from public.erased) then null else new end;
        end $$;
      create or replace trigger stay_erased before insert on users for each row execute function stay_erased()`)
    await app.admin.query('insert into erased values ($1)', [id])
    await app.admin.query('delete from users where id = $1', [id])
  }

  it('is skipped, whichever of the two they are, and the others are kept', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const game = newGame()
    const facts = [
      fact('PARTICIPATED', game, alice),
      fact('INVITED', game, bob, { other: alice }),
      fact('INVITED', game, alice, { other: bob }),
      fact('INVITED', game, bob, { other: carol }),
      fact('CREATED', game, alice),
    ]
    await erase(alice)
    expect(await tell(service, ...facts)).toMatchObject(took(1, 0, 4))
    expect(await tell(service, ...facts)).toMatchObject(took(0, 1, 4))
    expect(await traces(game)).toEqual({ games: 0, participations: 0, invites: 1 })
  })

  it('goes with them: erasing takes every row that names them', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const game = newGame()
    await tell(
      service,
      fact('CREATED', game, alice),
      fact('PARTICIPATED', game, alice),
      fact('INVITED', game, alice, { other: bob }),
      fact('INVITED', game, bob, { other: alice }),
      fact('ACTIVE', '', alice),
      fact('REPORTED', game, bob, { other: alice }),
      fact('REPORTED', game, alice, { other: bob }),
    )
    await app.admin.query('delete from users where id = $1', [alice.id])
    expect(await traces(game)).toEqual({ games: 0, participations: 0, invites: 0 })
    expect(await rows('select from user_reports where reported_user_id = $1', bob.id)).toEqual([])
    expect(await rows('select from activity_days where user_id = $1', alice.id)).toEqual([])
  })
})

describe('services that tell at the same time', () => {
  it('the same batch: each fact is new once, and nobody fails', async () => {
    const people = await app.people(...Array.from({ length: 20 }, (_, n) => `person ${n}`))
    const game = newGame()
    const facts = people.flatMap((person, place) => [
      fact('PARTICIPATED', game, person),
      fact('CREATED', newGame(), person),
      fact('INVITED', game, person, { other: people[(place + 1) % 20] ?? person }),
    ])
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => tell(service, ...(n % 2 ? facts : facts.toReversed()))),
    )
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([])
    const sum = (counts: readonly number[]) => counts.reduce((one, other) => one + other, 0)
    expect(sum(answers.map(({ recorded }) => recorded as number))).toBe(60)
    expect(sum(answers.map(({ known }) => known as number))).toBe(7 * 60)
  })

  it('as different services: each is told of all, and there is one of each', async () => {
    const people = await app.people(...Array.from({ length: 20 }, (_, n) => `person ${n}`))
    const game = newGame()
    const facts = people.map((person) => fact('PARTICIPATED', game, person))
    const strangers = Array.from({ length: 20 }, () =>
      fact('PARTICIPATED', game, { id: newUserId() }),
    )
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name, n) =>
        tell(
          serviceNamed(app, name),
          ...(n % 2 ? [...facts, ...strangers] : [...strangers, ...facts].toReversed()),
        ),
      ),
    )
    for (const answer of answers) expect(answer).toMatchObject(took(40))
    expect(await traces(game)).toMatchObject({ participations: 40 })
  })
})
