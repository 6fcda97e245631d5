import { hash } from 'node:crypto'
import type { GameFactKind } from '../../generated/graphql.ts'
import type { UserId } from '../../graphql/ids.ts'

/** One thing that happened in a game, as a service has told it. */
export interface GameFact {
  /** What the service calls it. */
  readonly id: string
  readonly kind: GameFactKind
  /** Empty where no game is needed. */
  readonly gameId: string
  /** Who acted; of an answer, who had invited. */
  readonly user: UserId
  readonly other: UserId | null
  readonly at: Date
}

/** What is remembered of a fact (`game_facts`), in hexadecimal. */
export interface FactMark {
  /** The same whenever the service sends the fact again, and for no fact of another service. */
  readonly key: string
  /** Differs when the service uses its id for something else. */
  readonly contents: string
}

/** @param teller the service's name */
export function markOf(teller: string, { id, kind, gameId, user, other, at }: GameFact): FactMark {
  return {
    key: digest([teller, id]),
    contents: digest([kind, gameId, user, other, at.toISOString()]),
  }
}

function digest(parts: readonly (string | null)[]): string {
  return hash('sha256', JSON.stringify(parts), 'hex')
}
