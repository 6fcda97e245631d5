import type { Worker } from '../../database/identity.ts'
import type { Session } from '../../database/session.ts'
import { sql, type Transaction } from '../../database/sql.ts'
import { limits } from '../../limits.ts'
import { UserFacingError } from '../../user-facing-error.ts'
import { unknownEndpoint } from '../endpoints/endpoints.ts'
import { selectEndpoints } from '../endpoints/sql.ts'
import { selectEvent } from './events.ts'

/**
 * Has one event delivered again, with the same id: to every enabled endpoint that wants its kind,
 * or to one of them. A delivery that is under way at this moment is left as it is.
 * @returns how many deliveries will be made
 * @throws UserFacingError when the event or the endpoint is not known, or nobody wants the event
 */
export async function replayEvent(
  session: Session<Worker>,
  eventId: string,
  endpointId: string | null,
): Promise<number> {
  return session.write(async (tx) => {
    if (endpointId !== null) await checkEndpoint(tx, endpointId)
    const history = await selectEvent(tx, eventId)
    if (history === null)
      throw new UserFacingError(
        `No event has the id ${eventId}. Events are kept for 14 days after they were dispatched.\nFix: \`connections events list\` shows ids.`,
      )
    if (history.envelope === null)
      throw new UserFacingError(
        `The event ${eventId} was not dispatched yet, so there is nothing to repeat.\nFix: run \`connections worker\`.`,
      )
    const { events, deliveries } = await replayBatch(tx, { ...everything, eventId, endpointId })
    if (events === 0)
      throw new UserFacingError(
        `No enabled endpoint wants ${history.event.kind}.\nFix: \`connections webhooks list\` shows the endpoints and their kinds.`,
      )
    return deliveries
  })
}

/**
 * Has everything since a time delivered to one endpoint again, as far as it wants the kinds, in
 * batches that are committed one by one. Interrupted, it can be called again.
 * @param undelivered leaves out what the endpoint has accepted
 * @returns how many deliveries will be made
 * @throws UserFacingError when the endpoint is not known or disabled
 */
export async function replaySince(
  session: Session<Worker>,
  endpointId: string,
  { since, undelivered }: { since: Date; undelivered: boolean },
): Promise<number> {
  let after = '0'
  let deliveries = 0
  for (;;) {
    const batch = await session.write(async (tx) => {
      await checkEndpoint(tx, endpointId)
      return replayBatch(tx, { ...everything, endpointId, since, undelivered, after })
    })
    deliveries += batch.deliveries
    if (batch.last === null) return deliveries
    after = batch.last
  }
}

async function checkEndpoint(tx: Transaction, id: string): Promise<void> {
  const [endpoint] = await selectEndpoints(tx, id)
  if (endpoint === undefined) throw unknownEndpoint(id)
  if (endpoint.state === 'disabled')
    throw new UserFacingError(
      `The endpoint ${id} is disabled.\nFix: \`connections webhooks enable ${id}\`, then replay.`,
    )
}

interface Replay {
  readonly eventId: string | null
  readonly endpointId: string | null
  readonly since: Date | null
  readonly undelivered: boolean
  /** Continues after this dispatch number. */
  readonly after: string
}

const everything: Replay = {
  eventId: null,
  endpointId: null,
  since: null,
  undelivered: false,
  after: '0',
}

interface Batch {
  /** Events and endpoints that belong together. */
  readonly events: number
  /** Of these, what is delivered again. */
  readonly deliveries: number
  /** The last dispatch number; null when nothing is left. */
  readonly last: string | null
}

async function replayBatch(tx: Transaction, replay: Replay): Promise<Batch> {
  const { eventId, endpointId, since, undelivered, after } = replay
  const rows = await tx.rows<Batch>(
    'events.replay',
    sql`
      with wanted as (
        select event.id as event_id, endpoint.id as endpoint_id, event.dispatch_number,
               least(event.actor_user_id, event.other_user_id) as lower_user_id,
               greatest(event.actor_user_id, event.other_user_id) as upper_user_id
          from outbox as event
          join webhook_endpoints as endpoint
            on endpoint.state = 'enabled' and (endpoint.kinds is null or event.kind = any (endpoint.kinds))
         where event.dispatch_number > ${after}::bigint
           and (${eventId}::uuid is null or event.id = ${eventId}::uuid)
           and (${endpointId}::uuid is null or endpoint.id = ${endpointId}::uuid)
           and (${since}::timestamptz is null or event.created_at >= ${since}::timestamptz)
           and (not ${undelivered}::bool
                or not exists (select from webhook_deliveries as done
                                where done.endpoint_id = endpoint.id and done.event_id = event.id
                                  and done.state = 'delivered'))
         order by event.dispatch_number
         limit ${limits.webhooks.replayedAtOnce}::int),
      again as (
        insert into webhook_deliveries as delivery
               (endpoint_id, event_id, lower_user_id, upper_user_id, version, next_at)
        select endpoint_id, event_id, lower_user_id, upper_user_id, dispatch_number, now()
          from wanted
            on conflict (endpoint_id, event_id) do update
           set state = 'pending', attempts = 0, next_at = excluded.next_at, leased_until = null,
               finished_at = null
         where delivery.state <> 'pending' or delivery.leased_until is null
            or delivery.leased_until <= excluded.next_at
        returning 1)
      select count(*)::int as events, (select count(*)::int from again) as deliveries,
             max(dispatch_number) as last
        from wanted`,
  )
  return rows[0] ?? { events: 0, deliveries: 0, last: null }
}
