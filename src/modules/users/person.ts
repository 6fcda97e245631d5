import type { UserId } from '../../graphql/ids.ts'
import type { Card } from '../../pairs/user-summary.ts'

/** What a resolver holds of a `User`: the id. Everything else is asked for through loaders. */
export interface Person {
  readonly id: UserId
  /** What the person shows, if it came with the list that they stand in; null for whom the one who asks cannot see. */
  readonly card?: Card | null
}
