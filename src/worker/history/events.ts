import { type Queryable, sql } from '../../database/sql.ts'
import { type CloudEvent, toCloudEvent } from '../../events/envelope.ts'

/** A row of the outbox, as operators see it. */
export interface RecordedEvent {
  readonly id: string
  readonly kind: string
  readonly audience: 'people' | 'services'
  readonly actorId: string
  readonly otherId: string
  readonly subjectId: string | null
  readonly level: string | null
  readonly gameId: string | null
  /** The order in which events were recorded. A bigint, as Postgres writes it. */
  readonly version: string
  /** The order in which events were dispatched (`pairversion`); null: it waits. */
  readonly dispatchNumber: string | null
  readonly createdAt: Date
  /** Not told before. */
  readonly dueAt: Date
  /** Null: it waits. */
  readonly dispatchedAt: Date | null
}

const columns = sql`
  id, kind, audience, actor_user_id as "actorId", other_user_id as "otherId",
  subject_id as "subjectId", level, game_id as "gameId", version,
  dispatch_number as "dispatchNumber", created_at as "createdAt", due_at as "dueAt", dispatched_at as "dispatchedAt"`

/** Which events to list; null: whatever it is. */
export interface EventFilter {
  readonly kind: string | null
  /** Two people, in either order. */
  readonly pair: readonly [string, string] | null
  readonly since: Date | null
  readonly most: number
}

/** The newest events first. */
export async function selectEvents(
  from: Queryable,
  { kind, pair, since, most }: EventFilter,
): Promise<RecordedEvent[]> {
  const [one, other] = pair ?? [null, null]
  return from.rows<RecordedEvent>(
    'events.list',
    sql`
      select ${columns}
        from outbox
       where (${kind}::text is null or kind = ${kind}::text)
         and (${since}::timestamptz is null or created_at >= ${since}::timestamptz)
         and (${one}::uuid is null
              or actor_user_id = ${one}::uuid and other_user_id = ${other}::uuid
              or actor_user_id = ${other}::uuid and other_user_id = ${one}::uuid)
       order by version desc
       limit ${most}::int`,
  )
}

/** How far an event is on its way to one endpoint. */
export interface Delivery {
  readonly endpointId: string
  readonly url: string
  readonly state: 'pending' | 'delivered' | 'dropped' | 'dead'
  readonly attempts: number
  /** Of the next attempt; null when there is none. */
  readonly nextAt: Date | null
  /** Null: no answer came, or nothing was sent yet. */
  readonly lastStatus: number | null
  readonly lastError: string | null
  readonly finishedAt: Date | null
}

/** Everything that is known of one event. */
export interface EventHistory {
  readonly event: RecordedEvent
  /** What is sent; null until it is dispatched. */
  readonly envelope: CloudEvent | null
  readonly deliveries: readonly Delivery[]
}

/** Everything that is known of one event; null for an unknown id. */
export async function selectEvent(from: Queryable, id: string): Promise<EventHistory | null> {
  const [[row], deliveries] = await Promise.all([
    from.rows<RecordedEvent & { readonly data: unknown; readonly traceparent: string | null }>(
      'events.show',
      sql`select ${columns}, data, traceparent from outbox where id = ${id}::uuid`,
    ),
    from.rows<Delivery>(
      'events.deliveries',
      sql`
        select delivery.endpoint_id as "endpointId", endpoint.url, delivery.state, delivery.attempts,
               case delivery.state when 'pending' then delivery.next_at end as "nextAt",
               delivery.last_status as "lastStatus", delivery.last_error as "lastError",
               delivery.finished_at as "finishedAt"
          from webhook_deliveries as delivery
          join webhook_endpoints as endpoint on endpoint.id = delivery.endpoint_id
         where delivery.event_id = ${id}::uuid
         order by endpoint.created_at, endpoint.id`,
    ),
  ])
  if (row === undefined) return null
  const { data, traceparent, ...event } = row
  const { dispatchNumber } = event
  const envelope =
    dispatchNumber === null
      ? null
      : toCloudEvent({ ...event, version: dispatchNumber, traceparent, data })
  return { event, envelope, deliveries }
}

/** A delivery that was given up. */
export interface DeadDelivery {
  readonly eventId: string
  readonly kind: string
  readonly endpointId: string
  readonly url: string
  readonly attempts: number
  readonly lastStatus: number | null
  readonly lastError: string | null
  readonly finishedAt: Date
}

/** Deliveries that were given up, of all endpoints or of one; those given up last first. */
export async function selectDead(
  from: Queryable,
  endpointId: string | null,
  most: number,
): Promise<DeadDelivery[]> {
  return from.rows<DeadDelivery>(
    'events.dead',
    sql`
      select delivery.event_id as "eventId", event.kind, delivery.endpoint_id as "endpointId",
             endpoint.url, delivery.attempts, delivery.last_status as "lastStatus",
             delivery.last_error as "lastError", delivery.finished_at as "finishedAt"
        from webhook_deliveries as delivery
        join webhook_endpoints as endpoint on endpoint.id = delivery.endpoint_id
        join outbox as event on event.id = delivery.event_id
       where delivery.state = 'dead'
         and (${endpointId}::uuid is null or delivery.endpoint_id = ${endpointId}::uuid)
       order by delivery.finished_at desc, delivery.event_id
       limit ${most}::int`,
  )
}
