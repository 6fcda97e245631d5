import { parseUserId, type UserId } from '../base/ids.ts'

export type GameVisibility = 'PUBLIC' | 'FRIENDS' | 'CLOSE'

/** What a resolver holds of a `Game`: what the gateway says the games subgraph has said of it. */
export interface Game {
  readonly id: string
  /** Null when it was not told, or is not a UUID. */
  readonly creator: { readonly id: UserId } | null
  /** Null when it was not told, or is a word that we don't know. */
  readonly visibility: GameVisibility | null
}

/**
 * Reads a representation of a game, of which nothing can be trusted but its being an object. Whatever is missing or odd
 * is null, so that one bad representation costs nobody else an answer.
 * @returns null without an id: such a thing is no game at all
 */
export function readGame(representation: object): Game | null {
  const { id, creator, visibility } = representation as Record<string, unknown>
  if (typeof id !== 'string') return null
  return { id, creator: readCreator(creator), visibility: readVisibility(visibility) }
}

function readCreator(creator: unknown): Game['creator'] {
  if (typeof creator !== 'object' || creator === null || !('id' in creator)) return null
  const id = typeof creator.id === 'string' ? parseUserId(creator.id) : null
  return id === null ? null : { id }
}

function readVisibility(visibility: unknown): GameVisibility | null {
  switch (visibility) {
    case 'PUBLIC':
    case 'FRIENDS':
    case 'CLOSE':
      return visibility
    default:
      return null
  }
}
