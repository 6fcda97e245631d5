import { isAmong, type Queryable, sql, type Transaction } from '../../database/sql.ts'
import type { TimePosition } from '../../graphql/connections.ts'
import type { UserId } from '../../graphql/ids.ts'
import { type OwnedRow, type Page, pagesByOwner, selectCounts } from '../../graphql/pages.ts'

/** A block as its blocker has it, while it stands. */
export interface Block {
  readonly blocker: UserId
  /** Any UUID, somebody's or not. */
  readonly blocked: UserId
  readonly since: Date
  /** Null: until it is taken back. */
  readonly expiresAt: Date | null
  /**
   * What the blocked was called when they were blocked (rule 8.7); null when the blocker saw
   * nothing, and for services.
   */
  readonly username: string | null
  readonly displayName: string | null
}

/** A page of blocks, and whether the one who asks may read what the blocked were called. */
interface BlockPageQuery {
  readonly first: number
  readonly position: TimePosition
  readonly names: boolean
}

/**
 * What is to know before somebody is blocked. Hold the pair and the blocker's caps, so that it
 * stays as it is.
 */
export interface BlockSituation {
  /** The block that stands already; null when there is none, or it has run out. */
  readonly present: Block | null
  /** How many blocks of the blocker's stand, this one included. */
  readonly standing: number
  /** Whether the end that was asked for, if any, is still to come. */
  readonly endsLater: boolean
}

export async function selectBlockSituation(
  tx: Transaction,
  blocker: UserId,
  blocked: UserId,
  expiresAt: Date | null,
): Promise<BlockSituation> {
  const [row] = await tx.rows<
    (Block | { readonly blocked: null }) & { standing: number; endsLater: boolean }
  >(
    'blocks.situation',
    sql`
      select ${columns},
             (select count(*)::int
                from user_blocks as block
               where block.blocker_user_id = pair.blocker and ${stands}) as standing,
             coalesce(${expiresAt}::timestamptz > statement_timestamp(), true) as "endsLater"
        from (values (${blocker}::uuid, ${blocked}::uuid)) as pair (blocker, blocked)
        left join user_blocks as block
          on block.blocker_user_id = pair.blocker and block.blocked_user_id = pair.blocked and ${stands}`,
  )
  if (row === undefined) throw new Error('A statement that always has a row had none.')
  const { standing, endsLater, ...block } = row
  return { present: block.blocked === null ? null : block, standing, endsLater }
}

/**
 * Makes the block stand until then. One that stands keeps its beginning; one that has run out
 * begins anew. What the blocked is called is kept by a trigger.
 */
export async function upsertBlock(
  tx: Transaction,
  blocker: UserId,
  blocked: UserId,
  expiresAt: Date | null,
): Promise<Block> {
  const [row] = await tx.rows<Block>(
    'blocks.upsert',
    sql`
      insert into user_blocks as block (blocker_user_id, blocked_user_id, created_at, expires_at)
      values (${blocker}::uuid, ${blocked}::uuid, statement_timestamp(), ${expiresAt}::timestamptz)
          on conflict (blocker_user_id, blocked_user_id)
          do update set expires_at = excluded.expires_at,
                        created_at = case when block.expires_at is null or block.expires_at > excluded.created_at
                                          then block.created_at else excluded.created_at end
   returning ${columns}`,
  )
  if (row === undefined) throw new Error('A block that was written did not come back.')
  return row
}

/**
 * Takes the block back, records it and gives it as it was; null when there was none. One that has
 * run out was none, but nobody has heard of its end yet, so that is recorded all the same.
 */
export async function deleteBlock(
  tx: Transaction,
  blocker: UserId,
  blocked: UserId,
): Promise<Block | null> {
  const [block = null] = await tx.rows<Block>(
    'blocks.delete',
    sql`
        with ended as (
      delete from user_blocks as block
       where block.blocker_user_id = ${blocker}::uuid and block.blocked_user_id = ${blocked}::uuid
   returning ${columns}, ${stands} as stood
             ), recorded as materialized (select *, record_block_change(blocked) from ended)
      select blocker, blocked, since, "expiresAt", username, "displayName" from recorded where stood`,
  )
  return block
}

/**
 * The same page of many people's standing blocks, newest first. A person without blocks has an
 * empty page; one who does not exist has none.
 */
export async function selectBlockPages(
  from: Queryable,
  blockers: readonly UserId[],
  { first, position, names }: BlockPageQuery,
): Promise<Map<UserId, Page<Block>>> {
  const { at, id } = position
  const rows = await from.rows<OwnedRow<Block, 'blocked'>>(
    'blocks.pages',
    sql`
      select person.id as owner, page.*
        from users as person
        left join lateral (
             select ${names ? columns : columnsWithoutNames}
               from user_blocks as block
              where block.blocker_user_id = person.id and ${stands}
                and (block.created_at, block.blocked_user_id) < (${at}::timestamptz, ${id}::uuid)
              order by block.created_at desc, block.blocked_user_id desc
              limit ${first + 1}
             ) as page on true
       where person.id ${isAmong(blockers)}
       order by person.id, page.since desc, page.blocked desc`,
  )
  return pagesByOwner(rows, 'blocked', first)
}

/** How many blocks of each person stand; a person without any is not in the answer. */
export async function countBlocks(
  from: Queryable,
  blockers: readonly UserId[],
): Promise<Map<UserId, number>> {
  return selectCounts(
    from,
    'blocks.count',
    sql`
      select block.blocker_user_id as owner, count(*)::int as count
        from user_blocks as block
       where block.blocker_user_id ${isAmong(blockers)} and ${stands}
       group by block.blocker_user_id`,
  )
}

/** By the clock: nobody has to tidy up before a block is over (rule 8.4). */
const stands = sql`(block.expires_at is null or block.expires_at > statement_timestamp())`

const plain = sql`
  block.blocker_user_id as blocker, block.blocked_user_id as blocked,
  block.created_at as since, block.expires_at as "expiresAt"`

const columns = sql`${plain}, block.username, block.display_name as "displayName"`

const columnsWithoutNames = sql`${plain}, null::text as username, null::text as "displayName"`
