import type { Queryable } from '../../database/sql.ts'
import { readRow } from './contact-row.ts'
import { compareContacts, type Difference } from './differences.ts'
import type { Scratch, SourcePair } from './scratch.ts'
import type { ContactSource } from './source.ts'
import { findImported, type TargetContact } from './target.ts'

/** Pairs that were looked up one by one, and those of them that were not found alike. */
export interface Looked {
  readonly pairs: number
  readonly differences: readonly Difference[]
}

/** Looks pairs of the source up here, each by its key. */
export async function lookUpHere(from: Queryable, sample: readonly SourcePair[]): Promise<Looked> {
  const differences: Difference[] = []
  for (const pair of sample)
    differences.push(...compareContacts(pair, pair, await findImported(from, pair)))
  return { pairs: sample.length, differences }
}

/**
 * Looks contacts from here up in the source, each by its ids in every way in which the source
 * writes that pair.
 */
export async function lookUpThere(
  source: ContactSource,
  scratch: Scratch,
  sample: readonly TargetContact[],
): Promise<Looked> {
  const differences: Difference[] = []
  for (const contact of sample)
    differences.push(
      ...compareContacts(contact, await findThere(source, scratch, contact), contact),
    )
  return { pairs: sample.length, differences }
}

async function findThere(source: ContactSource, scratch: Scratch, pair: TargetContact) {
  const found = []
  for (const writing of scratch.writings(pair.owner, pair.contact))
    for (const row of await source.lookUp(writing)) {
      const contact = readRow(row)
      if (typeof contact !== 'string') found.push(contact)
    }
  if (found.length === 0) return null
  return {
    createdAt: Math.min(...found.map(({ createdAt }) => createdAt)),
    updatedAt: Math.max(...found.map(({ updatedAt }) => updatedAt)),
  }
}
