import type pg from 'pg'
import { countingPoolSize } from '../../database/pool-size.ts'
import { failed, type Found, ok } from './finding.ts'

/** The oldest Postgres that the migrations run on. */
const oldest = 15

/** The seconds by which the clocks of the database and of this process may differ. */
const clockTolerance = 2

export async function checkVersion(database: pg.Client): Promise<Found> {
  const [row] = await ask<{ version: string }>(
    database,
    "select current_setting('server_version_num') as version",
  )
  const major = Math.floor(Number(row?.version) / 10_000)
  const server = `${database.host}:${database.port}`
  return major >= oldest
    ? ok(`answers at ${server}, version ${major}`)
    : failed(
        `${server} is version ${major}; ${oldest} is needed`,
        `upgrade it to ${oldest} or newer`,
      )
}

/**
 * Whether whoever we logged in as owns nothing, has no rights but what it asks for, and may become
 * the two roles.
 */
export async function checkLogin(database: pg.Client): Promise<Found> {
  const [me] = await ask<Login>(database, loginQuery)
  if (me === undefined) throw new Error('pg_roles does not have the current role.')
  if (me.super)
    return failed(
      `${me.name} is a superuser: row-level security does not apply to it`,
      logInAsLogin,
    )
  if (me.owned > 0) {
    return failed(`${me.name} owns ${me.owned} objects, so it is not the login role`, logInAsLogin)
  }
  if (me.powers.length > 0) {
    const words = me.powers.join(' ').toLowerCase()
    return failed(
      `${me.name} has attributes that it must not have: ${me.powers.join(', ')}`,
      `alter role ${me.name} ${words.replace(/(\w+)/g, 'no$1')}`,
    )
  }
  if (me.inherits.length > 0) {
    const roles = me.inherits.join(', ')
    return failed(
      `${me.name} inherits the rights of ${roles} in every statement`,
      `grant ${roles} to ${me.name} with inherit false, set true`,
    )
  }
  if (me.refused.length > 0) {
    const roles = me.refused.join(', ')
    return failed(
      `${me.name} cannot SET ROLE to ${roles}`,
      `grant ${roles} to ${me.name} with inherit false, set true`,
    )
  }
  return ok(`${me.name} owns nothing, inherits nothing, can SET ROLE to both roles`)
}

const logInAsLogin =
  'use connections_login in DATABASE_URL (prisma/roles.sql creates it); the owner belongs in DATABASE_OWNER_URL'

interface Login {
  readonly name: string
  readonly super: boolean
  readonly owned: number
  readonly powers: readonly string[]
  readonly inherits: readonly string[]
  readonly refused: readonly string[]
}

const loginQuery = `
  select me.rolname as name,
         me.rolsuper as super,
         (select count(*)::int from pg_shdepend
           where refclassid = 'pg_authid'::regclass and refobjid = me.oid and deptype = 'o') as owned,
         array_remove(array[
           case when me.rolbypassrls then 'BYPASSRLS' end, case when me.rolcreaterole then 'CREATEROLE' end,
           case when me.rolcreatedb then 'CREATEDB' end, case when me.rolreplication then 'REPLICATION' end], null) as powers,
         array(select rolname::text from pg_roles
                where oid <> me.oid and pg_has_role(me.oid, oid, 'usage') order by 1) as inherits,
         array(select rolname::text from pg_roles
                where rolname in ('connections_app', 'connections_service')
                  and not pg_has_role(me.oid, oid, case
                            when current_setting('server_version_num')::int < 160000 then 'member' else 'set' end)
                order by 1) as refused
    from pg_roles as me
   where me.rolname = current_user`

/**
 * Whether the roles of prisma/roles.sql are there, and none of them is let past row-level security.
 */
export async function checkRoles(database: pg.Client): Promise<Found> {
  const fix =
    'as a superuser, in this database: psql -f prisma/roles.sql (`connections migrate` does it if the owner has CREATEROLE)'
  const roles = await ask<{ name: string; strong: boolean | null }>(
    database,
    `select name, rolsuper or rolbypassrls as strong
       from unnest(array['connections_app', 'connections_service', 'connections_facts', 'connections_login',
                         'connections_worker'])
            with ordinality as wanted (name, place)
       left join pg_roles on rolname = name
      order by place`,
  )
  const missing = roles.filter(({ strong }) => strong === null).map(({ name }) => name)
  if (missing.length > 0) return failed(`missing: ${missing.join(', ')}`, fix)
  const strong = roles.filter((role) => role.strong === true).map(({ name }) => name)
  if (strong.length > 0) {
    return failed(
      `row-level security does not apply to ${strong.join(', ')}`,
      strong.map((name) => `alter role ${name} nosuperuser nobypassrls`).join('; '),
    )
  }
  const makers = await ask<{ role: string; what: string; fix: string }>(database, makersQuery)
  if (makers.length > 0) {
    return failed(
      `${makers.map(({ role, what }) => `${role} can create ${what}`).join(', ')}, which could shadow the tables of this service`,
      `as the owner of the database: ${makers.map((maker) => maker.fix).join('; ')}`,
    )
  }
  return ok('all five exist, and none can create objects')
}

/**
 * Who could make a table or a type that stands in front of ours; everybody has `temporary` until
 * somebody takes it away.
 */
const makersQuery = `
  select case role when 'public' then 'every role' else role end as role, what,
         format('revoke %s on %s from %I', privilege, place, role) as fix
    from unnest(array['public', 'connections_app', 'connections_service', 'connections_facts', 'connections_login',
                      'connections_worker'])
         with ordinality as roles (role, nth)
   cross join lateral (values
           ('temporary', format('database %I', current_database()), 'temporary tables',
            has_database_privilege(role, current_database(), 'temporary'),
            has_database_privilege('public', current_database(), 'temporary')),
           ('create', 'schema public', 'tables',
            has_schema_privilege(role, 'public', 'create'), has_schema_privilege('public', 'public', 'create'))
         ) as rights (privilege, place, what, has, everybody_has)
   where has and (role = 'public' or not everybody_has)
   order by nth, what`

/**
 * Whether the database ends what takes too long: the service itself cannot end a wait for a lock.
 */
export async function checkDeadlines(database: pg.Client): Promise<Found> {
  const rows = await ask<{ name: string; value: string }>(
    database,
    `select name, current_setting(name) as value
       from unnest(array['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']) as name`,
  )
  const missing = rows.filter(({ value }) => value === '0')
  if (missing.length === 0) return ok(rows.map(({ name, value }) => `${name} ${value}`).join(', '))
  const [me] = await ask<Login>(database, loginQuery)
  // An owner needs none: they would cut its migrations off.
  const isOwner = me === undefined || me.super || me.owned > 0
  return failed(
    `${missing.map(({ name }) => name).join(', ')}: not set, so a statement can hold a connection forever`,
    isOwner
      ? logInAsLogin
      : missing
          .map(({ name }) => `alter role ${me.name} set ${name} = '${standard[name]}'`)
          .join('; '),
  )
}

/** As prisma/roles.sql sets them. */
const standard: Readonly<Record<string, string>> = {
  statement_timeout: '2s',
  lock_timeout: '500ms',
  idle_in_transaction_session_timeout: '10s',
}

/**
 * Whether database and process have the same time: tokens are judged by the one, expiry and quotas
 * by the other.
 */
export async function checkClock(database: pg.Client): Promise<Found> {
  const sent = Date.now()
  const [row] = await ask<{ now: number }>(
    database,
    'select extract(epoch from clock_timestamp())::float8 * 1000 as now',
  )
  const middle = (sent + Date.now()) / 2
  const seconds = ((row?.now ?? Number.NaN) - middle) / 1000
  if (Math.abs(seconds) <= clockTolerance) return ok('database and process have the same time')
  return failed(
    `the database is ${Math.abs(seconds).toFixed(1)} s ${seconds > 0 ? 'ahead of' : 'behind'} this process`,
    'synchronize both machines with a time server (NTP)',
  )
}

/** Whether the server has room for the connections that one process opens. */
export async function checkPool(database: pg.Client, poolSize: number): Promise<Found> {
  const [row] = await ask<{ room: number }>(
    database,
    `select least(
              current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                - coalesce(current_setting('reserved_connections', true)::int, 0),
              (select nullif(rolconnlimit, -1) from pg_roles where rolname = current_user),
              (select nullif(datconnlimit, -1) from pg_database where datname = current_database())) as room`,
  )
  const [needed, room] = [poolSize + countingPoolSize(poolSize), row?.room ?? 0]
  return needed <= room
    ? ok(
        `a process opens at most ${needed} of ${room} connections: room for ${Math.floor(room / needed)} processes`,
      )
    : failed(
        `a process opens up to ${needed} connections, but the server allows it ${room}`,
        'lower DATABASE_POOL_SIZE, or raise max_connections (or the limit of the role or the database)',
      )
}

async function ask<Row extends pg.QueryResultRow>(
  database: pg.Client,
  question: string,
): Promise<Row[]> {
  return (await database.query<Row>(question)).rows
}
