import DataLoader from 'dataloader'
import type { Identity, Store } from 'graphql-rate-limit'
import type { Session } from '../../database/session.ts'
import { sql } from '../../database/sql.ts'

/** So many calls in any period of so many seconds. */
export interface RateLimit {
  readonly most: number
  readonly seconds: number
}

/**
 * Where graphql-rate-limit finds the earlier calls of the one who asks: for one call, so that no
 * two share what is kept between its halves. Exact for parallel calls, aliases and processes, by
 * the database's clock.
 *
 * The library reads, decides, then writes, so two who read at the same moment would both pass. Here
 * reading counts the call already, under a lock, and writing only takes back one that was rejected:
 * pass `uncountRejected`. Each half is a transaction of its own, so a call counts whatever becomes
 * of what was called.
 */
export class RateLimitStore implements Store {
  /** When a call will pass again; null unless this one was rejected. */
  retryAt: Date | null = null
  readonly #counter: Counter
  readonly #rate: RateLimit
  #earlier: readonly Date[] = []
  #own: Date | undefined

  constructor(counter: Counter, rate: RateLimit) {
    this.#counter = counter
    this.#rate = rate
  }

  /**
   * @returns one moment for each earlier call, none of them old: the library would ask this
   * process's clock again
   */
  async getForIdentity({ fieldIdentity: action }: Identity): Promise<number[]> {
    const hits = await this.#counter.reserve.load(action)
    this.#earlier = hits.slice(0, -1)
    this.#own = hits.at(-1)
    return this.#earlier.map(() => Date.now())
  }

  /** @param kept the earlier calls and, unless it was rejected, this one */
  async setForIdentity({ fieldIdentity: action }: Identity, kept: readonly number[]) {
    if (kept.length > this.#earlier.length || this.#own === undefined) return
    const { most, seconds } = this.#rate
    // A call passes again when fewer than `most` are left, so the newest `most` of them are what it
    // waits for.
    const first = this.#earlier.at(-most) ?? this.#own
    this.retryAt = new Date(first.getTime() + seconds * 1_000)
    await this.#counter.giveBack.load({ action, moment: this.#own })
  }
}

/**
 * Counts the calls of one operation: those of one tick together, however many aliases a document
 * has.
 */
export interface Counter {
  /**
   * The calls of the period that ends now, oldest first; the last is the one that was asked for.
   */
  readonly reserve: DataLoader<string, readonly Date[]>
  readonly giveBack: DataLoader<{ action: string; moment: Date }, null>
}

/**
 * @param session of the one who is counted
 * @param client who the anonymous are counted as: an address, or whatever else tells them apart
 */
export function openCounter(session: Session, client: string): Counter {
  return {
    reserve: new DataLoader(
      async (calls) => {
        const counted = [...Map.groupBy(calls, (action) => action)].map(async ([action, alike]) => {
          const times = alike.length
          const hits = await reserveHits(session, action, client, times)
          return [action, hits, times] as const
        })
        const next = new Map(
          (await Promise.all(counted)).map(([action, hits, times]) => [
            action,
            { hits, end: hits.length - times },
          ]),
        )
        return calls.map((action) => {
          const place = next.get(action)
          return place === undefined ? [] : place.hits.slice(0, ++place.end)
        })
      },
      { cache: false },
    ),
    giveBack: new DataLoader(
      async (calls) => {
        const alike = Map.groupBy(calls, ({ action, moment }) => `${action} ${+moment}`)
        await Promise.all(
          [...alike.values()].map(async ([call, ...more]) => {
            if (call) await returnHits(session, call.action, client, call.moment, more.length + 1)
          }),
        )
        return calls.map(() => null)
      },
      { cache: false },
    ),
  }
}

/** Empty when nothing could be counted: then the call passes. */
async function reserveHits(
  session: Session,
  action: string,
  client: string,
  times: number,
): Promise<readonly Date[]> {
  const rows = await session.count(counterOf(session, action, client), (tx) =>
    tx.rows<{ hits: Date[] }>(
      'rateLimits.reserve',
      sql`select reserve_hits(${action}, ${client}, ${times}::int) as hits`,
    ),
  )
  return rows?.[0]?.hits ?? []
}

async function returnHits(
  session: Session,
  action: string,
  client: string,
  moment: Date,
  times: number,
) {
  await session.count(counterOf(session, action, client), (tx) =>
    tx.rows(
      'rateLimits.return',
      sql`select return_hits(${action}, ${client}, ${moment}::timestamptz, ${times}::int)`,
    ),
  )
}

/** People are counted wherever they are, the anonymous by where they are. */
function counterOf({ identity }: Session, action: string, client: string): string {
  return `${action} ${identity.kind === 'viewer' ? identity.userId : client}`
}
