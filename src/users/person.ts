import type { UserId } from '../base/ids.ts'

/** What a resolver holds of a `User`: the id. Everything else is asked for through loaders. */
export interface Person {
  readonly id: UserId
}
