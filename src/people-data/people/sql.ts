import { sql, type Transaction } from '../../database/sql.ts'
import type { Newcomer } from './person-row.ts'

/** What became of a person. */
export interface Outcome {
  /** False: they were here already. */
  readonly added: boolean
  /**
   * `kept`: they have a username already, this one or another; `taken`: somebody else has or holds
   * it; null: none was given.
   */
  readonly username: 'given' | 'kept' | 'taken' | null
  /** False: they had said something of themselves already, or nothing was given. */
  readonly introduced: boolean
}

/**
 * Imports people, each id and each name once, in their order; one outcome for each. Whoever is here
 * keeps what they have.
 */
export async function importPeople(
  tx: Transaction,
  people: readonly Newcomer[],
): Promise<Outcome[]> {
  return tx.rows<Outcome>(
    'people.import',
    sql`select added, username, introduced from import_people(${JSON.stringify(people)}::jsonb) order by place`,
  )
}
