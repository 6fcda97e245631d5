import { parseUserId, type UserId } from '../../graphql/ids.ts'

/** RFC 4648. The old service wrote ids with it, without padding; its case carries nothing. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const base32 = /^[A-Z2-7]{26}$/i

/**
 * An id as the old service wrote it: a UUID's text, or the base32 of its 16 bytes in 26 characters;
 * white space around it and case do not matter. Null for everything else, also where the two bits
 * that 26 characters have to spare are set: such a text was cut or mistyped, and would be read as
 * an id that it is not.
 */
export function parseOldId(text: string): UserId | null {
  const trimmed = text.trim()
  return base32.test(trimmed) ? fromBase32(trimmed.toUpperCase()) : parseUserId(trimmed)
}

function fromBase32(text: string): UserId | null {
  let bits = 0n
  for (const character of text) bits = (bits << 5n) | BigInt(alphabet.indexOf(character))
  if ((bits & 3n) !== 0n) return null
  const hex = (bits >> 2n).toString(16).padStart(32, '0')
  return parseUserId(hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'))
}
