import { wordsOf } from '../../../graphql/search-words.ts'
import { trimInvisible } from '../../../graphql/texts.ts'
import { limits } from '../../../limits.ts'
import type { Search, Token } from './sql.ts'

/**
 * What a query looks for (rule 2.6): its words, every character as it is. In display names a dash
 * is as good as a blank. Null when the query is too short or too long to look for anything.
 */
export function parseSearch(query: string): Search | null {
  const { fewestCharacters, mostCharacters, mostWords } = limits.search
  const text = trimInvisible(query).replace(/^@/, '')
  if (!text.isWellFormed() || text.includes('\0') || text.length > mostCharacters) return null
  const words = wordsOf(text)
  const lengths = words.map((word) => Array.from(word).length)
  if (Math.max(0, ...lengths) < fewestCharacters || words.length > mostWords) return null
  const parts = words.flatMap(splitAtDashes)
  const tokens = parts.length > mostWords ? words.map((word) => ({ name: word, word })) : parts
  return { tokens: withoutRepeats(tokens) }
}

/**
 * A word as it is, and each of its parts; parts of which none is long enough to look for are left
 * in one.
 */
function splitAtDashes(word: string): Token[] {
  const parts = word.split('-').filter(Boolean)
  const isLong = (part: string) => Array.from(part).length >= limits.search.fewestCharacters
  return (parts.some(isLong) ? parts : [word]).map((part) => ({ name: word, word: part }))
}

/** The longest first: of words that as many people have, it leads. */
function withoutRepeats(tokens: readonly Token[]): Token[] {
  return (
    tokens
      .toSorted((one, other) => other.word.length - one.word.length)
      // Whoever has a word that begins with the longer one has one that begins with the shorter.
      .filter(
        ({ name, word }, place, sorted) =>
          !sorted
            .slice(0, place)
            .some((longer) => longer.name.startsWith(name) && longer.word.startsWith(word)),
      )
  )
}
