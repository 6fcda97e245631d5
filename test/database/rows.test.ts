import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openClone } from '../support/clone.ts'

/**
 * What SQL alone answers to somebody who has the login's password: the service is not in between
 * here.
 */
const { admin, login, loginUrl } = await openClone()

const alice = '00000000-0000-4000-8000-000000000001'
const bob = '00000000-0000-4000-8000-000000000002'
const carol = '00000000-0000-4000-8000-000000000003'

const denied = 'permission denied'
const violated = 'violates row-level security policy'

beforeEach(async () => {
  await admin.query('delete from users')
  await admin.query('insert into users (id) values ($1), ($2), ($3)', [alice, bob, carol])
  await admin.query(
    'insert into user_contacts (owner_user_id, contact_user_id) values ($1, $2), ($2, $3)',
    [alice, bob, carol],
  )
  await login.query('begin')
})

afterEach(async () => {
  await login.query('rollback')
})

/** Goes on as this role, for this person. */
async function become(role: string, person = ''): Promise<void> {
  await login.query(`set local role ${role}; set local app.user_id = '${person}'`)
}

const ask = async (sql: string) => (await login.query<Record<string, unknown>>(sql)).rows
const change = async (sql: string) => (await login.query(sql)).rowCount
const lists = 'select owner_user_id as owner, contact_user_id as contact from user_contacts'
const add = (owner: string, contact: string) =>
  `insert into user_contacts (owner_user_id, contact_user_id) values ('${owner}', '${contact}')`

describe('the login, before it becomes anybody', () => {
  it.each([
    'select from public.users',
    'select from public.user_contacts',
    'select public.visible_users(array[]::uuid[])',
  ])('may not ask: %s', async (sql) => {
    await expect(ask(sql)).rejects.toThrow(denied)
  })

  it.each(['connections_owner', 'connections_facts', 'postgres'])(
    'cannot become %s',
    async (role) => {
      await expect(become(role)).rejects.toThrow(denied)
    },
  )
})

describe('a transaction that nobody has put a name to', () => {
  beforeEach(() => become('connections_app'))

  it('sees no person and no contact', async () => {
    expect(await ask('select id from users')).toEqual([])
    expect(await ask(lists)).toEqual([])
  })

  it('sees none either in a session in which no name was ever set', async () => {
    const fresh = new pg.Client({ connectionString: loginUrl })
    await fresh.connect()
    await fresh.query('begin; set local role connections_app')
    const { rows } = await fresh.query(lists)
    await fresh.end()
    expect(rows).toEqual([])
  })

  it('adds no person', async () => {
    const sql = `insert into users (id) values ('${crypto.randomUUID()}')`
    await expect(change(sql)).rejects.toThrow(violated)
  })

  it('adds no contact', async () => {
    await expect(change(add(alice, carol))).rejects.toThrow(violated)
  })

  it('changes and removes nothing', async () => {
    expect(await change('update user_contacts set updated_at = now()')).toBe(0)
    expect(await change('delete from user_contacts')).toBe(0)
  })
})

describe('alice', () => {
  beforeEach(() => become('connections_app', alice))

  it('reads her own contacts and nobody else’s', async () => {
    expect(await ask(lists)).toEqual([{ owner: alice, contact: bob }])
    expect(await ask(`${lists} where owner_user_id = '${bob}'`)).toEqual([])
  })

  it('cannot tell who keeps her as a contact', async () => {
    await admin.query(add(carol, alice))
    expect(await ask(`${lists} where contact_user_id = '${alice}'`)).toEqual([])
  })

  it('adds a contact for herself', async () => {
    expect(await change(add(alice, carol))).toBe(1)
  })

  it('adds none for bob', async () => {
    await expect(change(add(bob, alice))).rejects.toThrow(violated)
  })

  it('gets the same answer for bob’s list whether the contact is in it or not', async () => {
    const answers = []
    for (const contact of [carol, alice]) {
      await login.query('savepoint attempt')
      answers.push(await change(add(bob, contact)).catch((error: unknown) => String(error)))
      await login.query('rollback to savepoint attempt')
    }
    expect(answers[0]).toBe(answers[1])
  })

  it('moves the time of the last adding, on her own rows', async () => {
    expect(await change(`update user_contacts set updated_at = now() + interval '1 s'`)).toBe(1)
  })

  it.each([
    ['whose contact it is', `owner_user_id = '${bob}'`],
    ['who the contact is', `contact_user_id = '${carol}'`],
    ['when it was first added', `created_at = now() - interval '1 y'`],
  ])('cannot change %s', async (_what, assignment) => {
    await expect(change(`update user_contacts set ${assignment}`)).rejects.toThrow(denied)
  })

  it('chooses no time of adding when she adds', async () => {
    const sql = `insert into user_contacts (owner_user_id, contact_user_id, created_at)
                 values ('${alice}', '${carol}', now())`
    await expect(change(sql)).rejects.toThrow(denied)
  })

  it('removes her own contact, and finds none of bob’s to remove', async () => {
    expect(await change(`delete from user_contacts where owner_user_id = '${bob}'`)).toBe(0)
    expect(await change('delete from user_contacts')).toBe(1)
  })

  it.each(['truncate user_contacts', 'truncate users cascade', 'drop table user_contacts'])(
    'may not %s',
    async (sql) => {
      await expect(change(sql)).rejects.toThrow(/permission denied|must be owner/)
    },
  )

  it('cannot change, remove or invent a person', async () => {
    for (const sql of [`update users set id = id`, `delete from users`]) {
      await login.query('savepoint attempt')
      await expect(change(sql)).rejects.toThrow(denied)
      await login.query('rollback to savepoint attempt')
    }
    const sql = `insert into users (id) values ('${crypto.randomUUID()}')`
    await expect(change(sql)).rejects.toThrow(violated)
  })

  it('does not learn when bob came here', async () => {
    await expect(ask('select created_at from users')).rejects.toThrow(denied)
  })

  it('cannot look at the migrations, nor turn row security off', async () => {
    await login.query('savepoint attempt')
    await expect(ask('select * from _prisma_migrations')).rejects.toThrow(denied)
    await login.query('rollback to savepoint attempt')
    await login.query('set local row_security = off')
    await expect(ask(lists)).rejects.toThrow('would be affected by row-level security')
  })
})

describe('contact links', () => {
  const hash = "sha256('a token')"
  const columns = 'id, maker_user_id, label, expires_at, max_uses, uses, last_used_at, revoked_at'
  const make = (maker: string, max: number | null = null) =>
    `insert into contact_links (maker_user_id, token_hash, max_uses) values ('${maker}', ${hash}, ${String(max)})`
  const find = `select maker, can_be_consumed from find_contact_links(array[${hash}])`
  const use = `select use_contact_link(${hash}) as used`
  const session = `select holds_link from my_pair_states(array['${alice}']::uuid[])`

  it('are read by their maker and by services, and by nobody else', async () => {
    await admin.query(make(alice))
    const own = `select maker_user_id as maker, label, max_uses, uses from contact_links`
    const alices = [{ maker: alice, label: null, max_uses: null, uses: 0 }]
    for (const [role, person, rows] of [
      ['connections_app', alice, alices],
      ['connections_app', bob, []],
      ['connections_app', '', []],
      ['connections_service', '', alices],
    ] as const) {
      await become(role, person)
      expect(await ask(own)).toEqual(rows)
      await login.query('reset role')
    }
  })

  it.each(['connections_app', 'connections_service'])(
    'show no hash to %s, neither by reading nor by asking which link has it',
    async (role) => {
      await admin.query(make(alice))
      await become(role, alice)
      for (const sql of [
        'select token_hash from contact_links',
        'select * from contact_links',
        `select ${columns} from contact_links where token_hash = ${hash}`,
        `update contact_links set revoked_at = now() returning token_hash`,
      ]) {
        await login.query('savepoint attempt')
        await expect(ask(sql), sql).rejects.toThrow(denied)
        await login.query('rollback to savepoint attempt')
      }
    },
  )

  it('are made for oneself, without a past', async () => {
    await become('connections_app', alice)
    expect(await change(make(alice))).toBe(1)
    await login.query('savepoint attempt')
    await expect(change(make(bob))).rejects.toThrow(violated)
    await login.query('rollback to savepoint attempt')
    const used = `insert into contact_links (maker_user_id, token_hash, uses) values ('${alice}', sha256('more'), 1)`
    await expect(change(used)).rejects.toThrow(violated)
  })

  it('are kept with 32 bytes of hash, each once', async () => {
    await become('connections_app', alice)
    await login.query('savepoint attempt')
    await expect(change(make(alice).replace(hash, `'token'`))).rejects.toThrow(
      'a_token_is_kept_as_sha_256',
    )
    await login.query('rollback to savepoint attempt')
    await change(make(alice))
    await expect(change(make(alice))).rejects.toThrow('contact_links_token_hash_key')
  })

  it('are revoked by their maker, for good, and changed in no other way', async () => {
    await admin.query(make(alice))
    await become('connections_app', bob)
    expect(await change('update contact_links set revoked_at = now()')).toBe(0)
    await become('connections_app', alice)
    expect(await change('update contact_links set revoked_at = now()')).toBe(1)
    expect(await change('update contact_links set revoked_at = null')).toBe(0)
    for (const sql of [
      'update contact_links set uses = 0',
      'update contact_links set max_uses = null',
      'update contact_links set expires_at = null',
      `update contact_links set maker_user_id = '${bob}'`,
      'delete from contact_links',
    ]) {
      await login.query('savepoint attempt')
      await expect(change(sql), sql).rejects.toThrow(denied)
      await login.query('rollback to savepoint attempt')
    }
  })

  it.each([
    ['their maker', 'connections_app', alice],
    ['who used them', 'connections_app', bob],
    ['services', 'connections_service', ''],
  ])('keep to themselves who has used them: %s included', async (_who, role, person) => {
    await admin.query(make(alice))
    await become('connections_app', bob)
    expect(await ask(use)).toEqual([{ used: true }])
    await become(role, person)
    for (const sql of [
      'select from contact_link_uses',
      'delete from contact_link_uses',
      `insert into contact_link_uses (link_id, user_id, maker_user_id) select id, '${bob}', '${alice}' from contact_links`,
    ]) {
      await login.query('savepoint attempt')
      await expect(ask(sql), sql).rejects.toThrow(denied)
      await login.query('rollback to savepoint attempt')
    }
  })

  it('are found by their hash alone, by a person, unless the maker is hidden from them', async () => {
    await admin.query(make(alice))
    await become('connections_app', bob)
    expect(await ask(find)).toEqual([{ maker: alice, can_be_consumed: true }])
    expect(await ask(find.replace('a token', 'another'))).toEqual([])
    for (const [blocker, blocked] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      await admin.query(
        `insert into user_blocks (blocker_user_id, blocked_user_id) values ('${blocker}', '${blocked}')`,
      )
      expect(await ask(find)).toEqual([])
      expect(await ask(use)).toEqual([{ used: false }])
      await admin.query('delete from user_blocks')
    }
    await become('connections_app')
    expect(await ask(find)).toEqual([])
    expect(await ask(use)).toEqual([{ used: false }])
    await become('connections_service')
    await expect(ask(find)).rejects.toThrow(denied)
  })

  it('count no use beyond their limit, nor their maker’s own', async () => {
    await admin.query(make(alice, 1))
    await become('connections_app', alice)
    expect(await ask(use)).toEqual([{ used: false }])
    await become('connections_app', bob)
    for (let time = 0; time < 2; time++) expect(await ask(use)).toEqual([{ used: true }])
    await become('connections_app', carol)
    expect(await ask(use)).toEqual([{ used: false }])
    await expect(
      admin.query('update contact_links set uses = 2, last_used_at = now()'),
    ).rejects.toThrow('uses_never_exceed_the_limit')
  })

  it('let only the people who used them ask, and only where a setting would refuse', async () => {
    await admin.query(make(alice))
    await become('connections_app', bob)
    await ask(use)
    expect(await ask(session)).toEqual([{ holds_link: false }])
    await admin.query(
      `insert into user_privacy_settings (user_id, allow_friend_requests) values ('${alice}', 'nobody')`,
    )
    expect(await ask(session)).toEqual([{ holds_link: true }])
    await become('connections_app', carol)
    expect(await ask(session)).toEqual([{ holds_link: false }])
    await become('connections_app', bob)
    await ask(`select forget_link_uses('${alice}')`)
    expect(await ask(session)).toEqual([{ holds_link: false }])
  })
})

describe('a service', () => {
  beforeEach(() => become('connections_service'))

  it('reads everybody’s contacts', async () => {
    expect(await ask(`${lists} order by 1`)).toEqual([
      { owner: alice, contact: bob },
      { owner: bob, contact: carol },
    ])
  })

  it.each([
    ['add', add(alice, carol)],
    ['change', 'update user_contacts set updated_at = now()'],
    ['remove', 'delete from user_contacts'],
  ])('cannot %s one', async (_verb, sql) => {
    await expect(change(sql)).rejects.toThrow(denied)
  })

  it('registers people, and cannot remove them', async () => {
    expect(await change(`insert into users (id) values ('${crypto.randomUUID()}')`)).toBe(1)
    await expect(change('delete from users')).rejects.toThrow(denied)
  })
})

describe('whoever asks', () => {
  it('is nobody’s own contact', async () => {
    await become('connections_app', alice)
    await expect(change(add(alice, alice))).rejects.toThrow('nobody_is_their_own_contact')
  })

  it('meets row security as the owner of the tables too', async () => {
    await admin.query('begin; set local role connections_owner')
    const { rowCount } = await admin.query('select from user_contacts')
    await admin.query('rollback')
    expect(rowCount).toBe(0)
  })

  it('is forgotten when the transaction ends, so that the next one on the connection is nobody again', async () => {
    await become('connections_app', alice)
    await login.query('commit; begin')
    await expect(ask('select from public.user_contacts')).rejects.toThrow(denied)
    await login.query('rollback; begin; set local role connections_app')
    expect(await ask(lists)).toEqual([])
  })

  it('is held to deadlines', async () => {
    const settings = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']
    const values = settings.map((name) => `current_setting('${name}') as ${name}`).join()
    expect(await ask(`select ${values}`)).toEqual([
      {
        statement_timeout: '2s',
        lock_timeout: '500ms',
        idle_in_transaction_session_timeout: '10s',
      },
    ])
  })
})

describe('names and profiles, to alice in SQL', () => {
  beforeEach(async () => {
    await admin.query(
      `insert into usernames (user_id, name) values ($1, 'alice'), ($2, 'bobby'), ($3, 'carol')`,
      [alice, bob, carol],
    )
    await admin.query(
      `insert into user_profiles (user_id, display_name, display_words)
       values ($1, 'Alice', '{alice}'), ($2, 'Bob', '{bob}')`,
      [alice, bob],
    )
    await admin.query(
      `insert into user_blocks (blocker_user_id, blocked_user_id) values ($1, $2)`,
      [carol, alice],
    )
    await become('connections_app', alice)
  })

  it('show her own rows and nobody else’s', async () => {
    expect(await ask('select name from usernames')).toEqual([{ name: 'alice' }])
    expect(await ask('select display_name from user_profiles')).toEqual([{ display_name: 'Alice' }])
  })

  it('show of others what the functions show: nothing across a block', async () => {
    const summaries = `select username, display_name from user_summaries(array['${bob}', '${carol}']::uuid[])`
    expect(await ask(summaries)).toEqual([
      { username: 'bobby', display_name: 'Bob' },
      { username: null, display_name: null },
    ])
    const names = `select name from find_by_usernames(array['bobby', 'carol'])`
    expect(await ask(names)).toEqual([{ name: 'bobby' }])
  })

  it.each([
    `insert into usernames (user_id, name) values ('${bob}', 'alicia')`,
    `update usernames set name = 'alicia'`,
    'delete from usernames',
    'select from username_holds',
    'select from user_profile_words',
    'select from rate_limit_buckets',
    'delete from user_profiles',
    `update user_profiles set user_id = '${carol}'`,
  ])('may not: %s', async (sql) => {
    await expect(ask(sql)).rejects.toThrow(denied)
  })

  it('let her write her own profile, and no other', async () => {
    expect(await change(`update user_profiles set bio = 'x' where user_id = '${alice}'`)).toBe(1)
    expect(await change(`update user_profiles set bio = 'x' where user_id = '${bob}'`)).toBe(0)
    const insert = `insert into user_profiles (user_id, bio) values ('${carol}', 'x')`
    await expect(change(insert)).rejects.toThrow(violated)
  })

  it.each([
    [`update user_profiles set display_name = repeat('x', 65)`, 'a_display_name_is_short'],
    [`update user_profiles set bio = repeat('x', 281)`, 'a_bio_is_short'],
    [`update user_profiles set avatar_url = 'http://example.com'`, 'an_avatar_is_at_https'],
    [`update user_profiles set city = ''`, 'a_city_is_short'],
    [`update user_profiles set region = ''`, 'a_region_is_short'],
    [
      `update user_profiles set sport_preferences = array_fill('x'::text, array[21])`,
      'sports_are_few',
    ],
    [`select claim_username('Not Canonical', '1 day', 3)`, 'a_username_is_canonical'],
  ])('are kept to their form by the database: %s', async (sql, constraint) => {
    await expect(ask(sql)).rejects.toThrow(constraint)
  })
})
