import { sql, type Transaction } from '../database/sql.ts'
import { limits } from '../limits.ts'
import type { Claimed } from './claim.ts'
import type { Outcome } from './outcome.ts'

/** One attempt, and what came of it. */
export interface Attempted {
  readonly delivery: Pick<
    Claimed,
    'id' | 'kind' | 'endpointId' | 'attempts' | 'leasedUntil' | 'isFailing'
  >
  readonly outcome: Outcome
}

/** An endpoint that gets nothing any more, and why. */
export interface Disabled {
  readonly endpointId: string
  readonly reason: string
}

/**
 * Records attempts, all of them in one statement, and what they say of their endpoints in another
 * one if they say anything new.
 *
 * Only what was delivered is recorded over another worker's claim: a delivery whose lease has ended
 * is that worker's by then.
 * @returns the endpoints that are disabled because of it
 */
export async function recordAttempts(
  tx: Transaction,
  attempted: readonly Attempted[],
): Promise<Disabled[]> {
  if (attempted.length === 0) return []
  const outcomes = attempted.map(({ outcome }) => outcome)
  const deliveries = attempted.map(({ delivery }) => delivery)
  const [, disabled] = await Promise.all([
    tx.rows(
      'webhooks.record',
      sql`
      update webhook_deliveries as delivery
         set state = told.state,
             attempts = delivery.attempts + told.counted::int,
             next_at = case when told.state = 'pending' then now() + told.delay_ms * interval '1 ms'
                            else delivery.next_at end,
             leased_until = null,
             last_status = case when told.counted then told.status else delivery.last_status end,
             last_error = case when told.counted then told.error else delivery.last_error end,
             finished_at = case when told.state <> 'pending' then now() end
        from unnest(${deliveries.map(({ endpointId }) => endpointId)}::uuid[],
                    ${deliveries.map(({ id }) => id)}::uuid[],
                    ${deliveries.map(({ leasedUntil }) => leasedUntil.toISOString())}::timestamptz[],
                    ${outcomes.map(({ state }) => state)}::text[],
                    ${outcomes.map(({ delayMs }) => delayMs)}::float8[],
                    ${outcomes.map(({ isCounted }) => isCounted)}::bool[],
                    ${outcomes.map(({ status }) => status)}::smallint[],
                    ${outcomes.map(({ error }) => error)}::text[])
               as told (endpoint_id, event_id, lease, state, delay_ms, counted, status, error)
       where delivery.endpoint_id = told.endpoint_id and delivery.event_id = told.event_id
         -- Says that it is pending, without the word of the indexes that are not meant here.
         and delivery.finished_at is null
         and (told.state = 'delivered' or delivery.leased_until = told.lease)`,
    ),
    recordEndpoints(tx, healthOf(attempted)),
  ])
  return disabled
}

/** What the attempts of one moment say of one endpoint. */
interface Health {
  succeeded: boolean
  failed: boolean
  isFailing: boolean
  isGone: boolean
  pauseMs: number
}

function healthOf(attempted: readonly Attempted[]): Map<string, Health> {
  const endpoints = new Map<string, Health>()
  for (const { delivery, outcome } of attempted) {
    const health = endpoints.get(delivery.endpointId) ?? {
      succeeded: false,
      failed: false,
      isFailing: false,
      isGone: false,
      pauseMs: 0,
    }
    endpoints.set(delivery.endpointId, health)
    if (outcome.state === 'delivered') health.succeeded = true
    else if (outcome.isCounted) health.failed = true
    health.isFailing ||= delivery.isFailing
    health.isGone ||= outcome.endpoint.isGone
    health.pauseMs = Math.max(health.pauseMs, outcome.endpoint.pauseMs)
  }
  return endpoints
}

async function recordEndpoints(
  tx: Transaction,
  endpoints: ReadonlyMap<string, Health>,
): Promise<Disabled[]> {
  const news = [...endpoints].filter(
    ([, { succeeded, failed, isFailing }]) => failed || (succeeded && isFailing),
  )
  if (news.length === 0) return []
  const { failingDays } = limits.webhooks
  const health = news.map(([, told]) => told)
  const rows = await tx.rows<{ endpointId: string; reason: string | null }>(
    'webhooks.recordEndpoints',
    sql`
      with told as (
        select endpoint.id, told.*, case
                 when told.is_gone then 'it answered 410'
                 when not told.succeeded and endpoint.failing_since <= now() - make_interval(days => ${failingDays}::int)
                 then 'every delivery failed for ' || ${failingDays}::int || ' days' end as reason
          from unnest(${news.map(([id]) => id)}::uuid[],
                      ${health.map(({ succeeded }) => succeeded)}::bool[],
                      ${health.map(({ isGone }) => isGone)}::bool[],
                      ${health.map(({ pauseMs }) => pauseMs)}::float8[])
                 as told (endpoint_id, succeeded, is_gone, pause_ms)
          join webhook_endpoints as endpoint on endpoint.id = told.endpoint_id
         where endpoint.state = 'enabled'
         order by endpoint.id
           for no key update of endpoint)
      update webhook_endpoints as endpoint
         set failing_since = case when not told.succeeded then coalesce(endpoint.failing_since, now()) end,
             paused_until = case when told.pause_ms > 0 then now() + told.pause_ms * interval '1 ms'
                                 else endpoint.paused_until end,
             state = case when told.reason is null then 'enabled' else 'disabled' end,
             disabled_at = case when told.reason is not null then now() end,
             disabled_because = told.reason
        from told
       where told.id = endpoint.id
      returning endpoint.id as "endpointId", endpoint.disabled_because as reason`,
  )
  return rows.flatMap(({ endpointId, reason }) => (reason === null ? [] : [{ endpointId, reason }]))
}
