import { type Fragment, sql, type Transaction } from '../database/sql.ts'
import type { UserId } from '../graphql/ids.ts'
import type { EventDescription, EventKind } from './catalogue.ts'

/**
 * An event of the viewer that reaches another person. Ids only: who reads it asks the graph for the
 * rest, and gets what is true by then.
 */
interface PersonalEvent {
  readonly kind: Extract<
    EventKind,
    'friend_request.created' | 'friend_request.accepted' | 'follow.created'
  >
  readonly other: UserId
  /** What it is about, such as the request. */
  readonly subject?: string
  readonly level?: 'FRIEND' | 'CLOSE'
}

/**
 * Records a follow, a request or its acceptance for the other person, in the transaction that makes
 * it true, unless the same was recorded within a day or the request came quietly. The caller is not
 * told which it was (rule 0.7).
 */
export async function recordEventOnce(
  tx: Transaction,
  { kind, other, subject, level }: PersonalEvent,
): Promise<void> {
  await tx.rows(
    'outbox.recordOnce',
    sql`select record_event_once(${kind}, ${other}::uuid, ${subject ?? null}::uuid, lower(${level ?? null}::text))`,
  )
}

/**
 * Records that a block of the viewer's has begun, for services alone: at most once in ten seconds a
 * pair (rule 8.6). Hold the pair.
 */
export async function recordBlockChange(tx: Transaction, blocked: UserId): Promise<void> {
  await tx.rows('outbox.recordBlock', sql`select record_block_change(${blocked}::uuid)`)
}

/**
 * The same for blocks of anybody that have ended by themselves, for the worker. Hold all of the
 * pairs.
 */
export async function recordBlockChanges(
  tx: Transaction,
  blocks: readonly { readonly blocker: UserId; readonly blocked: UserId }[],
): Promise<void> {
  const [blockers, blocked] = [blocks.map((one) => one.blocker), blocks.map((one) => one.blocked)]
  await tx.rows(
    'outbox.recordBlocks',
    sql`
      select record_block_change_of(blocker, blocked)
        from unnest(${blockers}::uuid[], ${blocked}::uuid[]) as block (blocker, blocked)`,
  )
}

/**
 * The insertion of many events of one kind at once.
 * @param source `select …` with the columns actor, other and game_id, in the order of the events
 */
export function eventsInsertion(
  kind: EventKind,
  audience: EventDescription['audience'],
  source: Fragment,
) {
  return sql`
      insert into outbox (kind, audience, actor_user_id, other_user_id, game_id)
      select ${kind}, ${audience}, actor, other, game_id from (${source}) as told`
}
