import { empty, type Fragment, sql, type Transaction } from '../database/sql.ts'
import type { UserId } from '../graphql/ids.ts'
import type { EventKind } from './catalogue.ts'

/**
 * An event that others may act on. Ids only: who reads it asks the graph for the rest, and gets
 * what is true by then.
 */
export interface DomainEvent {
  /** `noun.what_happened`, as the catalogue has it. */
  readonly kind: EventKind
  /** Whether it may reach the other person; what hurts is for services only (rules 0.7, 8.6). */
  readonly audience: 'people' | 'services'
  readonly actor: UserId
  readonly other: UserId
  /** What it is about, such as the request. */
  readonly subject?: string
  readonly level?: 'FRIEND' | 'CLOSE'
}

/**
 * Writes the event down in the transaction that makes it true; it is delivered if and only if that
 * commits.
 */
export async function recordEvent(tx: Transaction, event: DomainEvent): Promise<void> {
  await tx.rows('outbox.record', eventInsertion(event, empty))
}

/**
 * Records a follow or a request for the other person, unless the same was recorded within a day or
 * the request came quietly. The caller is not told which it was.
 */
export async function recordEventOnce(
  tx: Transaction,
  { kind, other, subject, level }: Pick<DomainEvent, 'kind' | 'other' | 'subject' | 'level'>,
): Promise<void> {
  await tx.rows(
    'outbox.recordOnce',
    sql`select record_event_once(${kind}, ${other}::uuid, ${subject ?? null}::uuid, lower(${level ?? null}::text))`,
  )
}

/**
 * `recordEvent`, as a part of the statement that finds out whether it is true.
 * @param source `from …`: the event is written once for each row of it
 */
export function eventInsertion(
  { kind, audience, actor, other, subject, level }: DomainEvent,
  source: Fragment,
) {
  return sql`
      insert into outbox (kind, audience, actor_user_id, other_user_id, subject_id, level)
      select ${kind}, ${audience}, ${actor}::uuid, ${other}::uuid, ${subject ?? null}::uuid,
             lower(${level ?? null}::text) ${source}`
}

/**
 * The insertion of many events of one kind at once.
 * @param source `select …` with the columns actor, other and game_id, in the order of the events
 */
export function eventsInsertion(
  kind: DomainEvent['kind'],
  audience: DomainEvent['audience'],
  source: Fragment,
) {
  return sql`
      insert into outbox (kind, audience, actor_user_id, other_user_id, game_id)
      select ${kind}, ${audience}, actor, other, game_id from (${source}) as told`
}
