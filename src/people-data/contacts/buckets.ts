import { createHash, type Hash } from 'node:crypto'
import type { UserId } from '../../graphql/ids.ts'
import type { TargetContact } from './target.ts'

/** The part of all owners whose hash begins with one byte, as both sides have it. */
export interface Bucket {
  /** Two hexadecimal digits. */
  readonly bucket: string
  readonly source: Sum
  readonly target: Sum
}

interface Sum {
  readonly contacts: number
  /** SHA-256 of the contacts in their order: two ids and two times a line. */
  readonly sha256: string
}

/** Counts and hashes contacts as they come, in 256 parts. */
export class Buckets {
  readonly #parts = Array.from({ length: 256 }, (): { contacts: number; hash: Hash } => ({
    contacts: 0,
    hash: createHash('sha256'),
  }))
  #owner: UserId | null = null
  #part = 0

  add({ owner, contact, createdAt, updatedAt }: TargetContact): void {
    if (owner !== this.#owner) {
      this.#owner = owner
      this.#part = createHash('sha256').update(owner).digest()[0] ?? 0
    }
    const part = this.#parts[this.#part]
    if (part === undefined) throw new Error('A byte had more than 256 values.')
    part.contacts++
    part.hash.update(`${owner} ${contact} ${createdAt} ${updatedAt}\n`)
  }

  /** To be called once. */
  sums(): Sum[] {
    return this.#parts.map(({ contacts, hash }) => ({ contacts, sha256: hash.digest('hex') }))
  }
}

/**
 * Both sides of every bucket, of which those with different sums have something in them that
 * differs.
 */
export function pairUp(source: Buckets, target: Buckets): Bucket[] {
  const targets = target.sums()
  return source.sums().map((sum, index) => {
    const other = targets[index]
    if (other === undefined) throw new Error('The two sides have different buckets.')
    return { bucket: index.toString(16).padStart(2, '0'), source: sum, target: other }
  })
}
