import { describe, expect, it } from 'vitest'
import { fold, foldVersion } from '../../src/graphql/search-words.ts'

/** Every character of the two planes of Unicode that have letters with case. */
function* characters(): Generator<string> {
  for (let point = 0; point <= 0x1ffff; point++)
    if (point < 0xd800 || point > 0xdfff) yield String.fromCodePoint(point)
}

describe('folding a text for search', () => {
  it('is what version 1 says: words are stored folded, so change the version with any of these', () => {
    const folded = {
      'ALICE Liddell': 'alice liddell',
      'IŞIL ışıl İ': 'isil isil i',
      'STRASSE Straße STRAẞE': 'strasse strasse strasse',
      'ΟΔΥΣΣΕΎΣ Ὀδυσσεὺς': 'οδυσσευσ οδυσσευσ',
      'Ёлка Йод': 'елка иод',
      'łódź Øre Đoković Ærø Œuvre Þór Iŋa ð': 'lodz ore dokovic aero oeuvre thor inga d',
      'O’Brien O´Brien O`Brien Oʼbrien': "o'brien o'brien o'brien o'brien",
      'Jean‑Luc Jean–Luc Jean\u00adLuc': 'jean-luc jean-luc jeanluc',
      'ﬁne ＡＢＣ ①': 'fine abc 1',
      'कि के क': 'कि के क',
      'ที่ ทา': 'ที่ ทา',
      'ガ カ 김': 'ガ カ 김',
      'مُحَمَّد أحمد שָׁלוֹם': 'محمد احمد שלום',
      می‌خواهم: 'میخواهم',
    }
    expect(foldVersion).toBe(1)
    expect(Object.keys(folded).map(fold)).toEqual(
      Object.values(folded).map((text) => text.normalize('NFC')),
    )
  })

  it('makes one of all letters that differ in case alone, and nothing more of what is folded', () => {
    const wrong: string[] = []
    for (const character of characters()) {
      if (character.toLowerCase() === character.toUpperCase()) continue
      const folded = fold(character)
      const others = [character.toLowerCase(), character.toUpperCase(), folded]
      if (others.some((other) => fold(other) !== folded)) wrong.push(character)
    }
    expect(wrong).toEqual([])
  })
})
