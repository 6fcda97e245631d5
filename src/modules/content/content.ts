import { parseUserId, type UserId } from '../../graphql/ids.ts'
import type { ContentType } from './content-type.ts'

export type ContentVisibility = 'PUBLIC' | 'FRIENDS' | 'CLOSE'

/**
 * What a resolver holds of a game, an event and the like: what the gateway says that its own
 * subgraph has said of it.
 */
export interface Content {
  readonly id: string
  /** Null when it was not told, or is not a UUID. */
  readonly owner: { readonly id: UserId } | null
  /** Null when it was not told, or is a word that we don't know. */
  readonly visibility: ContentVisibility | null
}

/**
 * Reads a representation of content, of which nothing can be trusted but its being an object.
 * Whatever is missing or odd is null, so that one bad representation costs nobody else an answer.
 * @returns null without an id: such a thing is nothing at all
 */
export function parseContent(type: ContentType, representation: object): Content | null {
  const { id, [type.owner]: owner, [type.visibility]: visibility } = ownValues(representation)
  if (typeof id !== 'string') return null
  return { id, owner: parseOwner(owner), visibility: parseVisibility(visibility) }
}

/** A field may be called as what every object inherits, such as `constructor`. */
function ownValues(representation: object): Record<string, unknown> {
  return Object.assign(Object.create(null) as Record<string, unknown>, representation)
}

function parseOwner(owner: unknown): Content['owner'] {
  if (typeof owner !== 'object' || owner === null || !('id' in owner)) return null
  const id = typeof owner.id === 'string' ? parseUserId(owner.id) : null
  return id === null ? null : { id }
}

function parseVisibility(visibility: unknown): ContentVisibility | null {
  switch (visibility) {
    case 'PUBLIC':
    case 'FRIENDS':
    case 'CLOSE':
      return visibility
    default:
      return null
  }
}
