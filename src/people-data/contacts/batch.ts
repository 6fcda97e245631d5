import { setTimeout as sleep } from 'node:timers/promises'
import { sqlState } from '../../database/retry.ts'
import { isSince2001, type OldContact, readRow, type Rejection } from './contact-row.ts'
import { type Counts, isRejection, type Outcome } from './counts.ts'
import type { SourceRow } from './source.ts'

/** A row that did not become a contact. */
export interface Reject {
  readonly reason: Rejection
  /** As it was read. */
  readonly row: SourceRow
}

/** What became of the rows of one page. */
interface Batch {
  /** The counts before it, and its own. */
  readonly counts: Counts
  readonly rejects: readonly Reject[]
}

/**
 * Takes rows one after the other, as if each were alone: where two of them are the same pair, the
 * second comes to what the first has made.
 * @param write gives contacts, each pair once, to the database
 */
export async function takeRows(
  rows: readonly SourceRow[],
  before: Counts,
  write: (contacts: readonly OldContact[]) => Promise<Outcome[]>,
): Promise<Batch> {
  const results: (Outcome | Rejection)[] = []
  const counts = { ...before }
  for (const round of rounds(rows, results)) {
    const outcomes = await write(round.map(({ contact }) => contact))
    round.forEach(({ place, contact }, index) => {
      const outcome = outcomes[index]
      if (outcome === undefined) throw new Error('The database forgot a contact.')
      results[place] = outcome
      if (isSince2001(contact)) counts.since2001++
      if (contact.mended && !isRejection(outcome)) counts.mended++
    })
  }
  const rejects: Reject[] = []
  rows.forEach((row, place) => {
    const result = results[place]
    if (result === undefined) throw new Error('A row was forgotten.')
    counts.read++
    counts[result]++
    if (isRejection(result)) rejects.push({ reason: result, row })
  })
  return { counts, rejects }
}

interface Placed {
  readonly place: number
  readonly contact: OldContact
}

/**
 * The contacts among the rows, in as many rounds as the commonest pair comes up; what is none gets
 * its result at once.
 */
function rounds(rows: readonly SourceRow[], results: (Outcome | Rejection)[]): Placed[][] {
  const seen = new Map<string, number>()
  const made: Placed[][] = []
  rows.forEach((row, place) => {
    const contact = readRow(row)
    if (typeof contact === 'string') {
      results[place] = contact
      return
    }
    const pair = `${contact.owner} ${contact.contact}`
    const round = seen.get(pair) ?? 0
    seen.set(pair, round + 1)
    ;(made[round] ??= []).push({ place, contact })
  })
  return made
}

/** How often a batch is tried. */
const attempts = 5

/**
 * A lock that somebody held for too long, or a person who was erased after they were found: worth
 * another try.
 */
const passing = ['55P03', '23503', '57014']

/** Runs one batch, again if need be; what it leaves outside of the database it overwrites. */
export async function patiently<T>(batch: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await batch()
    } catch (error) {
      if (attempt === attempts || !passing.includes(sqlState(error) ?? '')) throw error
      await sleep(200 * attempt)
    }
  }
}
