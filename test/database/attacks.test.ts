import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openClone } from '../support/clone.ts'

/**
 * What somebody tries who has the login's password, or got SQL into a statement: the service is not
 * in between here.
 */
const { admin, login, worker, name } = await openClone()

const alice = '00000000-0000-4000-8000-000000000001'
const bob = '00000000-0000-4000-8000-000000000002'
const carol = '00000000-0000-4000-8000-000000000003'
const nobody = '00000000-0000-4000-8000-00000000000f'

beforeEach(async () => {
  await admin.query('delete from user_blocks; delete from users')
  await admin.query('insert into users (id) values ($1), ($2), ($3)', [alice, bob, carol])
  await login.query('begin')
})

afterEach(async () => {
  await login.query('rollback')
})

/** Goes on as this role, for this person. */
async function become(role: string, person = ''): Promise<void> {
  const set = role === 'connections_login' ? 'reset role' : `set local role ${role}`
  await login.query(`${set}; set local app.user_id = '${person}'`)
}

const ask = async (sql: string) => (await login.query<Record<string, unknown>>(sql)).rows
const change = async (sql: string) => (await login.query(sql)).rowCount
const befriend = (one: string, other: string, level = 'friend') =>
  admin.query(
    'insert into user_friends (user_id, friend_id, friendship_level) values ($1::uuid, $2::uuid, $3), ($2::uuid, $1::uuid, $3)',
    [one, other, level],
  )
const block = (blocker: string, blocked: string) =>
  admin.query('insert into user_blocks (blocker_user_id, blocked_user_id) values ($1, $2)', [
    blocker,
    blocked,
  ])

/** A request that carol sent to alice. */
async function requestFromCarol(level = 'friend', status = 'pending'): Promise<string> {
  const { rows } = await admin.query<{ id: string }>(
    `insert into user_friend_requests (requester_user_id, target_user_id, friendship_level, status, responded_at, expires_at)
     values ($1, $2, $3, $4, case when $4 in ('accepted', 'rejected') then now() end, now() + interval '1 day') returning id`,
    [carol, alice, level, status],
  )
  return rows[0]?.id ?? ''
}

/** How carol asks alice in SQL, until some time. */
const requestToAlice = (level: string, end = '2030-01-01T00:00:00Z') =>
  `insert into user_friend_requests (requester_user_id, target_user_id, friendship_level, expires_at)
   values ('${carol}', '${alice}', '${level}', '${end}')`

describe.each(['connections_login', 'connections_app', 'connections_service'])('%s', (role) => {
  it.each([
    'create domain pg_temp.text as pg_catalog.text',
    'create domain pg_temp.uuid as pg_catalog.uuid',
    'create temporary table users (id uuid)',
    `create function pg_temp.viewer_id() returns uuid language sql return '${bob}'`,
    'create temporary view user_blocks as select 1 as id',
    'create domain public.uuid as pg_catalog.text',
    'create table public.scratch (id uuid)',
    'create function public.scratch() returns int language sql return 1',
    'create schema scratch',
  ])('may not: %s', async (sql) => {
    await become(role, alice)
    await expect(ask(sql)).rejects.toThrow(/permission denied/)
  })

  it.each([
    'set role connections_owner',
    'set role connections_facts',
    'set session authorization postgres',
    'alter table public.user_blocks disable row level security',
    'alter function public.visible_users(uuid[]) security invoker',
    'alter role connections_login superuser',
    'grant connections_facts to connections_login',
  ])('may not: %s', async (sql) => {
    await become(role, alice)
    await expect(ask(sql)).rejects.toThrow(/permission denied|must be owner|not a member/)
  })
})

describe('a type of theirs that stands in front of ours', () => {
  const plant = `
    create function pg_temp.spy() returns boolean language plpgsql
      as $$ begin raise exception 'ran as %', current_user; end $$;
    create domain pg_temp.uuid as pg_catalog.uuid check (pg_temp.spy());
    create domain pg_temp.text as pg_catalog.text check (pg_temp.spy())`
  const use = `select use_quota('requestFriend')`

  beforeEach(async () => {
    await admin.query(`grant temporary on database "${name}" to connections_login`)
    // A transaction that has begun may not have heard of it.
    await login.query('rollback; begin')
  })
  afterEach(async () => {
    await admin.query(`revoke temporary on database "${name}" from connections_login`)
    await admin.query(`alter function use_quota_towards set search_path = pg_catalog, pg_temp`)
  })

  it('is not seen by functions, even if they could make it', async () => {
    await login.query(plant)
    await become('connections_app', alice)
    expect(await ask(use)).toEqual([{ use_quota: null }])
    for (const sql of [
      `select * from user_summaries(array['${bob}']::pg_catalog.uuid[])`,
      `select * from my_pair_states(array['${bob}']::pg_catalog.uuid[])`,
      `select reserve_hits('searchUsers', '', 1)`,
      `select record_event_once('follow.created', '${bob}', null, null)`,
      `select claim_username('alice', interval '1 day', 3)`,
      `select accept_request('${bob}')`,
      `select use_contact_link('x')`,
      `insert into user_profiles (user_id, display_words) values (viewer, '{word}')`.replace(
        'viewer',
        `'${alice}'`,
      ),
    ]) {
      await login.query('savepoint attempt')
      await expect(ask(sql), sql).resolves.toBeDefined()
      await login.query('rollback to savepoint attempt')
    }
  })

  it('would be run as the role of the functions by one that looked there first', async () => {
    await admin.query(`alter function use_quota_towards set search_path = ''`)
    await login.query(plant)
    await become('connections_app', alice)
    await expect(ask(use)).rejects.toThrow('ran as connections_facts')
  })
})

describe('a viewer', () => {
  it.each([
    `select pair_states(array['${bob}']::uuid[], array['${alice}']::uuid[])`,
    `select my_shown_friends()`,
    `select sharing_friends(array['${bob}']::uuid[])`,
    'select applied_migrations()',
    'select viewer_id()',
    `insert into user_friends (user_id, friend_id, friendship_level) values ('${alice}', '${bob}', 'friend')`,
    `insert into user_friend_requests (requester_user_id, target_user_id, friendship_level, quiet, expires_at)
     values ('${alice}', '${bob}', 'friend', true, now())`,
    'update user_friends set created_at = now()',
    'select from rate_limit_buckets',
  ])('may not: %s', async (sql) => {
    await become('connections_app', alice)
    await expect(ask(sql)).rejects.toThrow('permission denied')
  })

  it.each([
    'declined_viewer(uuid)',
    'count_friends(uuid)',
    'fulfil_request(uuid)',
    'hidden_users()',
    'hidden_from(uuid)',
  ])('finds no %s, which would tell of others', async (signature) => {
    expect((await admin.query(`select to_regprocedure('${signature}') as found`)).rows).toEqual([
      { found: null },
    ])
  })

  it('cannot tell who blocks her from who is not there', async () => {
    await admin.query(
      `insert into user_privacy_settings (user_id, allow_follows, allow_friend_requests, allow_messages) values ($1, 'nobody', 'nobody', 'nobody')`,
      [bob],
    )
    await admin.query(
      'insert into user_contacts (owner_user_id, contact_user_id) values ($1, $2)',
      [alice, bob],
    )
    await admin.query(`insert into usernames (user_id, name) values ($1, 'bob')`, [bob])
    await block(bob, alice)
    await become('connections_app', alice)
    for (const [asked, ...columns] of [
      ['my_pair_summaries', 'present', 'is_contact', 'follows', 'followed_by', 'friendship_level'],
      [
        'my_pair_states',
        'present',
        'is_contact',
        'allow_follows',
        'allow_friend_requests',
        'allow_messages',
        'holds_link',
      ],
      ['user_summaries', 'username', 'introduced'],
    ] as const) {
      const about = (person: string) =>
        ask(`select ${columns.join()} from ${asked}(array['${person}']::uuid[])`)
      expect(await about(bob), asked).toEqual(await about(nobody))
    }
    expect(await ask(`select visible_users(array['${bob}', '${nobody}']::uuid[])`)).toEqual([])
  })

  it.each([
    ['finds', 'select from suggestion_dismissals'],
    ['changes', 'update suggestion_dismissals set created_at = now()'],
    ['takes back', 'delete from suggestion_dismissals'],
  ])('%s no dismissal of who blocks her by now', async (_how, sql) => {
    await admin.query(
      'insert into suggestion_dismissals (user_id, other_user_id) values ($1, $2), ($1, $3)',
      [alice, bob, carol],
    )
    await block(bob, alice)
    await become('connections_app', alice)
    expect(await change(sql)).toBe(1)
  })

  it('reads no id but her own', async () => {
    await become('connections_app', alice)
    expect(await ask('select id from users')).toEqual([{ id: alice }])
  })

  it.each([
    ['adds', 'user_contacts (owner_user_id, contact_user_id)', ''],
    ['follows', 'user_follows (follower_user_id, target_user_id)', ''],
    ['declines', 'friend_request_declines (decliner_user_id, requester_user_id)', ''],
    [
      'asks',
      'user_friend_requests (requester_user_id, target_user_id, friendship_level, expires_at)',
      `, 'friend', now() + interval '1 day'`,
    ],
  ])('hears the same when she %s who blocks her and who is not there', async (_how, into, more) => {
    await block(bob, alice)
    await become('connections_app', alice)
    const add = (person: string) =>
      change(`insert into ${into} values ('${alice}', '${person}'${more})`)
    await login.query('savepoint attempt')
    for (const person of [bob, nobody]) {
      await expect(add(person), person).rejects.toThrow('row-level security')
      await login.query('rollback to savepoint attempt')
    }
    expect(await add(carol)).toBe(1)
  })

  it('cannot bring limits of her own', async () => {
    await admin.query(
      `insert into quota_uses (user_id, action) select $1, 'requestFriend' from generate_series(1, 50)`,
      [alice],
    )
    await become('connections_app', alice)
    for (const sql of [
      `select use_quota('requestFriend', null, 1000, interval '0 seconds')`,
      `select use_quota('something else')`,
      `select use_quota_towards('requestFriend', null)`,
      `select reserve_hits('searchUsers', '', 1, interval '0 seconds')`,
      'delete from quota_uses',
    ]) {
      await login.query('savepoint attempt')
      await expect(ask(sql), sql).rejects.toThrow(/does not exist|no rows|permission denied/)
      await login.query('rollback to savepoint attempt')
    }
    expect(await ask(`select use_quota('requestFriend') is null as granted`)).toEqual([
      { granted: false },
    ])
  })

  it('takes back no call that counts', async () => {
    await become('connections_app', alice)
    const reserve = async (times: number) => {
      const [row] = await ask(`select reserve_hits('searchUsers', '', ${String(times)}) as hits`)
      return row?.['hits'] as Date[]
    }
    const giveBack = (moment: Date | undefined) =>
      ask(`select return_hits('searchUsers', '', '${moment?.toISOString() ?? ''}', 1000)`)
    await giveBack((await reserve(99)).at(-1))
    const hits = await reserve(5)
    expect(hits).toHaveLength(104)
    // Of these five, one counts: she has a hundred.
    await giveBack(hits.at(-1))
    expect(await reserve(1_000_000)).toHaveLength(1_100)
  })

  it('cannot see whether somebody was told of her', async () => {
    const tell = `select record_event_once('follow.created', '${bob}', null, null)::text as told`
    await admin.query(
      'insert into user_follows (follower_user_id, target_user_id) values ($1, $2)',
      [alice, bob],
    )
    await become('connections_app', alice)
    const answers = [await ask(tell), await ask(tell)]
    expect(answers).toEqual([[{ told: '' }], [{ told: '' }]])
    expect(await ask('select from quota_uses')).toEqual([])
    await login.query('reset role; set local role connections_service')
    expect(await ask('select kind, other_user_id from outbox')).toEqual([
      { kind: 'follow.created', other_user_id: bob },
    ])
  })

  it('reads nobody’s declines but her own', async () => {
    await admin.query(
      'insert into friend_request_declines (decliner_user_id, requester_user_id) values ($1, $2), ($2, $1)',
      [alice, bob],
    )
    await become('connections_app', alice)
    expect(await ask('select decliner_user_id from friend_request_declines')).toEqual([
      { decliner_user_id: alice },
    ])
  })

  it.each([
    ['a request of her own', carol, false, 1],
    ['no request that came quietly', carol, true, 0],
    ['no request of somebody else', bob, false, 0],
  ])('tells of %s', async (_which, teller, quiet, events) => {
    const request = await requestFromCarol()
    await admin.query('update user_friend_requests set quiet = $1', [quiet])
    await become('connections_app', teller)
    await ask(
      `select record_event_once('friend_request.created', '${alice}', '${request}', 'friend')`,
    )
    await login.query('reset role; set local role connections_service')
    expect(await ask('select from outbox')).toHaveLength(events)
  })

  it('writes no event but through the functions, and none in the name of others', async () => {
    await become('connections_app', alice)
    const values = `('follow.created', 'people', '${alice}', '${bob}')`
    const tries = [
      `insert into outbox (kind, audience, actor_user_id, other_user_id) values ${values}`,
      `select record_block_change_of('${bob}', '${carol}')`,
      `update outbox set due_at = now()`,
      'delete from outbox',
      'select from outbox',
    ]
    for (const sql of tries) {
      await login.query('savepoint attempt')
      await expect(ask(sql), sql).rejects.toThrow('permission denied')
      await login.query('rollback to savepoint attempt')
    }
  })

  it('tells nobody of what is not so', async () => {
    const pending = await requestFromCarol()
    const accepted = await requestFromCarol('close', 'accepted')
    await become('connections_app', alice)
    for (const what of [
      `'follow.created', '${bob}', null, null`,
      `'block.changed', '${bob}', null, null`,
      `'friend_request.accepted', '${carol}', '${pending}', 'friend'`,
      `'friend_request.accepted', '${carol}', '${accepted}', 'friend'`,
      `'friend_request.accepted', '${bob}', '${accepted}', 'close'`,
      `'friend_request.created', '${carol}', '${pending}', 'friend'`,
    ])
      await ask(`select record_event_once(${what})`)
    await login.query('reset role; set local role connections_service')
    expect(await ask('select from outbox')).toEqual([])
  })

  it('makes no friend out of a request that was answered before', async () => {
    const request = await requestFromCarol('friend', 'accepted')
    await become('connections_app', alice)
    expect(await ask(`select accept_request('${request}') as done`)).toEqual([{ done: false }])
    expect(await ask('select from user_friends')).toEqual([])
  })

  it('makes no friend out of a request that has run out', async () => {
    const request = await requestFromCarol()
    await admin.query(`update user_friend_requests set expires_at = now() - interval '1 second'`)
    await become('connections_app', alice)
    expect(await ask(`select accept_request('${request}') as done`)).toEqual([{ done: false }])
  })

  it('cannot accept without becoming friends', async () => {
    const request = await requestFromCarol()
    await become('connections_app', alice)
    await login.query('savepoint attempt')
    await expect(
      change(
        `update user_friend_requests set status = 'accepted', responded_at = now() where id = '${request}'`,
      ),
    ).rejects.toThrow('row-level security')
    await login.query('rollback to savepoint attempt')
    expect(await ask(`select accept_request('${request}') as done`)).toEqual([{ done: true }])
    expect(await ask('select friend_id from user_friends order by 1')).toEqual([
      { friend_id: alice },
      { friend_id: carol },
    ])
  })

  it('answers only what was asked of her, and only while nobody blocks', async () => {
    const request = await requestFromCarol()
    const accept = `select accept_request('${request}') as done`
    const count = `select count_friends_of_both('${request}') as most`
    for (const person of [bob, carol, '']) {
      await become('connections_app', person)
      expect(await ask(accept)).toEqual([{ done: false }])
      expect(await ask(count)).toEqual([{ most: null }])
    }
    await block(carol, alice)
    await become('connections_app', alice)
    expect(await ask(accept)).toEqual([{ done: false }])
    expect(await ask(count)).toEqual([{ most: null }])
  })

  it('becomes close only to a friend', async () => {
    const request = await requestFromCarol('close')
    await become('connections_app', alice)
    await expect(ask(`select accept_request('${request}')`)).rejects.toThrow('Only friends')
  })

  it('steps down with both sides, and never with one alone', async () => {
    await befriend(alice, bob, 'close')
    await become('connections_app', alice)
    expect(
      await change(
        `update user_friends set friendship_level = 'friend' where user_id = '${alice}'`,
      ),
    ).toBe(1)
    await login.query('savepoint attempt')
    await expect(login.query('set constraints all immediate')).rejects.toThrow(
      'friendship_has_two_sides',
    )
    await login.query('rollback to savepoint attempt')
    expect(await change(`update user_friends set friendship_level = 'friend'`)).toBe(2)
    await login.query('set constraints all immediate')
    await expect(change(`update user_friends set friendship_level = 'close'`)).rejects.toThrow(
      'row-level security',
    )
  })

  it('blocks no friend who is still one', async () => {
    await befriend(alice, bob)
    await become('connections_app', alice)
    const insert = `insert into user_blocks (blocker_user_id, blocked_user_id) values ('${alice}', '${bob}')`
    await login.query('savepoint attempt')
    await expect(change(insert)).rejects.toThrow('The two are friends')
    await login.query('rollback to savepoint attempt')
    await change(`delete from user_friends where friend_id = '${bob}'`)
    expect(await change(insert)).toBe(1)
  })

  it.each([
    ['by a stranger to become close friends', 'close', 'everyone'],
    ['by anybody when nobody may', 'friend', 'nobody'],
    ['by a stranger when friends of friends may', 'friend', 'friends_of_friends'],
  ])('is not asked %s', async (_who, level, audience) => {
    await admin.query(
      'insert into user_privacy_settings (user_id, allow_friend_requests) values ($1, $2)',
      [alice, audience],
    )
    await become('connections_app', carol)
    await expect(change(requestToAlice(level))).rejects.toThrow('row-level security')
  })

  it('is asked by whom she lets ask', async () => {
    await admin.query(
      `insert into user_privacy_settings (user_id, allow_friend_requests) values ($1, 'friends_of_friends')`,
      [alice],
    )
    await befriend(alice, bob)
    await befriend(carol, bob)
    await become('connections_app', carol)
    expect(await change(requestToAlice('friend'))).toBe(1)
    await become('connections_app', bob)
    expect(
      await change(requestToAlice('close').replace(carol, bob)),
      'a friend may always ask to become close',
    ).toBe(1)
  })

  it('is not asked until a time that no calendar has', async () => {
    await become('connections_app', carol)
    for (const end of ['infinity', '10000-01-01T00:00:00Z']) {
      await login.query('savepoint attempt')
      await expect(change(requestToAlice('friend', end))).rejects.toThrow(
        'a_request_ends_in_the_calendar',
      )
      await login.query('rollback to savepoint attempt')
    }
  })

  it.each(['created_at', 'expires_at'])('has no block whose %s no calendar has', async (column) => {
    await become('connections_app', alice)
    await expect(
      change(
        `insert into user_blocks (blocker_user_id, blocked_user_id, ${column}) values ('${alice}', '${bob}', 'infinity')`,
      ),
    ).rejects.toThrow('in_the_calendar')
  })

  it('is asked quietly by whoever she declined before, whatever they say', async () => {
    await admin.query(
      'insert into friend_request_declines (decliner_user_id, requester_user_id) values ($1, $2)',
      [alice, carol],
    )
    await become('connections_app', carol)
    await change(
      `insert into user_friend_requests (requester_user_id, target_user_id, friendship_level, expires_at)
       values ('${carol}', '${alice}', 'friend', now() + interval '1 day')`,
    )
    await become('connections_app', alice)
    expect(await ask('select quiet from user_friend_requests')).toEqual([{ quiet: true }])
  })
})

describe('what services tell of games', () => {
  const tables = ['game_facts', 'games', 'game_participations', 'game_invites']
  const all = [...tables, 'activity_days', 'user_reports']

  it.each(all)(
    '%s: a person reads and writes nothing of it, of themselves neither',
    async (table) => {
      await become('connections_app', alice)
      for (const sql of [
        `select 1 from ${table}`,
        `delete from ${table}`,
        `insert into ${table} default values`,
      ]) {
        await login.query('savepoint attempt')
        await expect(ask(sql), sql).rejects.toThrow(/permission denied/)
        await login.query('rollback to savepoint attempt')
      }
    },
  )

  it.each(all)('%s: a service takes nothing of it back', async (table) => {
    await become('connections_service')
    for (const sql of [`delete from ${table}`, `truncate ${table}`]) {
      await login.query('savepoint attempt')
      await expect(ask(sql), sql).rejects.toThrow(/permission denied/)
      await login.query('rollback to savepoint attempt')
    }
  })

  it('lets a service tell of a friend who joined, and of nothing else', async () => {
    await become('connections_service')
    const record = (kind: string, audience: string) =>
      `insert into outbox (kind, audience, actor_user_id, other_user_id, game_id)
       values ('${kind}', '${audience}', '${alice}', '${bob}', 'game')`
    expect(await change(record('game.friend_joined', 'people'))).toBe(1)
    for (const [kind, audience] of [
      ['follow.created', 'people'],
      ['block.changed', 'services'],
      ['game.friend_joined', 'services'],
    ] as const) {
      await login.query('savepoint attempt')
      await expect(ask(record(kind, audience))).rejects.toThrow(/row-level security/)
      await login.query('rollback to savepoint attempt')
    }
  })

  it('registers and holds people for services alone', async () => {
    await become('connections_app', alice)
    await expect(ask(`select hold_people(array['${nobody}']::uuid[])`)).rejects.toThrow(
      /permission denied/,
    )
  })
})

describe('the worker', () => {
  beforeEach(async () => {
    await login.query('rollback')
    await worker.query('begin')
  })
  afterEach(async () => {
    await worker.query('rollback')
    await admin.query('delete from outbox; delete from rate_limit_buckets')
  })
  const removed = async (sql: string) => (await worker.query(sql)).rowCount
  const dispatched = (id: string, age: string) =>
    admin.query(
      `insert into outbox (id, kind, audience, actor_user_id, other_user_id, dispatch_number, dispatched_at, data)
       values ($1, 'follow.created', 'people', $2, $3, $4, now() - $5::interval, '{}')`,
      [id, alice, bob, Number(id.slice(-2)), age],
    )

  it.each([
    'delete from user_friends',
    'delete from user_follows',
    'delete from user_contacts',
    'delete from users',
    'delete from worker_tasks',
    'select from user_friends',
    'select from user_contacts',
    'select message from user_friend_requests',
    'select username from user_blocks',
    'select token_hash from contact_links',
    'select user_id from contact_link_uses',
    'select user_id from quota_uses',
    'select from friend_requests_archive',
    'select contents from game_facts',
    'select from game_participations',
    'delete from game_invites',
    'update user_blocks set expires_at = now()',
    'update user_friend_requests set expires_at = now()',
    'update user_counters set followers = 0',
    'update outbox set created_at = now()',
    `insert into outbox (kind, audience, actor_user_id, other_user_id)
     values ('friend_request.accepted', 'people', '${alice}', '${bob}')`,
    'set role connections_app',
    'set role connections_facts',
    'create table public.scratch (id uuid)',
    'create schema scratch',
  ])('may not: %s', async (sql) => {
    await expect(removed(sql)).rejects.toThrow('permission denied')
  })

  it('ends no block that stands', async () => {
    await block(alice, bob)
    await admin.query(
      `insert into user_blocks (blocker_user_id, blocked_user_id, created_at, expires_at)
       values ($1, $2, now(), now() + interval '1 minute'), ($1, $3, now() - interval '2 hours', now() - interval '1 second')`,
      [bob, alice, carol],
    )
    expect(await removed('delete from user_blocks')).toBe(1)
  })

  it('removes no event that is fresh or waits', async () => {
    await admin.query('delete from outbox')
    await admin.query(
      `insert into outbox (kind, audience, actor_user_id, other_user_id, created_at)
       values ('follow.created', 'people', $1, $2, now() - interval '30 days 1 second')`,
      [alice, bob],
    )
    await dispatched('00000000-0000-4000-8000-000000000011', '13 days 23 hours 59 minutes')
    await dispatched('00000000-0000-4000-8000-000000000012', '14 days 1 second')
    expect(await removed('delete from outbox')).toBe(1)
  })

  it('removes no request that is open, accepted or young', async () => {
    const ids = [await requestFromCarol(), await requestFromCarol('close', 'accepted')]
    for (const id of ids)
      await admin.query(
        `update user_friend_requests set created_at = now() - interval '1 year' where id = $1`,
        [id],
      )
    expect(await removed('delete from user_friend_requests')).toBe(0)
    await admin.query(
      `update user_friend_requests set status = 'canceled', created_at = now() - interval '89 days', expires_at = now() - interval '1 second' where id = $1`,
      [ids[0]],
    )
    expect(await removed('delete from user_friend_requests')).toBe(0)
    await admin.query(
      `update user_friend_requests set created_at = now() - interval '90 days 1 second' where id = $1`,
      [ids[0]],
    )
    expect(await removed('delete from user_friend_requests')).toBe(1)
  })

  it('expires no request before its time, and does nothing else with one', async () => {
    const id = await requestFromCarol()
    const expire = `update user_friend_requests set status = 'expired'`
    expect(await removed(expire)).toBe(0)
    await admin.query(
      'update user_friend_requests set expires_at = now() - $1::interval where id = $2',
      ['1 second', id],
    )
    await worker.query('savepoint attempt')
    await expect(removed(`update user_friend_requests set status = 'canceled'`)).rejects.toThrow(
      'row-level security',
    )
    await worker.query('rollback to savepoint attempt')
    expect(await removed(expire)).toBe(1)
  })

  it('removes no link, quota use, rate limit or mark of a fact that still counts', async () => {
    await admin.query(
      `insert into contact_links (maker_user_id, token_hash, expires_at, revoked_at)
       values ($1, sha256('a'), null, null), ($1, sha256('b'), now() - interval '89 days', null),
              ($1, sha256('c'), now() + interval '1 day', now() - interval '89 days'),
              ($1, sha256('d'), null, now() - interval '90 days 1 second')`,
      [alice],
    )
    expect(await removed('delete from contact_links')).toBe(1)
    await admin.query(
      `insert into quota_uses (user_id, action, used_at)
       values ($1, 'requestFriend', now() - interval '47 hours'), ($1, 'requestFriend', now() - interval '48 hours 1 second')`,
      [alice],
    )
    expect(await removed('delete from quota_uses')).toBe(1)
    await admin.query(
      `insert into rate_limit_buckets (bucket, hits)
       values ('a', array[now() - interval '1 day', now() - interval '59 minutes']), ('b', array[now() - interval '1 hour 1 second'])`,
    )
    expect(await removed('delete from rate_limit_buckets')).toBe(1)
    await admin.query(
      `insert into game_facts (key, contents, recorded_at)
       values (sha256('a'), sha256(''), now() - interval '29 days'), (sha256('b'), sha256(''), now() - interval '30 days 1 second')`,
    )
    expect(await removed('delete from game_facts')).toBe(1)
  })
})

describe('insights', () => {
  const people = [
    'select * from insight_rollups',
    'select * from blocks_made',
    `select * from insight_of('activePeople', current_date - 30, current_date)`,
    'select * from insight_active_people(now(), now())',
    'select insights_begin()',
    `insert into blocks_made values (current_date, 0, 1)`,
  ]

  it.each(people)('are nothing for people: %s', async (sql) => {
    await become('connections_app', alice)
    await expect(ask(sql)).rejects.toThrow('permission denied')
  })

  it.each([
    'select * from blocks_made',
    'select * from insight_blocks(now(), now())',
    'delete from insight_rollups',
    `update insight_rollups set sums = '{}'`,
    `insert into insight_rollups values ('blocks', current_date, current_date, 10, '{}')`,
  ])('are only read by services: %s', async (sql) => {
    await become('connections_service')
    await expect(ask(sql)).rejects.toThrow('permission denied')
  })

  it.each([
    'select * from activity_days',
    'select * from blocks_made',
    'select * from insight_retention(now(), now())',
    `update insight_rollups set people = 1000`,
  ])('are sums for the worker, which reads nothing behind them: %s', async (sql) => {
    await expect(worker.query(sql)).rejects.toThrow('permission denied')
  })
})

describe('the owner of the tables', () => {
  it.each([
    [alice, bob],
    [bob, alice],
  ])('befriends nobody across a standing block either', async (blocker, blocked) => {
    await block(blocker, blocked)
    await expect(befriend(alice, bob)).rejects.toThrow('A block stands between the two')
    await admin.query(`update user_blocks set expires_at = now() - interval '1 second'`)
    await befriend(alice, bob)
    await expect(admin.query('update user_blocks set expires_at = null')).rejects.toThrow(
      'The two are friends',
    )
  })

  it('blocks somebody who is nobody’s friend, there or not', async () => {
    await befriend(alice, bob)
    await block(alice, carol)
    await block(alice, nobody)
  })
})
