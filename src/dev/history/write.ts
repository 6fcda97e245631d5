import { setImmediate as letOthers } from 'node:timers/promises'
import pg from 'pg'
import { wovenIds } from './demo-people.ts'
import { type History, type HistoryOptions, inventInSteps, standard } from './history.ts'
import { personId } from './people.ts'
import type { Row, TableRows } from './rows/rows.ts'

/** What was written. */
export interface WrittenHistory {
  /** Without the demo people. */
  readonly people: number
  readonly rows: number
  readonly history: History
}

interface WriteOptions extends HistoryOptions {
  /** Ends a connection of its own, with nothing written. */
  readonly signal?: AbortSignal
}

/**
 * Writes a history into a database of the service, in one transaction, under all constraints. It
 * leaves no events: nobody is told of what is long past. Demo people who are not there have no part
 * in it.
 * @param database as a superuser, for row security lets nobody else write what others did: its URL,
 * or a client that is in no transaction
 * @returns null if somebody of this history is there already: nothing is written then
 */
export async function writeHistory(
  database: pg.Client | string,
  options: WriteOptions = {},
): Promise<WrittenHistory | null> {
  if (typeof database !== 'string') return write(database, options)
  const client = new pg.Client({ connectionString: database })
  options.signal?.throwIfAborted()
  await client.connect()
  // Cuts off the statement that is under way.
  const cutOff = () => void client.end()
  options.signal?.addEventListener('abort', cutOff)
  return write(client, options).finally(() => {
    options.signal?.removeEventListener('abort', cutOff)
    return client.end()
  })
}

async function write(client: pg.Client, options: WriteOptions): Promise<WrittenHistory | null> {
  if (await isThere(client, options)) return null
  const history = await invent(options)
  const { tables, world } = history
  const absent = await absentDemoPeople(client)
  const present = tables.map(({ table, rows }) => ({
    table,
    rows: absent.size === 0 ? rows : rows.filter((row) => !isAbout(row, absent)),
  }))
  await client.query('begin')
  try {
    for (const one of present) await insert(client, one)
    await client.query(countFollows)
    await client.query(forgetComputed)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  }
  // Plans that were made for an empty database would be slow.
  await client.query('analyze')
  return {
    people: world.members.length - wovenIds.size,
    rows: present.reduce((sum, { rows }) => sum + rows.length, 0),
    history,
  }
}

/** What was rolled up and suggested before knows nothing of all this. The worker does it anew. */
const forgetComputed = `
  delete from insight_rollups;
  delete from user_similarity;
  delete from similarity_runs;
  update worker_tasks set due_at = now() where name like 'compute-suggestions%'`

async function isThere(client: pg.Client, options: HistoryOptions): Promise<boolean> {
  const { seed, people } = { ...standard, ...options }
  const ids = Array.from({ length: people }, (_none, place) => personId(seed, place))
  const found = await client.query('select from users where id = any ($1::uuid[]) limit 1', [ids])
  return found.rowCount === 1
}

/** The history of these options. Ctrl-C is heard meanwhile. */
export async function invent(options: WriteOptions): Promise<History> {
  const steps = inventInSteps(options)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    await letOthers()
    options.signal?.throwIfAborted()
  }
}

async function absentDemoPeople(client: pg.Client): Promise<Set<unknown>> {
  const { rows } = await client.query<{ id: string }>(
    'select id from unnest($1::uuid[]) as person (id) where id not in (select id from users)',
    [[...wovenIds]],
  )
  return new Set(rows.map(({ id }) => id))
}

function isAbout(row: Row, people: ReadonlySet<unknown>): boolean {
  return Object.values(row).some((value) => people.has(value))
}

/**
 * The demo people are there already, and have been for longer than the database says. A username
 * that somebody has claimed by now stays theirs.
 */
const conflicts: Readonly<Record<string, string>> = {
  users: 'on conflict (id) do update set created_at = least(users.created_at, excluded.created_at)',
  usernames: 'on conflict do nothing',
}

/**
 * Tables whose triggers would do nothing but cost a third of the time: followers are counted in one
 * statement, and each request says itself whether it came quietly.
 */
const withoutTriggers: readonly string[] = ['user_follows', 'user_friend_requests']

const rowsAtOnce = 20_000

async function insert(client: pg.Client, { table, rows }: TableRows): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}).join(', ')
  const isSilent = withoutTriggers.includes(table)
  if (isSilent) await client.query(`alter table ${table} disable trigger user`)
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    await client.query(
      `insert into ${table} (${columns})
       select ${columns} from json_populate_recordset(null::${table}, $1) ${conflicts[table] ?? ''}`,
      [JSON.stringify(rows.slice(from, from + rowsAtOnce))],
    )
  }
  if (isSilent) await client.query(`alter table ${table} enable trigger user`)
}

const countFollows = `
  insert into user_counters (user_id, followers, following)
  select person.id, count(*) filter (where person.id = follow.target_user_id),
         count(*) filter (where person.id = follow.follower_user_id)
    from user_follows as follow
   cross join lateral (values (follow.target_user_id), (follow.follower_user_id)) as person (id)
   group by person.id
      on conflict (user_id) do update set followers = excluded.followers, following = excluded.following`
