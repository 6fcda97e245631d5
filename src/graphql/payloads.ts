import type { ConnectionsError } from '../generated/graphql.ts'
import { isRefused, type Refused } from './refusals.ts'

/** What every mutation answers, whether it did something or not. */
export interface Outcome {
  readonly changed: boolean
  readonly userErrors: ConnectionsError[]
}

/**
 * The one place where a refusal becomes `userErrors`.
 * @param done the rest of the payload when the operation was not refused; refused payloads have
 * nothing else
 */
export function toPayload<Done extends { readonly changed: boolean }, Rest extends object>(
  result: Done | Refused,
  done: (result: Done) => Rest,
): Outcome & Partial<Rest> {
  if (isRefused(result))
    return { changed: false, userErrors: [toConnectionsError(result)] } as Outcome & Partial<Rest>
  return { ...done(result), changed: result.changed, userErrors: [] }
}

function toConnectionsError({ code, message, field, retryAt }: Refused): ConnectionsError {
  return { code, message, field: field === null ? null : [...field], retryAt }
}
