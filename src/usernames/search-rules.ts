import { trimInvisible } from '../base/texts.ts'
import { wordsOf } from '../base/words.ts'
import { limits } from '../limits.ts'
import type { Search } from './search-sql.ts'

/**
 * What a query looks for (RULES 2.6): its words, every character as it is. Null when the query is too short or too long to
 * look for anything.
 */
export function readSearch(query: string): Search | null {
  const { fewestCharacters, mostCharacters, mostWords } = limits.search
  const text = trimInvisible(query).replace(/^@/, '')
  if (!text.isWellFormed() || text.includes('\0') || text.length > mostCharacters) return null
  // The longest first: of words that as many people have, it leads.
  const words = wordsOf(text).sort((one, other) => other.length - one.length)
  // Whoever has a word that begins with the longer one has one that begins with the shorter.
  const tokens = words.filter(
    (word, place) => !words.slice(0, place).some((longer) => longer.startsWith(word)),
  )
  if (Array.from(tokens[0] ?? '').length < fewestCharacters || words.length > mostWords) return null
  return { tokens }
}
