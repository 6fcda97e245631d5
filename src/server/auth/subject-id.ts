import { createHash } from 'node:crypto'
import { limits } from '../../limits.ts'

/** Controls, NUL among them, and halves of surrogate pairs, which UTF-8 cannot say. */
const unfit = /[\p{Cc}\p{Cs}]/u

/**
 * The id of a person whom the auth service calls by a text of its own, such as
 * `auth0|507f1f77bcf86cd799439020`: a UUID by name (RFC 9562, version 5). The text is taken as it
 * is, so that case and blanks make another person. Who knows the namespace can compute the same id:
 * Postgres does with `uuid_generate_v5(namespace, subject)`.
 * @param namespace a UUID in its canonical form
 * @returns null for a blank text, one with controls or lone surrogates, and one of more than 255
 * bytes
 */
export function subjectId(namespace: string, subject: string): string | null {
  if (subject.trim() === '' || unfit.test(subject)) return null
  const name = Buffer.from(subject, 'utf8')
  if (name.length > limits.subjectBytes) return null
  const hash = createHash('sha1').update(namespace.replaceAll('-', ''), 'hex').update(name).digest()
  // Version 5, and the variant of RFC 9562.
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6)
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8)
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
