import { randomUUID } from 'node:crypto'
import type { Worker } from '../../database/identity.ts'
import type { Session } from '../../database/session.ts'
import { messageOf } from '../message.ts'
import { post } from '../post.ts'
import { agentFor } from './addresses.ts'
import { unknownEndpoint } from './endpoints.ts'
import type { AllowedAddresses } from './networks.ts'
import { selectDestination } from './sql.ts'

/** What came back from a ping. */
export interface Pinged {
  readonly id: string
  readonly url: string
  /** The `webhook-id` that was sent. */
  readonly webhookId: string
  /** Whether it counts as delivered: the status is 2xx. */
  readonly delivered: boolean
  /** Null when no answer came. */
  readonly status: number | null
  /** Why none came. */
  readonly error: string | null
  readonly milliseconds: number
}

/**
 * Sends a `ping` to an endpoint now, signed like a delivery, also when the endpoint is disabled.
 * Nothing is recorded, and it is not tried again.
 * @throws UserFacingError for an unknown endpoint
 */
export async function ping(
  session: Session<Worker>,
  id: string,
  allowed: AllowedAddresses,
  signal: AbortSignal,
): Promise<Pinged> {
  const destination = await selectDestination(session.read, id)
  // No transaction stays open while the endpoint thinks.
  await session.pause()
  if (destination === null) throw unknownEndpoint(id)
  const { url, secrets } = destination
  const webhookId = randomUUID()
  const event = {
    id: webhookId,
    kind: 'ping',
    version: null,
    createdAt: new Date(),
    traceparent: null,
    data: { endpointId: id },
  }
  const begun = performance.now()
  const agent = () => agentFor(url, allowed)
  const answer = await post({ url, agent, ...messageOf(event, secrets) }, signal)
  const milliseconds = Math.round(performance.now() - begun)
  const sent = { id, url, webhookId, milliseconds }
  if (answer === 'interrupted')
    return { ...sent, delivered: false, status: null, error: 'interrupted' }
  if ('failure' in answer) return { ...sent, delivered: false, status: null, error: answer.failure }
  const { status } = answer
  return { ...sent, delivered: status >= 200 && status < 300, status, error: null }
}
