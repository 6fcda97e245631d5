import anyAscii from 'any-ascii'
import { limits } from '../limits.ts'

/**
 * The version of the rules below. Words are stored folded, so another version needs all of them
 * folded again: raise it with a change that does so. A test holds examples of this version.
 */
export const foldVersion = 1

/** Characters that are typed for an apostrophe; no property of Unicode names them. */
const apostrophes = /[`´‘’‚‛′＇ʹʻʼʽʾʿˈ՚׳Ꞌꞌ]/gu

/**
 * The same text for all ways to write it. Case is folded as Unicode says (not lower-cased: `ß` is
 * `ss`, and all four letters I of Turkish are one), compatible forms are one form, and so are all
 * apostrophes and all dashes. Accents fall away from Latin, Greek and Cyrillic letters; so do the
 * points of Arabic and Hebrew, which writers leave out. Vowel signs of other scripts stay, because
 * they are letters. Latin letters outside of ASCII become the letters that people type instead.
 */
export function fold(text: string): string {
  const decomposed = text
    // Before they are decomposed: the acute accent would become a space.
    .replace(apostrophes, "'")
    .normalize('NFKD')
    .replace(/[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/gu, '')
    .replace(apostrophes, "'")
    .replace(/\p{Dash}/gu, '-')
  // One by one: at the end of a word, a sigma would stay another letter.
  return Array.from(decomposed, foldCase)
    .join('')
    .replace(/([\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])\p{M}+/gu, '$1')
    .replace(/[\u0591-\u05bd\u05bf-\u05c7\u064b-\u0655\u0670]/gu, '')
    .replace(/(?![a-z])\p{Script=Latin}/gu, asTyped)
    .normalize('NFC')
}

/**
 * By way of the capital, which all small forms of a letter share; the first step is for the capital
 * of `ß`.
 */
function foldCase(letter: string): string {
  return letter.toLowerCase().toUpperCase().toLowerCase()
}

/** The ASCII letters for a Latin letter that has no accent to take away, such as `ł` or `æ`. */
function asTyped(letter: string): string {
  const typed = anyAscii(letter).toLowerCase()
  return /^[a-z]+$/.test(typed) ? typed : letter
}

/** The folded words between white space, each once, and no longer than an index takes. */
export function wordsOf(text: string): string[] {
  return [...new Set(fold(text).split(/\s+/u).filter(Boolean).map(shorten))]
}

/**
 * What search finds a text by: its words, their parts between punctuation, and each word without
 * its punctuation. So Jean-Luc is found by "luc" and "jeanluc" too, and O’Brien by "brien" and
 * "obrien".
 */
export function searchableWords(text: string): string[] {
  const words = wordsOf(text)
  const parts = words.flatMap((word) => {
    const between = word.split(/[^\p{L}\p{M}\p{N}]+/u).filter(Boolean)
    return [...between, between.join('')]
  })
  return [...new Set([...words, ...parts])].filter(Boolean).slice(0, limits.search.mostStoredWords)
}

function shorten(word: string): string {
  return Array.from(word).slice(0, limits.search.wordLength).join('')
}
