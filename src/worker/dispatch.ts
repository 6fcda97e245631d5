import type { Worker } from '../database/identity.ts'
import type { Session } from '../database/session.ts'
import { sql, type Transaction } from '../database/sql.ts'
import { eventData } from '../events/event-data.ts'
import type { UserId } from '../graphql/ids.ts'
import { limits } from '../limits.ts'
import { tryLockPairs } from '../pairs/lock.ts'

/** What one round has dispatched. */
export interface Dispatched {
  readonly events: number
  readonly deliveries: number
}

interface Waiting {
  readonly id: string
  readonly version: string
  readonly kind: string
  readonly actor: UserId
  readonly other: UserId
}

const nothing: Dispatched = { events: 0, deliveries: 0 }

/**
 * Dispatches the events that wait and are due, in the order of their versions: works out what is
 * told, numbers them, and makes a delivery for every endpoint that wants the kind. One worker
 * dispatches at a time; another one that asks meanwhile dispatches nothing. So the numbers are seen
 * in the order in which they were given.
 */
export async function dispatch(session: Session<Worker>): Promise<Dispatched> {
  return session.write(async (tx) => {
    const [[lock], waiting] = await Promise.all([
      tx.rows<{ isOurs: boolean }>(
        'dispatch.lock',
        sql`select pg_try_advisory_xact_lock(hashtextextended('dispatch', 0)) as "isOurs"`,
      ),
      selectWaiting(tx),
    ])
    if (lock?.isOurs !== true || waiting.length === 0) return nothing
    const ready = await withoutChanging(tx, waiting)
    return ready.length === 0 ? nothing : tell(tx, ready)
  })
}

function selectWaiting(tx: Transaction): Promise<Waiting[]> {
  return tx.rows<Waiting>(
    'dispatch.waiting',
    sql`
      select id, version, kind, actor_user_id as actor, other_user_id as other
        from outbox
       where dispatch_number is null and due_at <= now()
       order by version
       limit ${limits.webhooks.dispatchedAtOnce}::int`,
  )
}

/**
 * Leaves out the pairs that somebody changes in this moment, with all of their events, so that none
 * overtakes another. `block.changed` tells the state that stands, and while one waits, whoever
 * changes that state adds no other. With the pair's lock, either we see what they changed, or they
 * see that it has been dispatched.
 */
async function withoutChanging(tx: Transaction, waiting: Waiting[]): Promise<Waiting[]> {
  const ofState = waiting.filter(({ kind }) => kind === 'block.changed')
  if (ofState.length === 0) return waiting
  const isHeld = await tryLockPairs(
    tx,
    ofState.map(({ actor, other }) => [actor, other]),
  )
  return waiting.filter(({ actor, other }) => !isHeld(actor, other))
}

async function tell(tx: Transaction, ready: readonly Waiting[]): Promise<Dispatched> {
  const ids = ready.map(({ id }) => id)
  const data = await eventData(tx, ids)
  const [made] = await tx.last(
    tx.rows<{ deliveries: number }>(
      'dispatch.tell',
      sql`
      with numbered as (
        select id, data, nextval('outbox_dispatch_numbers') as dispatch_number
          from (select id, data
                  from unnest(${ids}::uuid[], ${ids.map((id) => JSON.stringify(data.get(id) ?? {}))}::jsonb[])
                         with ordinality as ready (id, data, place)
                 order by place) as ready),
      dispatched as (
        update outbox
           set dispatch_number = numbered.dispatch_number, dispatched_at = now(), data = numbered.data
          from numbered
         where outbox.id = numbered.id and outbox.dispatch_number is null
           -- So that none looks through all that waits.
           and outbox.version between ${ready.at(0)?.version}::bigint and ${ready.at(-1)?.version}::bigint
        returning outbox.*),
      made as (
        insert into webhook_deliveries (endpoint_id, event_id, lower_user_id, upper_user_id, version)
        select endpoint.id, event.id, least(event.actor_user_id, event.other_user_id),
               greatest(event.actor_user_id, event.other_user_id), event.dispatch_number
          from dispatched as event
          join webhook_endpoints as endpoint
            on endpoint.state = 'enabled' and (endpoint.kinds is null or event.kind = any (endpoint.kinds))
        returning 1)
      select count(*)::int as deliveries from made`,
    ),
  )
  return { events: ready.length, deliveries: made?.deliveries ?? 0 }
}
