import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { cloneDatabase, dropDatabase } from '../../src/dev/database.ts'
import { startIssuer } from '../support/issuer.ts'
import { identityOf } from './cast.ts'
import { readCursors } from './cursors.ts'
import type { Answering, AskerName } from './question.ts'
import { openReference, type ReportUnexpected } from './reference.ts'
import { openServed, type Served } from './served.ts'
import { now, story, type Tokens } from './story.ts'
import { unlimitedQuotas, unlimitedTime } from './unlimited.ts'

/** Two copies of one world: one behind the service in production, one behind graphql-js. */
export interface Pair {
  readonly served: Served
  readonly reference: Answering
  /** Names of the tables in which the two are not alike any more. */
  readonly differingTables: () => Promise<string[]>
  /** Ids of friend requests and of contact links, as they are now. */
  readonly ids: () => Promise<{ readonly requests: string[]; readonly links: string[] }>
  readonly close: () => Promise<void>
}

export interface Worlds {
  readonly tokens: Tokens
  /** Cursors of the lists of the first people, by field. */
  readonly cursors: ReadonlyMap<string, readonly string[]>
  readonly openPair: () => Promise<Pair>
  readonly close: () => Promise<void>
}

/**
 * Lives through the story once, so that pairs of its last day can be had by the dozen.
 * @param template a migrated database that nobody is connected to
 */
export async function openTestServices(
  superuserUrl: string,
  template: string,
  onUnexpected: ReportUnexpected = () => undefined,
): Promise<Worlds> {
  const origin = `proof_${randomUUID()}`
  const urls = await cloneDatabase(superuserUrl, template, origin)
  const tokens: Tokens = []
  const cursors = new Map<string, string[]>()
  await asAdmin(superuserUrl, origin, async (admin) => {
    await admin.query(await readFile(join(import.meta.dirname, 'fixed-clock.sql'), 'utf8'))
    await admin.query(unlimitedQuotas)
    await admin.query(unlimitedTime(pg.escapeIdentifier(origin)))
    const onDay = async (at: string, live: (reference: Answering) => Promise<void>) => {
      await setClock(admin, origin, at)
      // Only new connections see the new day.
      const reference = openReference(urls.loginUrl, identityOf)
      await live(reference)
      await reference.close()
    }
    for (const { at, steps } of story) {
      await onDay(at, async (reference) => {
        for (const step of steps) await step({ reference, admin, tokens })
      })
    }
    await onDay(now, async (reference) => {
      for (const [field, found] of await readCursors(reference)) cursors.set(field, found)
    })
    await forgetCalls(admin)
  })
  const issuer = await startIssuer()
  const known = new Map<AskerName, string>()
  const tokenOf = async (asker: AskerName) => {
    if (asker === 'nobody') return null
    const token = known.get(asker) ?? (await issuer.token(claimsOf(asker)))
    known.set(asker, token)
    return token
  }

  return {
    tokens,
    cursors,
    async openPair() {
      const [servedSide, referenceSide] = await Promise.all([
        openSide(superuserUrl, origin),
        openSide(superuserUrl, origin),
      ])
      const served = await openServed(servedSide.loginUrl, issuer, tokenOf)
      const reference = openReference(referenceSide.loginUrl, identityOf, onUnexpected)
      return {
        served,
        reference,
        async differingTables() {
          const [one, other] = await Promise.all([servedSide.digest(), referenceSide.digest()])
          await Promise.all([servedSide.forgetCalls(), referenceSide.forgetCalls()])
          return [...one].flatMap(([table, digest]) => (other.get(table) === digest ? [] : [table]))
        },
        ids: () => servedSide.ids(),
        async close() {
          await Promise.all([served.close(), reference.close()])
          await Promise.all([servedSide.close(), referenceSide.close()])
        },
      }
    },
    async close() {
      await issuer.close()
      await dropDatabase(superuserUrl, origin)
    },
  }
}

function claimsOf(asker: AskerName) {
  const exp = Math.floor(Date.now() / 1000) + 86_400
  const identity = identityOf(asker)
  return identity.kind === 'viewer'
    ? { sub: identity.userId, exp }
    : { sub: 'service:proof', client_id: 'proof', scope: 'openid connections:service', exp }
}

async function openSide(superuserUrl: string, origin: string) {
  const name = `proof_${randomUUID()}`
  const { loginUrl } = await cloneDatabase(superuserUrl, origin, name)
  const admin = await connectAdmin(superuserUrl, name)
  await setClock(admin, name, now)
  await admin.query(unlimitedTime(pg.escapeIdentifier(name)))
  // Days of activity are written by themselves, up to a second after the answer. Blocks are counted
  // in one of many slots, by the connection.
  const { rows } = await admin.query<{ table: string }>(
    `select c.relname as table from pg_class as c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and c.relname not in ('_prisma_migrations', 'rate_limit_buckets', 'activity_days', 'blocks_made')
      order by 1`,
  )
  // Tokens are made in this process, so their hashes alone differ from side to side.
  const digests = rows
    .map(
      ({
        table,
      }) => `select '${table}' as table, md5(string_agg(line, e'\\n' order by line)) as digest
        from (select (to_jsonb(t) - 'token_hash')::text as line from public.${pg.escapeIdentifier(table)} as t) as lines`,
    )
    .join(' union all ')
  return {
    loginUrl,
    async digest() {
      const found = await admin.query<{ table: string; digest: string | null }>(digests)
      return new Map(found.rows.map(({ table, digest }) => [table, digest]))
    },
    forgetCalls: () => forgetCalls(admin),
    async ids() {
      const of = async (table: string) => {
        const found = await admin.query<{ id: string }>(`select id from ${table} order by id`)
        return found.rows.map(({ id }) => id)
      }
      return { requests: await of('user_friend_requests'), links: await of('contact_links') }
    },
    async close() {
      await admin.end()
      await dropDatabase(superuserUrl, name)
    },
  }
}

/** Nothing reads these, and they grow with every call. */
async function forgetCalls(admin: pg.Client): Promise<void> {
  await admin.query('delete from rate_limit_buckets; delete from outbox')
}

async function setClock(admin: pg.Client, database: string, at: string): Promise<void> {
  await admin.query(
    `alter database ${pg.escapeIdentifier(database)} set proof.now = ${pg.escapeLiteral(at)}`,
  )
}

async function connectAdmin(superuserUrl: string, database: string): Promise<pg.Client> {
  const url = new URL(superuserUrl)
  url.pathname = `/${database}`
  const admin = new pg.Client({ connectionString: url.href })
  admin.on('error', () => undefined)
  await admin.connect()
  return admin
}

async function asAdmin(
  superuserUrl: string,
  database: string,
  work: (admin: pg.Client) => Promise<void>,
): Promise<void> {
  const admin = await connectAdmin(superuserUrl, database)
  try {
    await work(admin)
  } finally {
    await admin.end()
  }
}
