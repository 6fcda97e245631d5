import type { QueryConfig } from 'pg'
import type { Statement } from './sql.ts'

/**
 * Texts that one process gives names to. Their number is that of the statements in the code and
 * their variants.
 */
const mostNames = 500

/**
 * Gives each statement text a name, so that a connection sends it once and Postgres keeps its plan.
 * Texts beyond the first five hundred stay nameless: Postgres would keep what is never asked again.
 * @param enabled false behind a pooler that does not follow prepared statements from one connection
 * to another
 */
export function statementNames(enabled: boolean): (statement: Statement) => QueryConfig {
  const names = new Map<string, string>()
  return ({ text, values }) => {
    const config = { text, values: [...values] }
    if (!enabled) return config
    let name = names.get(text)
    if (name === undefined) {
      if (names.size >= mostNames) return config
      name = `connections_${names.size}`
      names.set(text, name)
    }
    return { ...config, name }
  }
}
