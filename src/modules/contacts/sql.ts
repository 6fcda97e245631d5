import { empty, isAmong, type Queryable, sql, type Transaction } from '../../database/sql.ts'
import type { UserId } from '../../graphql/ids.ts'
import { type OwnedRow, selectCounts } from '../../graphql/pages.ts'
import { joinUserSummaries, type UserSummaryRow } from '../../pairs/user-summary.ts'
import { type Look, looksByOwner, type VisiblePageQuery } from '../../pairs/visible-pages.ts'

/** A contact as its owner has it. */
export interface Contact {
  readonly owner: UserId
  readonly contact: UserId
  readonly addedAt: Date
  readonly updatedAt: Date
}

/** A contact with what they show; without it when it was not asked for. */
export type ShownContact = Contact & Partial<UserSummaryRow>

/** A page of contacts, behind the id of a person, there or not. */
interface ContactPageQuery extends VisiblePageQuery<UserId | null> {
  /** Whether what the contacts show is to come with the page. */
  readonly summaries: boolean
}

/**
 * Adds the contact or, when it is there, moves `updatedAt`. The condition is in the statement: no
 * row comes back when the owner does not exist any more or may not see the contact. Hold the pair,
 * or `added` may be another's doing.
 */
export async function upsertContact(
  tx: Transaction,
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
 * Removes the contact and gives it as it was; null when there was none, and for a contact who is
 * hidden from the owner: that one goes too, but neither the answer nor its time must tell that
 * there was anybody (rules 0.4, 0.9, 1.6). So whether the contact is visible is looked up in any
 * case, and `stamp_removal` writes also where there is nothing to remove.
 */
export async function deleteContact(
  tx: Transaction,
  owner: UserId,
  contact: UserId,
): Promise<Contact | null> {
  const [row] = await tx.rows<Contact | { owner: null }>(
    'contacts.delete',
    sql`
        with removed as (
      delete from user_contacts as kept
       where owner_user_id = ${owner}::uuid and contact_user_id = ${contact}::uuid
   returning ${columns}
             )
      select removed.*
        from (select is_visible(${contact}::uuid) as visible, stamp_removal() as stamp offset 0) as seen
        left join removed on seen.visible`,
  )
  return row === undefined || row.owner === null ? null : row
}

/**
 * Looks at so many of many owners' contacts, by contact ascending, and gives those whom
 * the viewer sees (rule 1.6). An owner without contacts has an empty look; an owner who does not
 * exist has none.
 */
export async function selectContactPages(
  from: Queryable,
  owners: readonly UserId[],
  { first, after, summaries: asked }: ContactPageQuery,
  candidates: number,
): Promise<Map<UserId, Look<ShownContact, UserId>>> {
  const summaries = joinUserSummaries(asked, 'contact')
  // Driven from `users`, not from `unnest`: Citus refuses a lateral page over anything but a
  // distributed table.
  const rows = await from.rows<OwnedRow<ShownContact, 'contact', { stop: UserId | null }>>(
    'contacts.pages',
    sql`
        with candidate as materialized (
      select person.id as person, list.*
        from users as person
        left join lateral (
             select ${columns}, row_number() over (order by kept.contact_user_id) as place
               from user_contacts as kept
              where kept.owner_user_id = person.id
                    ${after === null ? empty : sql`and kept.contact_user_id > ${after}::uuid`}
              order by kept.contact_user_id
              limit ${candidates + 1}
             ) as list on true
       where person.id ${isAmong(owners)}
             ), visible as materialized (
      select id from visible_users(array(select contact from candidate where contact is not null)) as id
             ), page as materialized (
      select ranked.*
        from (select owner, contact, "addedAt", "updatedAt",
                     row_number() over (partition by owner order by contact) as rank
                from candidate
               where place <= ${candidates} and contact in (select id from visible)) as ranked
       where rank <= ${first + 1}
             ), stop as materialized (
      select last.owner, between_ids(last.contact, next.contact) as id
        from candidate as last
        join candidate as next on next.owner = last.owner and next.place = last.place + 1
       where last.place = ${candidates}
         and (select count(*) from page where page.owner = last.owner) < ${first + 1}
             )
      select owner.person as owner, page.contact, page."addedAt", page."updatedAt", stop.id as stop ${summaries.columns}
        from (select distinct person from candidate) as owner
        left join page on page.owner = owner.person
        left join stop on stop.owner = owner.person ${summaries.join}
       order by owner.person, page.contact`,
  )
  return looksByOwner(rows, 'contact', ({ stop }) => stop)
}

/**
 * How many contacts each owner can page through; an owner without contacts is not in the answer.
 */
export async function countContacts(
  from: Queryable,
  owners: readonly UserId[],
): Promise<Map<UserId, number>> {
  return selectCounts(
    from,
    'contacts.count',
    sql`
        with kept as materialized (
      select owner_user_id as owner, contact_user_id as contact
        from user_contacts
       where owner_user_id ${isAmong(owners)}
             )
      select owner, count(*)::int as count
        from kept
       where contact in (select id from visible_users(array(select contact from kept)) as id)
       group by owner`,
  )
}

const columns = sql`
  kept.owner_user_id as owner, kept.contact_user_id as contact,
  kept.created_at as "addedAt", kept.updated_at as "updatedAt"`
