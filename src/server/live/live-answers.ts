import { setTimeout as sleep } from 'node:timers/promises'
import type { GraphQLRequest } from '@apollo/server'
import { type FormattedExecutionResult, type GraphQLError } from 'graphql'
import { Admission } from '../../database/admission.ts'
import type { Tell } from '../../database/condition.ts'
import type { Database } from '../../database/database.ts'
import { alarm } from '../../database/deadlines.ts'
import type { Identity, Viewer } from '../../database/identity.ts'
import { overloaded, restarting, unauthenticated } from '../../graphql/errors.ts'
import { limits } from '../../limits.ts'
import type { RelationshipChange } from '../../modules/relationships/change.ts'
import type { Metrics } from '../observability/metrics.ts'
import { changesOf } from './audience.ts'
import type { LiveOperations } from './live-operations.ts'
import { LiveStream } from './live-stream.ts'
import { LiveStreams } from './live-streams.ts'
import { OutboxFeed } from './outbox-feed.ts'
import type { Opening, Subscriber } from './subscriber.ts'

const { answersAtOnce, attempts, pollMs } = limits.live

/** The streams of one process: what is dispatched becomes answers for whoever it concerns. */
export class LiveAnswers {
  readonly #operations: LiveOperations
  readonly #metrics: Metrics
  readonly #streams = new LiveStreams()
  readonly #feed: OutboxFeed
  readonly #places = new Admission(answersAtOnce, 0)
  #isEnding = false

  /** @param log where it is written down that events cannot be read */
  constructor(operations: LiveOperations, metrics: Metrics, database: Database, log: Tell) {
    this.#operations = operations
    this.#metrics = metrics
    const tooSlow = (stream: LiveStream) => {
      stream.end(operations.failure(overloaded('streams')))
    }
    this.#feed = new OutboxFeed(
      database,
      (event) => {
        for (const [person, change] of changesOf(event)) this.#streams.tell(person, change, tooSlow)
      },
      log,
    )
  }

  /**
   * Opens a stream when the document has passed everything that other operations pass. It begins
   * with the present: what is dispatched after this has resolved is heard.
   */
  async open(subscriber: Subscriber, request: GraphQLRequest): Promise<LiveStream | Opening> {
    const { identity } = subscriber
    try {
      const opening = await this.#operations.open(subscriber, request)
      if (opening.result.errors !== undefined) return opening
      if (identity.kind !== 'viewer') throw new Error('Only a viewer opens a stream.')
      if (this.#isEnding) throw restarting()
      return await this.#begin(subscriber, identity, request)
    } catch (error) {
      return { status: 200, result: this.#operations.failure(error) }
    }
  }

  /** Ends all streams, and lets nobody open one any more. */
  end(): void {
    this.#isEnding = true
    this.#streams.end(this.#operations.failure(restarting()))
  }

  async #begin(subscriber: Subscriber, { userId }: Viewer, request: GraphQLRequest) {
    const { transport, until } = subscriber
    const stream: LiveStream = new LiveStream((change) =>
      this.#answer(subscriber, request, stream, change),
    )
    this.#streams.add(userId, stream)
    this.#metrics.liveStreams.inc({ transport })
    const expire = () => {
      stream.end(this.#operations.failure(unauthenticated('The token has expired.')))
    }
    const callOff = until === null ? () => undefined : alarm(until - Date.now(), expire)
    stream.onEnd = () => {
      callOff()
      this.#metrics.liveStreams.dec({ transport })
      this.#streams.remove(userId, stream)
      if (this.#streams.isEmpty) this.#feed.stop()
    }
    try {
      await this.#feed.begin()
      return stream
    } catch (error) {
      stream.end()
      throw error
    }
  }

  /**
   * What the client gets to hear of a change; null when it must hear nothing. What fails for a
   * while is tried again, and ends the stream when it goes on failing: a client that does not know
   * that something was left out would miss it for good.
   */
  async #answer(
    subscriber: Subscriber,
    request: GraphQLRequest,
    stream: LiveStream,
    change: RelationshipChange,
  ): Promise<FormattedExecutionResult | null> {
    await subscriber.ready()
    for (let attempt = 1; ; attempt++) {
      const isLast = attempt === attempts
      await this.#places.enter({ ms: Infinity, insists: true })
      try {
        if (!isSame(subscriber.identity, await subscriber.identify()))
          throw unauthenticated('The token is not valid any more.')
        const result = await this.#operations.tell(subscriber, request, change)
        if (isLast || result?.errors?.some(isRetryable) !== true)
          return this.#counted(result === null ? 'hidden' : 'sent', result)
      } catch (error) {
        if (isLast || !isRetryable(error)) {
          stream.end(this.#operations.failure(error))
          return this.#counted('failed', null)
        }
      } finally {
        this.#places.leave()
      }
      await sleep(pollMs * attempt)
    }
  }

  #counted(outcome: 'sent' | 'hidden' | 'failed', result: FormattedExecutionResult | null) {
    this.#metrics.liveChanges.inc({ outcome })
    return result
  }
}

function isSame(who: Identity, now: Identity | null): boolean {
  return who.kind === 'viewer' && now?.kind === 'viewer' && who.userId === now.userId
}

const retryable: readonly unknown[] = Object.keys(limits.overload.retryAfter)

/** Whether the same may go well a moment later. */
function isRetryable(error: unknown): boolean {
  const { extensions } = error as Partial<GraphQLError>
  return retryable.includes(extensions?.['code'])
}
