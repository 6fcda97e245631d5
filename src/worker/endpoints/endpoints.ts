import type { Worker } from '../../database/identity.ts'
import type { Session } from '../../database/session.ts'
import { eventKinds, isEventKind } from '../../events/catalogue.ts'
import { limits } from '../../limits.ts'
import { UserFacingError } from '../../user-facing-error.ts'
import { checkEndpointUrl } from './endpoint-url.ts'
import type { AllowedAddresses } from './networks.ts'
import { newSecret, secretText } from './secrets.ts'
import {
  deleteEndpoint,
  disableEndpoint,
  enableEndpoint,
  type Endpoint,
  insertEndpoint,
  replaceSecret,
  selectEndpoints,
} from './sql.ts'

/**
 * Adds an endpoint for these kinds, or for all with null. From now on, events are delivered there.
 * @param secret null makes one
 * @returns the secret too, which nothing gives out later
 * @throws UserFacingError when nothing can be sent to the URL, or a kind is not known
 */
export async function addEndpoint(
  session: Session<Worker>,
  endpoint: { url: string; kinds: readonly string[] | null; secret: Buffer | null },
  allowed: AllowedAddresses,
): Promise<{ readonly id: string; readonly url: string; readonly secret: string }> {
  const kinds = endpoint.kinds === null ? null : checkKinds(endpoint.kinds)
  const url = await checkEndpointUrl(endpoint.url, allowed)
  const secret = endpoint.secret ?? newSecret()
  const id = await session.write((tx) => insertEndpoint(tx, { url, kinds, secret }))
  return { id, url, secret: secretText(secret) }
}

/**
 * The kinds, each once.
 * @throws UserFacingError for one that there is not
 */
function checkKinds(kinds: readonly string[]): string[] {
  const unknown = kinds.filter((kind) => !isEventKind(kind))
  if (unknown.length > 0)
    throw new UserFacingError(
      `Unknown kind: ${unknown.join(', ')}.\nFix: use ${eventKinds.join(', ')}; leave --kinds out for all.`,
    )
  if (kinds.length === 0) throw new UserFacingError('Give at least one kind, or leave --kinds out.')
  return [...new Set(kinds)]
}

/** Every endpoint, the oldest first. */
export async function listEndpoints(session: Session<Worker>): Promise<Endpoint[]> {
  return selectEndpoints(session.read)
}

/**
 * Sends nothing there any more. What happens meanwhile is not sent later, unless somebody replays
 * it.
 * @throws UserFacingError for an unknown endpoint
 */
export async function disable(session: Session<Worker>, id: string): Promise<void> {
  const known = await session.write((tx) => disableEndpoint(tx, id, 'an operator disabled it'))
  if (!known) throw unknownEndpoint(id)
}

/**
 * Sends there again, and forgets that deliveries failed.
 * @throws UserFacingError for an unknown endpoint
 */
export async function enable(session: Session<Worker>, id: string): Promise<void> {
  const known = await session.write((tx) => enableEndpoint(tx, id))
  if (!known) throw unknownEndpoint(id)
}

/**
 * Removes the endpoint and the record of its deliveries.
 * @throws UserFacingError for an unknown endpoint
 */
export async function remove(session: Session<Worker>, id: string): Promise<void> {
  const known = await session.write((tx) => deleteEndpoint(tx, id))
  if (!known) throw unknownEndpoint(id)
}

/**
 * Gives the endpoint a new secret. Deliveries are signed with both for a day, so that the consumer
 * can change it without losing any.
 * @param secret null makes one
 * @param revokeOld signs with the new one only, at once: for a secret that somebody else knows
 * @throws UserFacingError for an unknown endpoint, and while two secrets are valid
 */
export async function rotate(
  session: Session<Worker>,
  id: string,
  { secret: given, revokeOld }: { secret: Buffer | null; revokeOld: boolean },
) {
  const secret = given ?? newSecret()
  const hours = limits.webhooks.oldSecretHours
  return session.write(async (tx) => {
    const rotated = await replaceSecret(tx, id, secret, { hours, revokeOld })
    if (rotated !== null) return { id, ...rotated, secret: secretText(secret) }
    const [endpoint] = await selectEndpoints(tx, id)
    if (endpoint === undefined) throw unknownEndpoint(id)
    throw new UserFacingError(
      `The secret was changed less than ${hours} hours ago, and the one before is valid until ${String(endpoint.oldSecretUntil?.toISOString())}.\nFix: wait until then, or pass --revoke-old to end both old secrets now.`,
    )
  })
}

/** What is said of an id that no endpoint has. */
export function unknownEndpoint(id: string): UserFacingError {
  return new UserFacingError(
    `No endpoint has the id ${id}.\nFix: \`connections webhooks list\` shows all ids.`,
  )
}
