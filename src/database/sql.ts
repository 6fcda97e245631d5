import tag from 'sql-template-tag'
import type { Prisma, PrismaClient } from '../generated/prisma/client.ts'
import type { OperationStatistics } from './operation-statistics.ts'

export { default as sql, empty, join, type Sql as Fragment } from 'sql-template-tag'

/**
 * What a column of ids is compared with. One id is compared with itself: a list would have Postgres
 * plan for ten, and plan anew each time that there are fewer.
 */
export function isAmong(ids: readonly string[]): ReturnType<typeof tag> {
  return ids.length === 1 ? tag`= ${ids[0]}::uuid` : tag`= any (${ids}::uuid[])`
}

/** The ids as a table of one column, `id`; one id without a list, for the same reason. */
export function eachOf(ids: readonly string[]): ReturnType<typeof tag> {
  return ids.length === 1 ? tag`(select ${ids[0]}::uuid as id)` : tag`unnest(${ids}::uuid[])`
}

declare const opened: unique symbol

/** A statement made with the `sql` tag: its values travel beside its text, never inside it. */
export interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
}

/**
 * A way to ask the database: inside a transaction that has a role and knows who asks. Only a
 * session makes one, so that a statement without a viewer or a service identity does not compile.
 */
export interface Queryable {
  readonly [opened]: 'snapshot' | 'transaction'
  readonly statistics: OperationStatistics
  /**
   * Sends one statement and gives its rows.
   * @param name `noun.verb`, for logs, metrics and the tests that count
   * @param within its own deadline in milliseconds; `limits.deadlines` has the one that holds
   * without it
   * @throws OVERLOADED when it took longer
   */
  rows<Row>(name: string, statement: Statement, within?: number): Promise<Row[]>
  /**
   * Runs one operation of Prisma Client on the same connection, in the same transaction, as the
   * same viewer.
   */
  prisma<T>(name: string, ask: AskPrisma<T>): Promise<T>
}

/**
 * One operation, not an async function of several: nothing of it may still be under way when it has
 * answered.
 */
export type AskPrisma<T> = (client: PrismaClient) => Prisma.PrismaPromise<T>

/** A transaction that may write. Only `Session.write` makes one. */
export interface Transaction extends Queryable {
  readonly [opened]: 'transaction'
  /**
   * Says that nothing will be asked after this, and nothing refused: the commit travels behind it,
   * which saves a wait of its own. What fails is rolled back as ever.
   * @param asked what was asked in this same moment
   */
  last<T>(asked: Promise<T>): Promise<T>
}
