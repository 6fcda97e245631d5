import type { Agent } from 'node:http'
import type { Worker } from '../database/identity.ts'
import type { Session } from '../database/session.ts'
import { limits } from '../limits.ts'
import { beginAttemptSpan } from './attempt-span.ts'
import { claimDeliveries, type Claimed, type Claims } from './claim.ts'
import { messageOf } from './message.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import { Places } from './places.ts'
import { post } from './post.ts'
import { type Attempted, recordAttempts } from './record.ts'
import type { WorkerLog } from './worker-log.ts'

export interface DeliveryOptions {
  /** How long a claim holds, in milliseconds. */
  readonly leaseMs: number
  /** The agent that connects to an endpoint and to no address that is not allowed. */
  readonly agentFor: (url: string) => Agent
  readonly log: WorkerLog
  /** Called when an attempt waits to be recorded. */
  readonly attempted: () => void
}

const nothing: Claims = { claimed: [], dropped: 0 }

/** Everything that one process has under way to endpoints. */
export class Deliveries {
  readonly #options: DeliveryOptions
  readonly #places = new Places()
  readonly #agents = new Set<Agent>()
  readonly #interruption = new AbortController()
  #attempted: Attempted[] = []
  #isEnding = false

  constructor(options: DeliveryOptions) {
    this.#options = options
  }

  /**
   * One round: records what was attempted since the last one, and begins as many deliveries as have
   * room, both in one transaction. It does not wait for the deliveries.
   * @returns whether more of them may be due
   */
  async round(session: Session<Worker>): Promise<boolean> {
    const attempted = this.#attempted
    this.#attempted = []
    const free = this.#isEnding ? { total: 0, of: [] } : this.#places.free
    if (attempted.length === 0 && free.total === 0) return false
    const [disabled, { claimed, dropped }] = await session
      .write((tx) =>
        tx.last(
          Promise.all([
            recordAttempts(tx, attempted),
            free.total === 0 ? nothing : claimDeliveries(tx, free, this.#options.leaseMs),
          ]),
        ),
      )
      .catch((error: unknown) => {
        // Nothing of it is recorded, so it is recorded next time.
        this.#attempted = [...attempted, ...this.#attempted]
        throw error
      })
    for (const { endpointId, reason } of disabled)
      this.#options.log.warn({ endpointId, reason }, 'a webhook endpoint was disabled')
    for (const { delivery, outcome } of attempted) this.#tellDead(delivery, outcome)
    for (const delivery of claimed) void this.#deliver(delivery)
    return dropped > 0 || claimed.length === limits.webhooks.claimedAtOnce
  }

  /**
   * Begins no more deliveries, and resolves when none is under way and all are recorded. What takes
   * longer than `patienceMs` is broken off and left to the next worker.
   */
  async end(session: Session<Worker>, patienceMs: number): Promise<void> {
    this.#isEnding = true
    const timer = setTimeout(() => {
      this.#interruption.abort()
    }, patienceMs)
    while (this.#places.sending > 0) await new Promise((resolve) => setTimeout(resolve, 10))
    clearTimeout(timer)
    await this.round(session)
    for (const agent of this.#agents) agent.destroy()
  }

  async #deliver(delivery: Claimed): Promise<void> {
    const { endpointId, kind, attempts } = delivery
    this.#places.begin(endpointId)
    const span = beginAttemptSpan(delivery.traceparent, { kind, endpointId, attempt: attempts + 1 })
    const message = {
      url: delivery.url,
      agent: () => this.#agentFor(delivery.url),
      ...messageOf(delivery, keysOf(delivery), span.headers),
    }
    const answer = await post(message, this.#interruption.signal)
    const outcome = outcomeOf(answer, attempts, Math.random(), Date.now())
    span.end(outcome)
    this.#places.end(endpointId, saysOf(outcome))
    this.#attempted.push({ delivery, outcome })
    this.#options.attempted()
  }

  /** Remembered, because it keeps connections, which are closed at the end. */
  #agentFor(url: string): Agent {
    const agent = this.#options.agentFor(url)
    this.#agents.add(agent)
    return agent
  }

  #tellDead({ id, kind, endpointId }: Attempted['delivery'], outcome: Outcome): void {
    if (outcome.state !== 'dead') return
    const { status, error } = outcome
    const details = { eventId: id, kind, endpointId, status, reason: error }
    this.#options.log.warn(details, 'a webhook delivery failed for the last time')
  }
}

const keysOf = ({ secret, previousSecret }: Claimed): Buffer[] =>
  previousSecret === null ? [secret] : [secret, previousSecret]

function saysOf({ state, endpoint }: Outcome): 'success' | 'slow' | null {
  if (state === 'delivered') return 'success'
  return endpoint.isSlow ? 'slow' : null
}
