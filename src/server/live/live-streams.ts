import type { FormattedExecutionResult } from 'graphql'
import { overloaded } from '../../graphql/errors.ts'
import type { UserId } from '../../graphql/ids.ts'
import { limits } from '../../limits.ts'
import type { RelationshipChange } from '../../modules/relationships/change.ts'
import type { LiveStream } from './live-stream.ts'

/** The open streams of this process, by person. */
export class LiveStreams {
  readonly #ofPeople = new Map<UserId, Set<LiveStream>>()
  #open = 0

  get isEmpty(): boolean {
    return this.#open === 0
  }

  /** @throws OVERLOADED when the person or this process has too many already */
  add(person: UserId, stream: LiveStream): void {
    const streams = this.#ofPeople.get(person) ?? new Set()
    if (streams.size >= limits.live.perPerson || this.#open >= limits.live.perProcess)
      throw overloaded('streams')
    this.#ofPeople.set(person, streams.add(stream))
    this.#open++
  }

  remove(person: UserId, stream: LiveStream): void {
    const streams = this.#ofPeople.get(person)
    if (streams?.delete(stream) !== true) return
    this.#open--
    if (streams.size === 0) this.#ofPeople.delete(person)
  }

  /** @param tooSlow called for each stream in which too much waits already */
  tell(person: UserId, change: RelationshipChange, tooSlow: (stream: LiveStream) => void): void {
    for (const stream of this.#ofPeople.get(person) ?? []) if (!stream.tell(change)) tooSlow(stream)
  }

  /** Ends all of them. @param last what each client is told */
  end(last: FormattedExecutionResult): void {
    for (const streams of [...this.#ofPeople.values()])
      for (const stream of [...streams]) stream.end(last)
  }
}
