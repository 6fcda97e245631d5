import { type Bucket, Buckets, pairUp } from './buckets.ts'
import {
  compareContacts,
  type Difference,
  type DifferenceKind,
  differenceKinds,
} from './differences.ts'
import { Reservoir } from './reservoir.ts'
import type { SourcePair } from './scratch.ts'
import type { Pair, TargetContact } from './target.ts'

/** What two sorted lists of contacts are to each other. */
interface Comparison {
  /** Contacts of the source that should be here. */
  readonly expected: number
  /** Imported contacts that are here. */
  readonly imported: number
  /** Contacts of the source that were imported and are gone since, or whom their owner blocks. */
  readonly removedSince: number
  /** Rows of the source beyond the first of their pair. */
  readonly repeated: number
  readonly unknownOwner: number
  readonly unknownContact: number
  readonly buckets: readonly Bucket[]
  readonly differing: Readonly<Record<DifferenceKind, number>>
  /** The first of them. */
  readonly differences: readonly Difference[]
  readonly sourceSample: readonly SourcePair[]
  readonly targetSample: readonly TargetContact[]
}

/** How many differences are told one by one. */
const told = 20

/**
 * Walks through both sides and the removals once, side by side; all three by owner, then contact.
 * @param sample how many pairs of each side to pick for looking up
 * @param onCompared told how many rows of the source are compared
 */
export async function compareSides(
  source: Iterable<SourcePair>,
  target: AsyncIterator<TargetContact>,
  removals: AsyncIterator<Pair>,
  sample: number,
  onCompared: (rows: number) => void,
): Promise<Comparison> {
  const counts = {
    expected: 0,
    imported: 0,
    removedSince: 0,
    repeated: 0,
    unknownOwner: 0,
    unknownContact: 0,
  }
  const differing = Object.fromEntries(differenceKinds.map((kind) => [kind, 0]))
  const differences: Difference[] = []
  const [sourceBuckets, targetBuckets] = [new Buckets(), new Buckets()]
  const sourceSample = new Reservoir<SourcePair>(sample)
  const targetSample = new Reservoir<TargetContact>(sample)
  const compare = (pair: Pair, here: SourcePair | null, there: TargetContact | null): void => {
    for (const difference of compareContacts(pair, here, there)) {
      differing[difference.kind] = (differing[difference.kind] ?? 0) + 1
      if (differences.length < told) differences.push(difference)
    }
  }
  const imported = async (): Promise<TargetContact | null> => {
    const contact = await nextOf(target)
    if (contact === null) return null
    counts.imported++
    targetBuckets.add(contact)
    targetSample.offer(contact)
    return contact
  }

  let rows = 0
  let [present, removed] = [await imported(), await nextOf(removals)]
  for (const pair of source) {
    onCompared((rows += pair.rows))
    for (; present !== null && order(present, pair) < 0; present = await imported())
      compare(present, null, present)
    while (removed !== null && order(removed, pair) < 0) removed = await nextOf(removals)
    counts.repeated += pair.rows - 1
    if (pair.unknown === 'unknown owner') counts.unknownOwner += pair.rows
    else if (pair.unknown === 'unknown contact') counts.unknownContact += pair.rows
    const there = present !== null && order(present, pair) === 0 ? present : null
    if (there !== null) present = await imported()
    if (pair.unknown !== null) compare(pair, null, there)
    else if (there === null && removed !== null && order(removed, pair) === 0) counts.removedSince++
    else {
      counts.expected++
      sourceBuckets.add(pair)
      sourceSample.offer(pair)
      compare(pair, pair, there)
    }
  }
  for (; present !== null; present = await imported()) compare(present, null, present)
  return {
    ...counts,
    buckets: pairUp(sourceBuckets, targetBuckets),
    differing: differing as Record<DifferenceKind, number>,
    differences,
    sourceSample: sourceSample.elements,
    targetSample: targetSample.elements,
  }
}

async function nextOf<Value>(iterator: AsyncIterator<Value>): Promise<Value | null> {
  const next = await iterator.next()
  return next.done === true ? null : next.value
}

/** Canonical ids as text are in the order of Postgres' `uuid`. */
function order(one: Pair, other: Pair): number {
  if (one.owner !== other.owner) return one.owner < other.owner ? -1 : 1
  if (one.contact !== other.contact) return one.contact < other.contact ? -1 : 1
  return 0
}
