import { setTimeout as sleep } from 'node:timers/promises'
import { GraphQLError } from 'graphql'
import { LRUCache } from 'lru-cache'
import { Condition, type Tell } from '../../database/condition.ts'
import type { Database } from '../../database/database.ts'
import type { UserId } from '../../graphql/ids.ts'
import { limits } from '../../limits.ts'
import { DatabaseClock } from './database-clock.ts'
import { type Heard, keepActivity } from './sql.ts'

const { betweenMs, mostWaiting, remembered, writeEveryMs, writtenAtOnce } = limits.presence
const dayMs = 24 * 60 * 60 * 1_000

/** What became of a heartbeat. */
export interface Heartbeat {
  /** Whether it counted: none did within the 15 seconds before it, in this process. */
  readonly changed: boolean
  /** The last one that counted, this one or an earlier one. */
  readonly at: Date
}

/**
 * Who was here, and when: heard by one process and written once a second, for everybody together
 * (rules 10, 16.3). No request waits for it. What cannot be written is kept and tried again, up to
 * a bound.
 */
export class Activity {
  readonly #database: Database
  readonly #failing: Condition
  readonly #clock = new DatabaseClock()
  readonly #lastHeartbeats = new LRUCache<UserId, Date>({ max: remembered })
  /** The last day on which each person was heard of, in days since 1970. */
  readonly #lastDays = new LRUCache<UserId, number>({ max: remembered })
  /** People whom the last writes did not find here. */
  readonly #absent = new LRUCache<UserId, true>({ max: remembered, ttl: limits.presence.onlineMs })
  readonly #heartbeats = new Map<UserId, Date>()
  /** By the day and the person. */
  readonly #active = new Map<string, readonly [UserId, string]>()
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<boolean> | null = null
  /** Writes that succeeded and failed so far, for the metrics. */
  readonly writes = { ok: 0, failed: 0 }
  /** Heartbeats and days of activity that were never written. */
  lost = 0

  /** @param log where it is written down that nothing can be written, and that it can again */
  constructor(database: Database, log: Tell) {
    this.#database = database
    this.#failing = new Condition(log, {
      begins: 'presence cannot be written',
      ends: 'presence is written again',
    })
  }

  /** Heartbeats and days of activity that are not written yet. */
  get waiting(): number {
    return this.#heartbeats.size + this.#active.size
  }

  /**
   * The person says that they are online.
   * @returns null for somebody whom the last write did not find: they were erased
   */
  heartbeat(person: UserId): Heartbeat | null {
    if (this.#absent.has(person)) return null
    const at = this.#clock.now()
    const last = this.#lastHeartbeats.get(person)
    // Either way round: the clock may have been put right meanwhile.
    if (last !== undefined && Math.abs(at.getTime() - last.getTime()) < betweenMs)
      return { changed: false, at: last }
    this.#lastHeartbeats.set(person, at)
    this.#keep(this.#heartbeats, person, at)
    return { changed: true, at }
  }

  /** When the person last sent a heartbeat that counted here; null: not that we remember. */
  lastHeartbeat(person: UserId): Date | null {
    return this.#absent.has(person) ? null : (this.#lastHeartbeats.get(person) ?? null)
  }

  /** The person has sent a request with a good token, and so was active today (rule 16.3). */
  active(person: UserId): void {
    const now = this.#clock.now()
    const day = Math.floor(now.getTime() / dayMs)
    if (this.#lastDays.get(person) === day) return
    const date = now.toISOString().slice(0, 10)
    if (this.#keep(this.#active, `${date} ${person}`, [person, date]))
      this.#lastDays.set(person, day)
  }

  /**
   * Writes what is left, in the time that a service has for its end. What is heard later is not
   * written.
   */
  async end(): Promise<void> {
    const late = new AbortController()
    const time = sleep(limits.deadlines.drainMs, undefined, { signal: late.signal })
    await Promise.race([this.#writeRest(), time.catch(() => undefined)])
    late.abort()
    clearTimeout(this.#timer)
    this.lost += this.waiting
  }

  async #writeRest(): Promise<void> {
    await this.#writing
    clearTimeout(this.#timer)
    while (this.waiting > 0 && (await this.#write()));
  }

  /** Whether there is room for it. */
  #keep<Key, Value>(waiting: Map<Key, Value>, key: Key, value: Value): boolean {
    if (waiting.size >= mostWaiting && !waiting.has(key)) {
      this.lost++
      return false
    }
    waiting.set(key, value)
    this.#writeSoon()
    return true
  }

  #writeSoon(): void {
    this.#timer ??= setTimeout(() => void this.#writeNow(), writeEveryMs).unref()
  }

  async #writeNow(): Promise<void> {
    this.#writing = this.#write()
    await this.#writing
    this.#writing = null
    this.#timer = undefined
    if (this.waiting > 0) this.#writeSoon()
  }

  /** Whether it went well. */
  async #write(): Promise<boolean> {
    const heard = { heartbeats: take(this.#heartbeats), active: take(this.#active) }
    try {
      // By connections on which no answer waits.
      const session = this.#database.beside('presence')
      const { absent, now } = await session.write((tx) => tx.last(keepActivity(tx, asHeard(heard))))
      this.#clock.setBy(now)
      for (const person of absent) this.#absent.set(person, true)
      this.writes.ok++
      this.#failing.end()
      return true
    } catch (error) {
      this.#takeBack(heard)
      this.writes.failed++
      // Outages and overload are written down as that.
      if (!(error instanceof GraphQLError)) this.#failing.begin(error)
      return false
    }
  }

  /** What was heard meanwhile is newer. */
  #takeBack({ heartbeats, active }: Taken): void {
    for (const [person, at] of heartbeats)
      if (!this.#heartbeats.has(person)) this.#keep(this.#heartbeats, person, at)
    for (const [key, entry] of active) this.#keep(this.#active, key, entry)
  }
}

interface Taken {
  readonly heartbeats: readonly [UserId, Date][]
  readonly active: readonly [string, readonly [UserId, string]][]
}

function asHeard({ heartbeats, active }: Taken): Heard {
  return { heartbeats, active: active.map(([, entry]) => entry) }
}

/** Takes as many out as one write may have. */
function take<Key, Value>(waiting: Map<Key, Value>): [Key, Value][] {
  const taken: [Key, Value][] = []
  for (const entry of waiting) {
    if (taken.length === writtenAtOnce) break
    taken.push(entry)
    waiting.delete(entry[0])
  }
  return taken
}
