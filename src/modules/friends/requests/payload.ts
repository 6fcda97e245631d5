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

/** What a verb about requests has done. */
export interface Requested {
  readonly changed: boolean
  /** The request's id; null when there is none to show. */
  readonly request: RequestId | null
}

/** The payload of a verb that was not refused. */
export function toRequestPayload({ request }: Requested, other: UserId) {
  return { user: { id: other }, requestId: request }
}
