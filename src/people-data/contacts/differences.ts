import type { Pair, TargetContact } from './target.ts'

export const differenceKinds = [
  /** In the source, and not imported. */
  'missing',
  /** Imported, and not in the source. */
  'unexpected',
  'addedAt differs',
  'updatedAt differs',
] as const

export type DifferenceKind = (typeof differenceKinds)[number]

/**
 * How one pair is not the same on both sides. Times are ISO 8601; null where there is no such
 * contact.
 */
export interface Difference {
  readonly kind: DifferenceKind
  readonly owner: string
  readonly contact: string
  readonly source: Times | null
  readonly target: Times | null
}

export interface Times {
  readonly addedAt: string
  readonly updatedAt: string
}

type Contact = Pick<TargetContact, 'createdAt' | 'updatedAt'>

/** Every way in which the two sides of a pair differ: none, one, or two when both times do. */
export function compareContacts(
  { owner, contact }: Pair,
  source: Contact | null,
  target: Contact | null,
): Difference[] {
  const kinds: DifferenceKind[] = []
  if (source !== null && target === null) kinds.push('missing')
  if (source === null && target !== null) kinds.push('unexpected')
  if (source !== null && target !== null) {
    if (source.createdAt !== target.createdAt) kinds.push('addedAt differs')
    if (source.updatedAt !== target.updatedAt) kinds.push('updatedAt differs')
  }
  return kinds.map((kind) => ({
    kind,
    owner,
    contact,
    source: source && asTimes(source),
    target: target && asTimes(target),
  }))
}

function asTimes({ createdAt, updatedAt }: Contact): Times {
  return { addedAt: asText(createdAt), updatedAt: asText(updatedAt) }
}

/**
 * Postgres has moments that JavaScript has not, such as infinity; a corrupted row must not keep us
 * from naming it.
 */
function asText(time: number): string {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString()
}
