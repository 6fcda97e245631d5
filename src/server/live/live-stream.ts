import type { FormattedExecutionResult } from 'graphql'
import { limits } from '../../limits.ts'
import type { RelationshipChange } from '../../modules/relationships/change.ts'

type Step = IteratorResult<FormattedExecutionResult, undefined>

/** What becomes of one change: an answer for the client, or null when it must not be told. */
type Answer = (change: RelationshipChange) => Promise<FormattedExecutionResult | null>

/**
 * The answers of one subscription. Written by hand because a generator that waits cannot be ended:
 * its `return` waits too, until the next change. Changes wait here, and are answered when the
 * client has taken what came before.
 */
export class LiveStream implements AsyncGenerator<FormattedExecutionResult, undefined, undefined> {
  readonly #answer: Answer
  readonly #waiting: RelationshipChange[] = []
  /** Called once, when the stream ends for whatever reason. */
  onEnd: () => void = () => undefined
  #wake: () => void = () => undefined
  #ended = false
  /** What is still to be said after the end. */
  #last: FormattedExecutionResult | null = null

  constructor(answer: Answer) {
    this.#answer = answer
  }

  /** A stream that says one thing and ends. */
  static saying(last: FormattedExecutionResult): LiveStream {
    const stream = new LiveStream(() => Promise.resolve(null))
    stream.end(last)
    return stream
  }

  /** @returns false when so much waits already that the client must be given up */
  tell(change: RelationshipChange): boolean {
    if (this.#ended) return true
    if (this.#waiting.length >= limits.live.waitingChanges) return false
    this.#waiting.push(change)
    this.#wake()
    return true
  }

  /**
   * Ends the stream at once: what waits is not answered any more.
   * @param last what the client is told at the end
   */
  end(last: FormattedExecutionResult | null = null): void {
    if (this.#ended) return
    this.#ended = true
    this.#last = last
    this.#waiting.length = 0
    this.onEnd()
    this.#wake()
  }

  async next(): Promise<Step> {
    for (;;) {
      if (this.#ended) return this.#finalStep()
      const change = this.#waiting.shift()
      if (change === undefined) {
        await new Promise<void>((resolve) => (this.#wake = resolve))
        continue
      }
      const answer = await this.#answer(change)
      // Ended while it was answered, for example by a token that has expired.
      if (answer !== null && !this.#hasEnded) return { done: false, value: answer }
    }
  }

  return(): Promise<Step> {
    this.end()
    this.#last = null
    return Promise.resolve({ done: true, value: undefined })
  }

  throw(error: unknown): Promise<Step> {
    this.end()
    return Promise.reject(error instanceof Error ? error : new Error(String(error)))
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  /** Asked anew, because TypeScript believes that nothing changes while it is waited. */
  get #hasEnded(): boolean {
    return this.#ended
  }

  #finalStep(): Step {
    const value = this.#last
    this.#last = null
    return value === null ? { done: true, value: undefined } : { done: false, value }
  }
}
