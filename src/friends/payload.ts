import type { Outcome } from '../base/payload.ts'
import type { Person } from '../users/person.ts'

/** What the verbs about requests answer; the request itself is read when it is asked for, after the change. */
export type RequestPayload = Outcome & {
  readonly user?: Person
  readonly requestId?: string | null
}
