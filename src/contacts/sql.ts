import type { UserId } from '../base/ids.ts'
import { empty, isAmong, sql, type Sql, type Tx } from '../base/sql.ts'
import { joinCards, type CardRow } from '../ties/cards.ts'

/** A contact as its owner has it. */
export interface Contact {
  readonly owner: UserId
  readonly contact: UserId
  readonly addedAt: Date
  readonly updatedAt: Date
}

/** A contact with what they show; without it when it was not asked for. */
export type ShownContact = Contact & Partial<CardRow>

interface ContactPageQuery {
  readonly first: number
  readonly after: UserId | null
  /** Whether what the contacts show is to come with the page. */
  readonly cards: boolean
}

/**
 * Adds the contact or, when it is there, moves `updatedAt`. The condition is in the statement: no row comes back when
 * the owner does not exist any more or may not see the contact. Hold the pair, or `added` may be another's doing.
 */
export async function upsertContact(
  tx: Tx,
  owner: UserId,
  contact: UserId,
): Promise<(Contact & { added: boolean }) | null> {
  const [row] = await tx.rows<Contact & { added: boolean }>(
    'contacts.upsert',
    sql`
        with present as (
      select from user_contacts where owner_user_id = ${owner}::uuid and contact_user_id = ${contact}::uuid
             )
      insert into user_contacts as kept (owner_user_id, contact_user_id)
      select owner.id, visible.id
        from users as owner, visible_users(array[${contact}::uuid]) as visible (id)
       where owner.id = ${owner}::uuid
          on conflict (owner_user_id, contact_user_id)
          do update set updated_at = greatest(kept.updated_at, excluded.updated_at)
   returning ${columns}, not exists (select from present) as added`,
  )
  return row ?? null
}

/**
 * Removes the contact and gives it as it was; null when there was none, and for a contact who is hidden from the owner:
 * that one goes too, but the answer must not tell that there was anybody (RULES 0.4, 1.6).
 */
export async function deleteContact(
  tx: Tx,
  owner: UserId,
  contact: UserId,
): Promise<Contact | null> {
  const [row] = await tx.rows<Contact & { visible: boolean }>(
    'contacts.delete',
    sql`
      delete from user_contacts as kept
       where owner_user_id = ${owner}::uuid and contact_user_id = ${contact}::uuid
   returning ${columns}, is_visible(kept.contact_user_id) as visible`,
  )
  return row?.visible === true ? row : null
}

/**
 * The same page of many owners' lists, by contact ascending, one row more than `first` to tell whether more follow.
 * Contacts hidden from the one who asks are left out before the page is cut (RULES 1.6). An owner without contacts has
 * an empty page; an owner who does not exist has none.
 */
export async function selectContactPages(
  from: Sql,
  owners: readonly UserId[],
  { first, after, cards: asked }: ContactPageQuery,
): Promise<Map<UserId, ShownContact[]>> {
  const cards = joinCards(asked, 'contact')
  // Driven from `users`, not from `unnest`: Citus refuses a lateral page over anything but a distributed table.
  const rows = await from.rows<ShownContact | { owner: UserId; contact: null }>(
    'contacts.pages',
    sql`
        with page as materialized (
      select person.id as owner, page.contact, page."addedAt", page."updatedAt"
        from users as person
        left join lateral (
             select ${columns}
               from user_contacts as kept
              where kept.owner_user_id = person.id
                and kept.contact_user_id not in (select hidden_users())
                    ${after === null ? empty : sql`and kept.contact_user_id > ${after}::uuid`}
              order by kept.contact_user_id
              limit ${first + 1}
             ) as page on true
       where person.id ${isAmong(owners)}
             )
      select page.owner, page.contact, page."addedAt", page."updatedAt" ${cards.columns}
        from page ${cards.join}
       order by page.owner, page.contact`,
  )
  const pages = new Map<UserId, ShownContact[]>()
  for (const row of rows) {
    const page = pages.get(row.owner) ?? []
    if (row.contact !== null) page.push(row)
    pages.set(row.owner, page)
  }
  return pages
}

/** How many contacts each owner can page through; an owner without contacts is not in the answer. */
export async function countContacts(
  from: Sql,
  owners: readonly UserId[],
): Promise<Map<UserId, number>> {
  const rows = await from.rows<{ owner: UserId; count: number }>(
    'contacts.count',
    sql`
      select owner_user_id as owner, count(*)::int as count
        from user_contacts
       where owner_user_id ${isAmong(owners)}
         and contact_user_id not in (select hidden_users())
       group by owner_user_id`,
  )
  return new Map(rows.map(({ owner, count }) => [owner, count]))
}

const columns = sql`
  kept.owner_user_id as owner, kept.contact_user_id as contact,
  kept.created_at as "addedAt", kept.updated_at as "updatedAt"`
