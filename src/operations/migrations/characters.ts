import type { SqlQueryable } from '@prisma/driver-adapter-utils'
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import type pg from 'pg'

const char = 18
const bpchar = 1042

/**
 * Teaches Prisma's adapter the type `"char"` of the system tables: it refuses that type, and the
 * engine can't read a schema without it. The column passes through the adapter as `bpchar` and gets
 * its own type back behind it.
 */
export function understandCharacters(pool: pg.Pool, adapter: SqlQueryable): void {
  const columns = new WeakMap<object, readonly number[]>()
  const ask = pool.query.bind(pool) as (...query: unknown[]) => Promise<pg.QueryArrayResult>
  const query = async (...asked: unknown[]): Promise<pg.QueryArrayResult> => {
    const result = await ask(...asked)
    // A script of several statements answers with an array and has no fields.
    const found = (result.fields as pg.FieldDef[] | undefined) ?? []
    const characters = found.flatMap((field, index) => (field.dataTypeID === char ? [index] : []))
    for (const field of found) if (field.dataTypeID === char) field.dataTypeID = bpchar
    if (characters.length > 0) columns.set(result.rows, characters)
    return result
  }
  Object.assign(pool, { query })
  const queryRaw = adapter.queryRaw.bind(adapter)
  adapter.queryRaw = async (config) => {
    const result = await queryRaw(config)
    for (const index of columns.get(result.rows) ?? [])
      result.columnTypes[index] = ColumnTypeEnum.Character
    return result
  }
}
