import type { UserId } from '../../graphql/ids.ts'
import { sql, type Queryable, type Transaction } from '../../database/sql.ts'
import { cardColumns, toCard, type Card, type CardRow } from '../../pairs/user-summary.ts'

/** Inserts those who are not there yet, and says how many. In order, so that two batches cannot wait for each other. */
export async function insertUsers(tx: Transaction, ids: readonly UserId[]): Promise<number> {
  const rows = await tx.rows(
    'users.insert',
    sql`
      insert into users (id) select id from unnest(${[...ids].sort()}::uuid[]) as id
          on conflict do nothing
   returning id`,
  )
  return rows.length
}

/** The cards of those whom the one who asks can see, names and profiles in one statement. */
export async function selectCards(
  from: Queryable,
  people: readonly UserId[],
): Promise<Map<UserId, Card | null>> {
  const rows = await from.rows<CardRow & { person: UserId }>(
    'users.cards',
    sql`select card.person, ${cardColumns} from cards(${people}::uuid[]) as card`,
  )
  return new Map(rows.map((row) => [row.person, toCard(row)]))
}
