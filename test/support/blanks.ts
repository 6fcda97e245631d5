/**
 * Texts in which nobody sees anything (rule 0.10), one of each kind that people use for a blank
 * name.
 */
export const blanks: readonly string[] = [
  '\u3164',
  '\u200b',
  '\u2800',
  '\u2060',
  '\u00ad',
  '\u115f',
  '\u1160',
  '\u17b4',
  '\u180e',
  '\uffa0',
  '\ufeff',
  '\ufe0f',
  '\u034f',
  '\u2068\u2069',
  '\u200d',
  '\u0301',
  '\u{e0041}\u{e007f}',
  '\u{e0100}',
  '\u{1d159}',
  ' \u3164 \u200b\u2800 ',
  '\u{13430}',
  '\u{1343c}\u{1343d}',
  '\u{13441}\u{13442}',
  '\u0378',
  '\u{3fffe}',
  '\ufdd0',
  '\uffff',
  '\u{10ffff}',
  '\ue000',
  '\u{f0000}\u{100000}',
  '\ufdd0 \u200b',
]

/** The same text as code points, for the name of a test. */
export function escape(text: string): string {
  return Array.from(text, (character) => `U+${(character.codePointAt(0) ?? 0).toString(16)}`).join(
    ' ',
  )
}
