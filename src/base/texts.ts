/**
 * What a person wrote, without the white space around it.
 * @param most how long it may be, in code points: what people count as characters, more or less
 * @returns null for nothing but white space; undefined for a text that is too long, or that no database can keep
 */
export function parseText(text: string, most: number): string | null | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return null
  if (!trimmed.isWellFormed() || trimmed.includes('\0')) return undefined
  return Array.from(trimmed).length > most ? undefined : trimmed
}

/** The same for one line, such as a name: no control characters, and nothing that turns the text around it about. */
export function parseLine(text: string, most: number): string | null | undefined {
  const line = parseText(text, most)
  return line != null && /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u.test(line) ? undefined : line
}
