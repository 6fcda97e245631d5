import pg from 'pg'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openClone } from '../support/clone.ts'

// Who may read the secrets of webhooks, and which rows the database refuses, whatever the service
// does.

const { admin, login, workerUrl } = await openClone()
const worker = new pg.Client({ connectionString: workerUrl })
await worker.connect()
afterAll(() => worker.end())

const alice = '00000000-0000-4000-8000-000000000001'
const bob = '00000000-0000-4000-8000-000000000002'
const endpoint = '00000000-0000-4000-9000-000000000001'
const event = '00000000-0000-4000-9000-000000000002'

const tables = ['webhook_endpoints', 'webhook_deliveries'] as const

const addEndpoint = `
  insert into webhook_endpoints (url, secret) values ('https://chat.example.com/', sha256('a'))`

beforeEach(async () => {
  await admin.query('delete from webhook_endpoints; delete from outbox')
  await admin.query(
    `insert into webhook_endpoints (id, url, secret) values ($1, 'https://chat.example.com/', sha256('a'))`,
    [endpoint],
  )
  await admin.query(
    `insert into outbox (id, kind, audience, actor_user_id, other_user_id)
     values ($1, 'follow.created', 'people', $2, $3)`,
    [event, alice, bob],
  )
  await admin.query(
    `insert into webhook_deliveries (endpoint_id, event_id, lower_user_id, upper_user_id, version)
     select $1, id, actor_user_id, other_user_id, version from outbox`,
    [endpoint],
  )
  for (const client of [login, worker]) await client.query('begin')
})

afterEach(async () => {
  for (const client of [login, worker]) await client.query('rollback')
})

describe.each(['connections_login', 'connections_app', 'connections_service'])('%s', (role) => {
  const statements = tables.flatMap((name) => {
    const table = `public.${name}`
    return [
      `select from ${table}`,
      `select * from ${table}`,
      `select count(*) from ${table}`,
      `update ${table} set state = state`,
      `delete from ${table}`,
      `insert into ${table} default values`,
      `truncate ${table}`,
      `copy ${table} to stdout`,
      `create view pg_temp.seen as select * from ${table}`,
    ]
  })

  it.each(statements)('may not: %s', async (sql) => {
    const set = role === 'connections_login' ? 'reset role' : `set local role ${role}`
    await login.query(`${set}; set local app.user_id = '${alice}'`)
    await expect(login.query(sql)).rejects.toThrow('permission denied')
  })
})

describe('nobody but connections_worker', () => {
  it('has a right on the two tables, but for the states that are counted for the metrics', async () => {
    const { rows } = await admin.query<{ who: string; what: string }>(
      `select grantee::text as who, privilege_type || ' ' || column_name as what
         from information_schema.role_column_grants
        where table_name = any ($1) and grantee not in ('connections_owner', 'connections_worker')
        group by 1, 2
        union
       select grantee::text, privilege_type from information_schema.role_table_grants
        where table_name = any ($1) and grantee not in ('connections_owner', 'connections_worker')`,
      [tables],
    )
    expect(rows).toEqual([{ who: 'connections_facts', what: 'SELECT state' }])
  })

  it('reaches a secret through a function or a view', async () => {
    const { rows } = await admin.query(
      `select proname as name from pg_proc
        where pronamespace = 'public'::regnamespace
          and prosrc ~ 'webhook_endpoints' and prosrc ~ '(secret|url|\\*\\s+from)'
        union all
       select viewname from pg_views where schemaname = 'public' and definition ~ 'webhook_'`,
    )
    expect(rows).toEqual([])
  })
})

describe('connections_worker', () => {
  it('adds, reads, changes and removes endpoints and deliveries', async () => {
    await worker.query('set local role connections_worker')
    expect((await worker.query('select secret from webhook_endpoints')).rowCount).toBe(1)
    expect((await worker.query(addEndpoint)).rowCount).toBe(1)
    for (const sql of [
      `update webhook_endpoints set failing_since = now()`,
      `update webhook_deliveries set attempts = 1`,
      `delete from webhook_deliveries`,
      `delete from webhook_endpoints`,
    ])
      expect((await worker.query(sql)).rowCount, sql).toBeGreaterThan(0)
  })

  it.each([
    'select from user_contacts',
    'select from user_profiles',
    'select from user_privacy_settings',
    `insert into user_blocks (blocker_user_id, blocked_user_id) values ('${alice}', '${bob}')`,
    `update outbox set kind = 'block.changed'`,
    `update outbox set actor_user_id = '${bob}'`,
    'set role connections_app',
    'set role connections_owner',
    'truncate webhook_deliveries',
    'alter table webhook_endpoints disable row level security',
  ])('may not: %s', async (sql) => {
    await worker.query('set local role connections_worker')
    await expect(worker.query(sql)).rejects.toThrow(/permission denied|must be owner/)
  })
})

describe('an endpoint', () => {
  it.each([
    ['a secret of 23 bytes', `update webhook_endpoints set secret = substr(sha256('a'), 1, 23)`],
    ['a secret of 65 bytes', `update webhook_endpoints set secret = sha512('a') || '1'`],
    ['no secret', 'update webhook_endpoints set secret = null'],
    [
      'an old secret of 23 bytes',
      `update webhook_endpoints set previous_secret = substr(sha256('a'), 1, 23), previous_secret_until = now()`,
    ],
    ['an old secret without an end', `update webhook_endpoints set previous_secret = sha256('b')`],
    ['an end without an old secret', `update webhook_endpoints set previous_secret_until = now()`],
    ['another protocol', `update webhook_endpoints set url = 'file:///etc/passwd'`],
    ['a longer URL', `update webhook_endpoints set url = rpad('https://', 2049, 'a')`],
    ['no kind at all', `update webhook_endpoints set kinds = '{}'`],
    ['another state', `update webhook_endpoints set state = 'paused'`],
    ['no moment of its end', `update webhook_endpoints set state = 'disabled'`],
    ['a moment of its end before it', `update webhook_endpoints set disabled_at = now()`],
  ])('cannot have %s', async (_what, sql) => {
    await expect(worker.query(sql)).rejects.toThrow(/violates (check|not-null) constraint/)
  })

  it('takes its deliveries along when it is removed, and leaves the events', async () => {
    await worker.query('delete from webhook_endpoints')
    expect((await worker.query('select from webhook_deliveries')).rowCount).toBe(0)
    expect((await worker.query('select from outbox')).rowCount).toBe(1)
  })
})

describe('a delivery', () => {
  it.each([
    ['another state', `update webhook_deliveries set state = 'sent'`],
    ['an end while it is pending', 'update webhook_deliveries set finished_at = now()'],
    ['no end when it was delivered', `update webhook_deliveries set state = 'delivered'`],
    ['no end when it was given up', `update webhook_deliveries set state = 'dead'`],
  ])('cannot have %s', async (_what, sql) => {
    await expect(worker.query(sql)).rejects.toThrow('violates check constraint')
  })

  it('is one for each event and endpoint, of an event and an endpoint that are there', async () => {
    const insert = (endpointId: string, eventId: string) =>
      worker.query(
        `insert into webhook_deliveries (endpoint_id, event_id, lower_user_id, upper_user_id, version)
         values ($1, $2, $3, $4, 1)`,
        [endpointId, eventId, alice, bob],
      )
    for (const [endpointId, eventId, why] of [
      [endpoint, event, 'webhook_deliveries_pkey'],
      [endpoint, alice, 'webhook_deliveries_event_id_fkey'],
      [alice, event, 'webhook_deliveries_endpoint_id_fkey'],
    ] as const) {
      await worker.query('savepoint attempt')
      await expect(insert(endpointId, eventId)).rejects.toThrow(why)
      await worker.query('rollback to savepoint attempt')
    }
  })
})
