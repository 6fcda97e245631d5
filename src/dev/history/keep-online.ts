import pg from 'pg'
import { standard } from './history.ts'
import { personId } from './people.ts'
import { Random } from './random.ts'

/** Presence lasts a minute (rule 10). */
const everyMs = 20_000

/** So long somebody stays, before it is the turn of others. */
const turnMs = 15 * 60_000

/** Share of the people who still come. */
const onlineShare = 0.12

/** A client, or a pool of them. */
type Asked = Pick<pg.Pool, 'query'>

/**
 * Keeps some of the invented people online for as long as the dev stack runs, others every quarter
 * of an hour: nobody is there to send their heartbeats.
 * @param databaseUrl as a superuser
 * @param turn whose turn it always is, for pictures; by the clock unless told
 * @returns ends it
 */
export async function keepOnline(databaseUrl: string, turn?: number): Promise<() => Promise<void>> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 })
  // Postgres may end first. The dev stack says so by itself.
  pool.on('error', () => undefined)
  await seeSome(pool, standard, turn)
  const timer = setInterval(() => {
    seeSome(pool, standard, turn).catch(() => undefined)
  }, everyMs)
  return async () => {
    clearInterval(timer)
    await pool.end()
  }
}

/** Some of the people who came in the last days are here now: the same for a quarter of an hour. */
export async function seeSome(
  database: Asked,
  { seed, people }: { readonly seed: string; readonly people: number } = standard,
  turn = Math.floor(Date.now() / turnMs),
): Promise<void> {
  const random = new Random(`online ${turn}`)
  const places = Array.from({ length: people }, (_none, place) => place)
  const ids = places.filter(() => random.chance(onlineShare)).map((place) => personId(seed, place))
  await database.query(
    `insert into user_presence as present (user_id, last_seen_at)
     select id, statement_timestamp() from users
      where id = any ($1::uuid[])
        and exists (select from activity_days where user_id = id and day > current_date - 7)
      order by id
         on conflict (user_id) do update set last_seen_at = excluded.last_seen_at`,
    [ids],
  )
}
