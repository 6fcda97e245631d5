import type { RequestId, UserId } from '../../../graphql/ids.ts'
import type { Outcome } from '../../../graphql/payloads.ts'

/**
 * What the verbs about requests answer; the request itself is read when it is asked for, after the
 * change.
 */
export type RequestPayload = Outcome & {
  readonly user?: { readonly id: UserId }
  readonly requestId?: RequestId | null
}
