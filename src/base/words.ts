/** The same text for all ways to write it: compatible forms, accents and case are folded away. */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

/** The folded words between white space, each once. */
export function wordsOf(text: string): string[] {
  return [...new Set(fold(text).split(/\s+/u).filter(Boolean))]
}

/** What search finds a text by: its words, and their parts between punctuation, so that "luc" finds Jean-Luc too. */
export function searchableWords(text: string): string[] {
  const words = wordsOf(text)
  const parts = words.flatMap((word) => word.split(/[^\p{L}\p{N}]+/u).filter(Boolean))
  return [...new Set([...words, ...parts])]
}
