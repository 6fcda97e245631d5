import type { Identity, Store } from 'graphql-rate-limit'
import type { Door } from './door.ts'
import { sql } from './sql.ts'

/** So many calls in any period of so many seconds. */
export interface Burst {
  readonly most: number
  readonly seconds: number
}

/**
 * Where graphql-rate-limit finds the earlier calls of the one who asks: for one call, so that no two share what is kept
 * between its halves. Exact for parallel calls, aliases and processes, by the database's clock.
 *
 * The library reads, decides, then writes, so two who read at the same moment would both pass. Here reading counts the
 * call already, under a lock, and writing only takes back one that was rejected: pass `uncountRejected`. Each half is a
 * transaction of its own, so a call counts whatever becomes of the mutation.
 */
export class BurstStore implements Store {
  /** When a call will pass again; null unless this one was rejected. */
  retryAt: Date | null = null
  readonly #door: Door
  readonly #burst: Burst
  #earlier: readonly Date[] = []
  #own: Date | undefined

  constructor(door: Door, burst: Burst) {
    this.#door = door
    this.#burst = burst
  }

  /** @returns one moment for each earlier call, none of them old: the library would ask this process's clock again */
  async getForIdentity({ fieldIdentity: mutation }: Identity): Promise<number[]> {
    const hits = await reserveHit(this.#door, mutation, this.#burst.seconds)
    this.#earlier = hits.slice(0, -1)
    this.#own = hits.at(-1)
    return this.#earlier.map(() => Date.now())
  }

  /** @param kept the earlier calls and, unless it was rejected, this one */
  async setForIdentity({ fieldIdentity: mutation }: Identity, kept: readonly number[]) {
    if (kept.length > this.#earlier.length || this.#own === undefined) return
    const { most, seconds } = this.#burst
    // A call passes again when fewer than `most` are left, so the newest `most` of them are what it waits for.
    const first = this.#earlier.at(-most) ?? this.#own
    this.retryAt = new Date(first.getTime() + seconds * 1_000)
    await returnHit(this.#door, mutation, this.#own)
  }
}

/** Counts a call and gives those of the period that ends now, oldest first, the new one last. */
async function reserveHit(door: Door, mutation: string, seconds: number): Promise<Date[]> {
  const [row] = await door.write((tx) =>
    tx.rows<{ hits: Date[] | null }>(
      'bursts.reserve',
      sql`select reserve_hit(${mutation}, make_interval(secs => ${seconds})) as hits`,
    ),
  )
  if (row?.hits == null) throw new Error('A call was not counted.')
  return row.hits
}

async function returnHit(door: Door, mutation: string, hit: Date): Promise<void> {
  await door.write((tx) =>
    tx.rows('bursts.return', sql`select return_hit(${mutation}, ${hit}::timestamptz)`),
  )
}
