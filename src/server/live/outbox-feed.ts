import { Condition, type Tell } from '../../database/condition.ts'
import type { Database } from '../../database/database.ts'
import { sql, type Statement } from '../../database/sql.ts'
import { limits } from '../../limits.ts'

/** An event that the worker has dispatched. */
export interface DispatchedEvent {
  readonly id: string
  readonly kind: string
  readonly actor: string
  readonly other: string
  readonly at: Date
  /** Rises in the order in which events become visible. */
  readonly number: string
}

const { pollMs, eventsAtOnce } = limits.live

/**
 * Reads what the worker dispatches, as long as somebody wants to know: one statement every 250 ms,
 * however many streams there are. Nothing is listened to, so it works through a pooler.
 */
export class OutboxFeed {
  readonly #database: Database
  readonly #tell: (event: DispatchedEvent) => void
  readonly #failing: Condition
  /** Resolves when the present is known; null while nobody listens. */
  #begun: Promise<void> | null = null
  /** What was begun before the last stop does nothing any more. */
  #turn = 0
  #timer: NodeJS.Timeout | undefined
  #last = '0'

  /** @param log where it is written down that the outbox cannot be read, and that it can again */
  constructor(database: Database, tell: (event: DispatchedEvent) => void, log: Tell) {
    this.#database = database
    this.#tell = tell
    this.#failing = new Condition(log, {
      begins: 'subscriptions cannot read events',
      ends: 'subscriptions can read events again',
    })
  }

  /**
   * Tells from now on what is dispatched; nothing of what was before.
   * @throws when the database does not answer
   */
  begin(): Promise<void> {
    return (this.#begun ??= this.#beginAtPresent(this.#turn))
  }

  /** Stops, until it begins again. */
  stop(): void {
    this.#turn++
    this.#begun = null
    clearTimeout(this.#timer)
  }

  async #beginAtPresent(turn: number): Promise<void> {
    try {
      const [row] = await this.#rows<{ last: string }>(
        'live.present',
        sql`select coalesce(max(dispatch_number), 0)::text as last from outbox`,
      )
      if (turn !== this.#turn) return
      this.#last = row?.last ?? '0'
      this.#lookIn(pollMs)
    } catch (error) {
      if (turn === this.#turn) this.stop()
      throw error
    }
  }

  #lookIn(ms: number): void {
    const turn = this.#turn
    this.#timer = setTimeout(() => void this.#look(turn), ms)
  }

  async #look(turn: number): Promise<void> {
    try {
      const events = await this.#rows<DispatchedEvent>(
        'live.events',
        sql`select id, kind, actor_user_id as actor, other_user_id as other, created_at as at,
                   dispatch_number::text as number
              from outbox where dispatch_number > ${this.#last}::bigint
             order by dispatch_number limit ${eventsAtOnce}::int`,
      )
      if (turn !== this.#turn) return
      this.#failing.end()
      this.#last = events.at(-1)?.number ?? this.#last
      for (const event of events) this.#tell(event)
      // Streams may have ended of what they were told, and the last one stops this.
      if (turn === this.#turn) this.#lookIn(events.length === eventsAtOnce ? 0 : pollMs)
    } catch (error) {
      this.#failing.begin(error)
      if (turn === this.#turn) this.#lookIn(4 * pollMs)
    }
  }

  /** By connections on which no request waits, so that nothing is late when the pool is full. */
  async #rows<Row>(name: string, statement: Statement): Promise<Row[]> {
    const session = this.#database.probe
    try {
      return await session.read.rows<Row>(name, statement)
    } finally {
      await session.finish()
    }
  }
}
