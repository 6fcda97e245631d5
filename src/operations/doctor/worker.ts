import type pg from 'pg'
import { connected, NoConnection } from './connection.ts'
import { failed, type Found, note, ok } from './finding.ts'

/** Seconds after which a worker that was not seen is none, and events that wait are too many. */
const [silent, patience] = [60, 300]

/** How often two connections are compared. */
const rounds = 5

const variable = 'DATABASE_DIRECT_URL'

/**
 * Whether the worker's URL leads straight to Postgres, as the worker. Without one there is nothing
 * wrong with this service, but no worker can be run with its environment.
 */
export async function checkDirectUrl(directUrl: string | null): Promise<Found> {
  if (directUrl === null)
    return note(`${variable} is not set: needed where \`connections worker\` runs, not for serve`)
  try {
    return await connected(directUrl, variable, async (one) => {
      const role = await checkRole(one)
      if (role.state !== 'ok') return role
      return connected(directUrl, variable, (other) => checkPooler(one, other, role))
    })
  } catch (error) {
    if (!(error instanceof NoConnection)) throw error
    return failed(error.message, error.fix)
  }
}

async function checkRole(connection: pg.Client): Promise<Found> {
  const { rows } = await connection.query<{ name: string; strong: boolean; isWorker: boolean }>(
    // The owner may become the worker too.
    `select me.rolname as name, me.rolsuper or me.rolbypassrls as strong,
            coalesce(pg_has_role(me.oid, worker.oid, 'member'), false)
              and not exists (select from pg_class where relowner = me.oid) as "isWorker"
       from pg_roles as me
       left join pg_roles as worker on worker.rolname = 'connections_worker'
      where me.rolname = current_user`,
  )
  const [me] = rows
  if (me === undefined) throw new Error('pg_roles does not have the current role.')
  const fix = `use connections_worker in ${variable} (prisma/roles.sql creates it)`
  if (me.strong)
    return failed(`${me.name} bypasses row-level security, so it could remove anything`, fix)
  if (!me.isWorker) return failed(`logs in as ${me.name}, not as connections_worker`, fix)
  return ok(`${me.name} logs in, straight to Postgres`)
}

/**
 * A pooler in transaction mode hands the connection to Postgres that one client has just used to
 * the next one, although both are still connected.
 */
async function checkPooler(one: pg.Client, other: pg.Client, direct: Found): Promise<Found> {
  const [ofOne, ofOther] = [new Set<number>(), new Set<number>()]
  for (let round = 0; round < rounds; round++) {
    ofOne.add(await backendOf(one))
    ofOther.add(await backendOf(other))
  }
  const isOwn =
    ofOne.size === 1 && ofOther.size === 1 && ![...ofOne].some((pid) => ofOther.has(pid))
  return isOwn
    ? direct
    : failed(
        `${variable} goes through a pooler in transaction mode`,
        `set ${variable} to the address of Postgres itself`,
      )
}

async function backendOf(connection: pg.Client): Promise<number> {
  const { rows } = await connection.query<{ pid: number }>('select pg_backend_pid() as pid')
  return rows[0]?.pid ?? 0
}

/** Whether a worker runs on this database, and keeps up. */
export async function checkWorker(database: pg.Client): Promise<Found[]> {
  const { waiting, oldest, dead, disabled, seen } = await selectBacklog(database)
  const run = 'run `connections worker`; its log says what is wrong'
  if (oldest > patience)
    return [
      failed(
        `${waiting} events wait to be dispatched, the oldest for ${Math.round(oldest / 60)} min; ${seenIn(seen)}`,
        run,
      ),
    ]
  const there =
    seen !== null && seen <= silent
      ? ok(seenIn(seen))
      : note(`${seenIn(seen)}; events wait for one`)
  const lost = [
    ...(dead === 0 ? [] : [`${dead} deliveries failed for good (\`connections events dead\`)`]),
    ...(disabled === 0
      ? []
      : [`${disabled} webhook endpoints are disabled (\`connections webhooks list\`)`]),
  ]
  return [there, ...lost.map(note)]
}

function seenIn(seconds: number | null): string {
  if (seconds === null) return 'no worker has run on this database yet'
  return seconds <= silent
    ? `a worker was seen ${Math.round(seconds)} s ago`
    : `no worker was seen for ${Math.round(seconds / 60)} min`
}

interface Counted {
  readonly waiting: number
  readonly oldest: number
  readonly dead: number
  readonly disabled: number
  readonly seen: number | null
}

async function selectBacklog(database: pg.Client): Promise<Counted> {
  try {
    await database.query('begin; set local role connections_service')
    const { rows } = await database.query<Counted>(
      'select waiting, oldest_seconds as oldest, dead, disabled, seen_seconds as seen from event_backlog()',
    )
    if (rows[0] === undefined) throw new Error('A statement that always has a row had none.')
    return rows[0]
  } finally {
    await database.query('rollback')
  }
}
