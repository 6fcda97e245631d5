import type { RelationshipChangeKind } from '../../generated/graphql.ts'
import type { Person } from '../../pairs/user-summary.ts'

/** A change between the viewer and another person, as one of the two is told of it. */
export interface RelationshipChange {
  /** Of the event. */
  readonly id: string
  readonly kind: RelationshipChangeKind
  readonly at: Date
  /** The other person. */
  readonly user: Person
}

/**
 * What an operation has to do with a stream: it opens one, or it tells one a change. Null: nothing,
 * as every query and mutation.
 */
export type Live = RelationshipChange | 'opening' | null
