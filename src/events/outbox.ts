import type { UserId } from '../graphql/ids.ts'
import { empty, sql, type Fragment, type Transaction } from '../database/sql.ts'

/** A fact that others may act on. Ids only: who reads it asks the graph for the rest, and gets what is true by then. */
export interface Fact {
  /** `noun.what_happened`. */
  readonly kind:
    'friend_request.created' | 'friend_request.accepted' | 'follow.created' | 'block.changed'
  /** Whether it may reach the other person; what hurts is for services only (rules 0.7, 8.6). */
  readonly audience: 'people' | 'services'
  readonly actor: UserId
  readonly other: UserId
  /** What it is about, such as the request. */
  readonly subject?: string
  readonly level?: 'FRIEND' | 'CLOSE'
}

/** Writes the fact down in the transaction that makes it true; it is delivered if and only if that commits. */
export async function tell(tx: Transaction, fact: Fact): Promise<void> {
  await tx.rows('outbox.tell', telling(fact, empty))
}

/**
 * Tells the other person of a follow or a request, unless they were told of the like within a day, or the request came quietly.
 * Whether they were is not said (`tell_once`).
 */
export async function tellOnce(
  tx: Transaction,
  { kind, other, subject, level }: Pick<Fact, 'kind' | 'other' | 'subject' | 'level'>,
): Promise<void> {
  await tx.rows(
    'outbox.tellOnce',
    sql`select tell_once(${kind}, ${other}::uuid, ${subject ?? null}::uuid, lower(${level ?? null}::text))`,
  )
}

/**
 * `tell`, as a part of the statement that finds out whether it is true.
 * @param source `from …`: the fact is written once for each row of it
 */
export function telling({ kind, audience, actor, other, subject, level }: Fact, source: Fragment) {
  return sql`
      insert into outbox (kind, audience, actor_user_id, other_user_id, subject_id, level)
      select ${kind}, ${audience}, ${actor}::uuid, ${other}::uuid, ${subject ?? null}::uuid,
             lower(${level ?? null}::text) ${source}`
}
