import { type Queryable, sql, type Transaction } from '../../database/sql.ts'
import type { TimePosition } from '../../graphql/connections.ts'
import type { UserId } from '../../graphql/ids.ts'
import { type OwnedRow, type Page, pagesByOwner, selectCounts } from '../../graphql/pages.ts'
import type { TokenHash } from './tokens.ts'

/** A contact link as its maker has it: counts, never who. */
export interface ContactLink {
  readonly id: string
  readonly maker: UserId
  readonly label: string | null
  readonly createdAt: Date
  /** Null: never by itself. */
  readonly expiresAt: Date | null
  /** Null: any number. */
  readonly maxUses: number | null
  readonly uses: number
  /** Null: nobody has used it. */
  readonly lastUsedAt: Date | null
  /** Null: not revoked. */
  readonly revokedAt: Date | null
  /** Not revoked, not expired, not used up, by the database's clock. */
  readonly isLive: boolean
}

/** What a maker wants of a new link. */
export interface NewLink {
  readonly label: string | null
  readonly expiresAt: Date | null
  readonly maxUses: number | null
}

/** What is to know before a link is made. Hold the maker's caps, so that it stays as it is. */
export interface LinkSituation {
  /** How many links of the maker's are live. */
  readonly live: number
  /** Whether the end that was asked for, if any, is still to come. */
  readonly endsLater: boolean
}

export async function selectLinkSituation(
  tx: Transaction,
  maker: UserId,
  expiresAt: Date | null,
): Promise<LinkSituation> {
  const [row] = await tx.rows<LinkSituation>(
    'links.situation',
    sql`
      select count(*)::int as live,
             coalesce(${expiresAt}::timestamptz > statement_timestamp(), true) as "endsLater"
        from contact_links as link
       where link.maker_user_id = ${maker}::uuid and ${isLive}`,
  )
  if (row === undefined) throw new Error('A statement that always has a row had none.')
  return row
}

/**
 * Makes the link. Prisma Client writes it: one row of plain values.
 * @throws a violation of `contact_links_maker_user_id_fkey` when the maker does not exist any more
 */
export async function insertLink(
  tx: Transaction,
  maker: UserId,
  wanted: NewLink,
  hash: TokenHash,
): Promise<ContactLink> {
  const made = await tx.prisma('links.insert', (prisma) =>
    prisma.contactLink.create({
      data: { makerUserId: maker, tokenHash: Buffer.from(hash, 'hex'), ...wanted },
      select: { id: true, createdAt: true },
    }),
  )
  return { ...made, ...wanted, maker, uses: 0, lastUsedAt: null, revokedAt: null, isLive: true }
}

/**
 * Revokes the maker's link and gives it as it is now; null when it was revoked before, or is not
 * theirs.
 */
export async function updateToRevoked(
  tx: Transaction,
  maker: UserId,
  id: string,
): Promise<ContactLink | null> {
  const [row] = await tx.rows<ContactLink>(
    'links.revoke',
    sql`
      update contact_links as link set revoked_at = statement_timestamp()
       where link.id = ${id}::uuid and link.maker_user_id = ${maker}::uuid and link.revoked_at is null
   returning ${columns}`,
  )
  return row ?? null
}

/** The maker's link; null when it is not theirs, or there is none. */
export async function selectLink(
  from: Queryable,
  maker: UserId,
  id: string,
): Promise<ContactLink | null> {
  const [row] = await from.rows<ContactLink>(
    'links.byId',
    sql`
      select ${columns} from contact_links as link
       where link.id = ${id}::uuid and link.maker_user_id = ${maker}::uuid`,
  )
  return row ?? null
}

/** A link as whoever holds its token meets it. */
interface FoundLink {
  readonly maker: UserId
  readonly label: string | null
  readonly expiresAt: Date | null
  /** Whether the viewer can consume it now, own links aside. */
  readonly canBeConsumed: boolean
}

/**
 * The links with these tokens that the viewer can consume, and the viewer's own. All others are not
 * in the answer, as if they had never been.
 */
export async function selectLinksByHash(
  from: Queryable,
  hashes: readonly TokenHash[],
): Promise<Map<TokenHash, FoundLink>> {
  const rows = await from.rows<FoundLink & { hash: TokenHash }>(
    'links.find',
    sql`
      select encode(hash, 'hex') as hash, maker, label, expires_at as "expiresAt", can_be_consumed as "canBeConsumed"
        from find_contact_links(array(select decode(hash, 'hex') from unnest(${hashes}::text[]) as hash))`,
  )
  return new Map(rows.map(({ hash, ...link }) => [hash, link]))
}

/**
 * Uses the link as the viewer, with all conditions in the statement, and counts the use if it
 * counts: false when the link cannot be consumed, whatever it was a moment ago. Take the lock of
 * the viewer and the maker first.
 */
export async function insertLinkUse(tx: Transaction, hash: TokenHash): Promise<boolean> {
  const [row] = await tx.rows<{ used: boolean }>(
    'links.use',
    sql`select use_contact_link(decode(${hash}, 'hex')) as used`,
  )
  return row?.used === true
}

/**
 * The same page of many makers' links, newest first. A person without links has an empty page;
 * one who does not exist has none.
 */
export async function selectLinkPages(
  from: Queryable,
  makers: readonly UserId[],
  { first, position: { at, id } }: { readonly first: number; readonly position: TimePosition },
): Promise<Map<UserId, Page<ContactLink>>> {
  const rows = await from.rows<OwnedRow<ContactLink, 'id'>>(
    'links.pages',
    sql`
      select person.id as owner, page.*
        from users as person
        left join lateral (
             select ${columns}
               from contact_links as link
              where link.maker_user_id = person.id
                and (link.created_at, link.id) < (${at}::timestamptz, ${id}::uuid)
              order by link.created_at desc, link.id desc
              limit ${first + 1}
             ) as page on true
       where person.id = any (${makers}::uuid[])
       order by person.id, page."createdAt" desc, page.id desc`,
  )
  return pagesByOwner(rows, 'id', first)
}

/**
 * How many links each person has made, dead ones too; a person without any is not in the answer.
 */
export async function countLinks(
  from: Queryable,
  makers: readonly UserId[],
): Promise<Map<UserId, number>> {
  return selectCounts(
    from,
    'links.count',
    sql`
      select link.maker_user_id as owner, count(*)::int as count
        from contact_links as link
       where link.maker_user_id = any (${makers}::uuid[])
       group by link.maker_user_id`,
  )
}

/** By the clock: nobody has to tidy up before a link is over. */
const isLive = sql`
  (link.revoked_at is null and (link.expires_at is null or link.expires_at > statement_timestamp())
   and (link.max_uses is null or link.uses < link.max_uses))`

const columns = sql`
  link.id, link.maker_user_id as maker, link.label, link.created_at as "createdAt", link.expires_at as "expiresAt",
  link.max_uses as "maxUses", link.uses, link.last_used_at as "lastUsedAt", link.revoked_at as "revokedAt",
  ${isLive} as "isLive"`
