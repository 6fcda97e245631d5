import type pg from 'pg'
import { openDatabase } from '../../src/database/database.ts'
import { eventCatalogue, isEventKind } from '../../src/events/catalogue.ts'
import { dataOfEvent } from '../../src/events/event-data.ts'
import { dispatch } from '../../src/worker/dispatch.ts'
import { problemsOfData } from './event-schemas.ts'
import type { Person, TestService } from './test-service.ts'

interface EventRow {
  readonly id: string
  readonly kind: string
  readonly audience: string
  readonly actor: string
  readonly other: string
  readonly isDispatched: boolean
  /** In the order in which they were dispatched; 0 while it waits. */
  readonly number: number
  readonly createdAt: Date
  readonly dueAt: Date
  readonly dispatchedAt: Date | null
  readonly traceparent: string | null
  /** What was told or, while it waits, would be told now. */
  readonly data: unknown
}

const columns = `
  event.id, event.kind, event.audience, event.actor_user_id as actor, event.other_user_id as other,
  event.dispatched_at is not null as "isDispatched", coalesce(event.dispatch_number, 0)::int as number,
  event.created_at as "createdAt",
  event.due_at as "dueAt", event.dispatched_at as "dispatchedAt", event.traceparent,
  coalesce(event.data, ${dataOfEvent.text}) as data`

/** All events between these people, in the order of their versions. */
export async function eventsBetween(
  admin: pg.Pool,
  ...people: readonly Pick<Person, 'id'>[]
): Promise<EventRow[]> {
  const { rows } = await admin.query<EventRow>(
    `select ${columns} from outbox as event
      where actor_user_id = any ($1) and other_user_id = any ($1) order by version`,
    [people.map(({ id }) => id)],
  )
  return rows
}

/** Dispatches all events that wait and are due, as the worker does. */
export async function dispatchEvents({ database }: Pick<TestService, 'database'>): Promise<void> {
  const worker = openDatabase({ url: database.workerUrl, poolSize: 1 })
  const session = worker.as({ kind: 'worker' })
  await dispatch(session)
  await session.finish()
  await worker.close()
}

/**
 * What is wrong with the events of a database, by the catalogue: an unknown kind, another audience,
 * or data that is not as its schema says.
 */
export async function problemsOfEvents(admin: pg.Pool): Promise<string[]> {
  const { rows } = await admin.query<EventRow>(`select ${columns} from outbox as event`)
  return rows.flatMap(({ kind, audience, data }) => {
    if (!isEventKind(kind)) return [`${kind} is not in the catalogue`]
    const wanted = eventCatalogue[kind].audience
    return [
      ...(audience === wanted ? [] : [`${kind} is for ${audience}, not for ${wanted}`]),
      ...problemsOfData(kind, data),
    ]
  })
}
