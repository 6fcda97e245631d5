import { sql, type Transaction } from '../database/sql.ts'
import type { DispatchedEvent } from '../events/envelope.ts'
import { limits } from '../limits.ts'
import type { Places } from './places.ts'

/** A delivery that this worker holds for as long as the lease lasts, and all that it needs. */
export interface Claimed extends DispatchedEvent {
  readonly endpointId: string
  readonly url: string
  readonly secret: Buffer
  /** The one before it, for as long as that holds too. */
  readonly previousSecret: Buffer | null
  readonly isFailing: boolean
  /** Attempts that were made before. */
  readonly attempts: number
  /** Names the claim: whoever claims it next has another. */
  readonly leasedUntil: Date
}

/** What one claim has taken. */
export interface Claims {
  /** What is to be sent. */
  readonly claimed: readonly Claimed[]
  /** How many were dropped instead: their places are still free. */
  readonly dropped: number
}

/**
 * Takes deliveries that are due, as many as there are places, and gives those that are to be sent.
 *
 * A delivery waits while an earlier one of the same pair is open at the same endpoint, but not
 * longer than `orderPatienceMs` after it is due. What is for people is checked again: it is dropped
 * when one of the two blocks the other by now (rule 8.2).
 *
 * `is not distinct from` is `=` here, and uses no index: the one of the pair is meant, and a plan
 * that was made while the table was empty would read all that an endpoint waits for instead.
 *
 * A lease ends by itself. So what a killed worker held is taken by the next one, and nobody has to
 * notice that it was killed.
 */
export async function claimDeliveries(
  tx: Transaction,
  { total, of }: Places['free'],
  leaseMs: number,
): Promise<Claims> {
  const { endpointAtFirst, orderPatienceMs } = limits.webhooks
  const rows = await tx.rows<Claimed & { readonly state: string }>(
    'webhooks.claim',
    sql`
      with due as (
        select taken.event_id, taken.endpoint_id
          from webhook_endpoints as endpoint
          left join unnest(${of.map(([id]) => id)}::uuid[], ${of.map(([, places]) => places)}::int[])
                 as known (id, places) on known.id = endpoint.id
         cross join lateral (
               select delivery.event_id, delivery.endpoint_id
                 from webhook_deliveries as delivery
                where delivery.endpoint_id = endpoint.id
                  and delivery.state = 'pending'
                  and delivery.next_at <= now()
                  and (delivery.leased_until is null or delivery.leased_until <= now())
                  and (delivery.next_at <= now() - ${orderPatienceMs}::int * interval '1 ms'
                       or not exists (
                            select from webhook_deliveries as earlier
                             where earlier.endpoint_id is not distinct from delivery.endpoint_id
                               and earlier.lower_user_id = delivery.lower_user_id
                               and earlier.upper_user_id = delivery.upper_user_id
                               and earlier.version < delivery.version
                               and earlier.state = 'pending'))
                order by delivery.next_at
                limit coalesce(known.places, ${endpointAtFirst}::int)
                  for update skip locked) as taken
         where endpoint.state = 'enabled'
           and (endpoint.paused_until is null or endpoint.paused_until <= now())
         limit ${total}::int)
      update webhook_deliveries as delivery
         set state = case when is_dropped then 'dropped' else 'pending' end,
             finished_at = case when is_dropped then now() end,
             leased_until = case when not is_dropped then now() + ${leaseMs}::int * interval '1 ms' end
        from due
        join outbox as event on event.id = due.event_id
        join webhook_endpoints as endpoint on endpoint.id = due.endpoint_id
       cross join lateral (
             select event.audience = 'people' and exists (
                      select from user_blocks
                       where (blocker_user_id = event.actor_user_id and blocked_user_id = event.other_user_id
                              or blocker_user_id = event.other_user_id and blocked_user_id = event.actor_user_id)
                         and (expires_at is null or expires_at > now()))
            offset 0) as recheck (is_dropped)
       where delivery.event_id = due.event_id and delivery.endpoint_id = due.endpoint_id
      returning delivery.state, delivery.endpoint_id as "endpointId", endpoint.url, endpoint.secret,
                case when endpoint.previous_secret_until > now() then endpoint.previous_secret end as "previousSecret",
                endpoint.failing_since is not null as "isFailing", delivery.attempts,
                delivery.leased_until as "leasedUntil", event.id, delivery.version, event.kind,
                event.traceparent, event.created_at as "createdAt", event.data`,
  )
  const claimed = rows.filter(({ state }) => state === 'pending')
  return { claimed, dropped: rows.length - claimed.length }
}
