import { trimInvisible } from '../base/texts.ts'
import { wordsOf } from '../base/words.ts'
import { limits } from '../limits.ts'
import type { Search } from './search-sql.ts'

/**
 * What a query looks for (RULES 2.6): its words, every character as it is, the longest first, for it finds the fewest.
 * Null when the query is too short or too long to look for anything.
 */
export function readSearch(query: string): Search | null {
  const { fewestCharacters, mostCharacters, mostWords } = limits.search
  const text = trimInvisible(query).replace(/^@/, '')
  if (!text.isWellFormed() || text.includes('\0') || text.length > mostCharacters) return null
  const [prefix = '', ...others] = wordsOf(text).sort((one, other) => other.length - one.length)
  if (Array.from(prefix).length < fewestCharacters || others.length >= mostWords) return null
  return { prefix, others }
}
