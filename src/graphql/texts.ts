/**
 * What a reader cannot see: white space, controls, marks without a letter, and what Unicode says to
 * show nothing for.
 */
const invisible =
  // The last ones are blank, although no property says so: the empty Braille cell, a note without a
  // head, annotations, and what puts hieroglyphs together.
  /^(?!\0)[\p{White_Space}\p{Cc}\p{M}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u2800\u{1d159}\ufff9-\ufffb\u{13430}-\u{13442}]$/u

/**
 * Characters that Unicode does not have: unassigned, private, or no characters at all. Most people
 * see nothing there, some a logo or an emoji newer than this list. So they are no text by
 * themselves, but stay where there is one.
 */
const unknown = /^[\p{Cn}\p{Co}]$/u

/**
 * What belongs to the character before it: accents and vowel signs, variation selectors, joiners,
 * the tags of a flag, the end of a group of hieroglyphs.
 */
const attached = /^[\p{M}\p{Join_Control}\u{e0020}-\u{e007f}\u{13430}-\u{1343f}]$/u

/**
 * A text of more UTF-16 units is too long for everything here, so nobody looks through it for its
 * ends.
 */
const longest = 10_000

/**
 * A text from its first visible character to its last (rule 0.10), so without white space,
 * direction marks and lone accents at its ends. Phones wrap names in such marks. Inside, everything
 * stays: emoji and Persian words need joiners.
 * @returns the empty text when nothing in it is visible
 */
export function trimInvisible(text: string): string {
  if (text.length > longest) return text
  const characters = Array.from(text)
  const isVisible = (character: string) => !invisible.test(character)
  if (!characters.some((character) => isVisible(character) && !unknown.test(character))) return ''
  const first = characters.findIndex(isVisible)
  let end = characters.findLastIndex(isVisible) + 1
  while (attached.test(characters[end] ?? '')) end++
  return characters.slice(first, end).join('')
}

/**
 * What a person wrote, trimmed by `trimInvisible`.
 * @param most how long it may be, in code points: what people count as characters, more or less
 * @returns null when nothing is visible; undefined for a text that is too long, or that no database
 * can keep
 */
export function parseText(text: string, most: number): string | null | undefined {
  if (!text.isWellFormed() || text.includes('\0')) return undefined
  const trimmed = trimInvisible(text)
  if (trimmed === '') return null
  return Array.from(trimmed).length > most ? undefined : trimmed
}

/**
 * The same for one line, such as a name: no control characters, and nothing that changes the
 * direction of the text around it.
 */
export function parseLine(text: string, most: number): string | null | undefined {
  const line = parseText(text, most)
  return line != null && /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u.test(line) ? undefined : line
}

/**
 * What is wrong with a text that `parseText` or `parseLine` refuses, to stand behind the name of
 * what holds it.
 */
export function unfitText(text: string, most: number): string {
  if (text.includes('\0')) return 'may not contain the character U+0000.'
  if (!text.isWellFormed()) return 'may not contain half a surrogate pair.'
  const length = Array.from(trimInvisible(text)).length
  return length > most
    ? tooLong(most, length)
    : 'must be one line, without control characters and characters that change the direction of text.'
}

/** The same for a text that is too long, in code points. */
export function tooLong(most: number, length: number): string {
  return `may have at most ${most} characters (got ${length}).`
}
