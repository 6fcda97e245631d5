import { type Queryable, sql, type Transaction } from '../../database/sql.ts'
import type { OldContact } from './contact-row.ts'
import type { Outcome } from './counts.ts'

/**
 * Imports contacts, each pair at most once, and says for each what became of it, in their order.
 * Holds the pairs until the transaction ends (`import_contacts` in the migrations).
 */
export function importContacts(
  tx: Transaction,
  contacts: readonly OldContact[],
): Promise<Outcome[]> {
  return outcomes(
    tx,
    'imports.import',
    sql`select outcome from import_contacts(${lists(contacts)}) order by place`,
  )
}

/** What `importContacts` would do, without doing it. */
export function judgeContacts(
  from: Queryable,
  contacts: readonly OldContact[],
): Promise<Outcome[]> {
  return outcomes(
    from,
    'imports.judge',
    sql`select outcome from judge_contacts(${lists(contacts)}) order by place`,
  )
}

async function outcomes(
  from: Queryable,
  name: string,
  statement: ReturnType<typeof sql>,
): Promise<Outcome[]> {
  const rows = await from.rows<{ outcome: Outcome }>(name, statement)
  return rows.map(({ outcome }) => outcome)
}

const lists = (contacts: readonly OldContact[]) => sql`
  ${contacts.map(({ owner }) => owner)}::uuid[], ${contacts.map(({ contact }) => contact)}::uuid[],
  ${contacts.map(({ createdAt }) => moment(createdAt))}::timestamptz[],
  ${contacts.map(({ updatedAt }) => moment(updatedAt))}::timestamptz[]`

const moment = (time: number) => new Date(time).toISOString()
