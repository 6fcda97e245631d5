import type { Database } from '../../database/database.ts'
import type { Queryable } from '../../database/sql.ts'
import type { UserId } from '../../graphql/ids.ts'
import type { Bucket } from './buckets.ts'
import { compareSides } from './comparison.ts'
import { isSince2001, readRow, type Rejection, rejections, warnOfTimes } from './contact-row.ts'
import type { Difference, DifferenceKind } from './differences.ts'
import { type Looked, lookUpHere, lookUpThere } from './samples.ts'
import { Scratch } from './scratch.ts'
import type { ContactSource } from './source.ts'
import { importedContacts, removedPairs, unknownPeople } from './target.ts'

export interface VerifyOptions {
  readonly source: ContactSource
  readonly database: Database
  /** How many pairs of each side to look up on the other. */
  readonly sample: number
  /** Told how many rows are read. */
  readonly onRead: (rows: number) => void
  /** Told how many rows, of those that could be contacts, are compared. */
  readonly onCompared: (rows: number, of: number) => void
}

/** What is the same on both sides, and what is not. */
export interface Verified {
  readonly source: string
  /** Whether nothing differs. */
  readonly alike: boolean
  /** Rows of the source. */
  readonly rows: number
  readonly repeated: number
  /** Rows that could not become contacts, by reason. */
  readonly rejected: Readonly<Record<Rejection, number>>
  /** That the source's times are hardly milliseconds. */
  readonly warning: string | null
  readonly removedSince: number
  /** Contacts that the source says should be here, and imported ones that are. */
  readonly expected: number
  readonly imported: number
  readonly buckets: { readonly compared: number; readonly differing: readonly Bucket[] }
  readonly differing: Readonly<Record<DifferenceKind, number>>
  /** The first twenty of them, by owner, then contact. */
  readonly differences: readonly Difference[]
  readonly samples: { readonly sourceHere: Looked; readonly hereInSource: Looked }
}

/**
 * Compares every contact of a source with what was imported, in this service's database as it is at
 * one moment. Shares nothing with the import but the reading of a row, and changes nothing.
 */
export async function verifyAll(options: VerifyOptions): Promise<Verified> {
  const { source, database, sample } = options
  const scratch = await Scratch.open()
  const session = database.as({ kind: 'service', name: 'contacts verify' })
  try {
    const { rows, rejected, since2001 } = await readInto(scratch, source, options.onRead)
    const readable = rows - Object.values(rejected).reduce((sum, count) => sum + count, 0)
    const from = session.read
    await markUnknown(scratch, from)
    const { sourceSample, targetSample, buckets, unknownOwner, unknownContact, ...compared } =
      await compareSides(
        scratch.pairs(),
        importedContacts(from),
        removedPairs(from),
        sample,
        (compared) => options.onCompared(compared, readable),
      )
    const sourceHere = await lookUpHere(from, sourceSample)
    // The source may be slow, and nothing more is asked here: Postgres ends a transaction that is
    // silent.
    await session.finish()
    const hereInSource = await lookUpThere(source, scratch, targetSample)
    const differing = buckets.filter((bucket) => bucket.source.sha256 !== bucket.target.sha256)
    const found = compared.differences.length + differing.length
    return {
      source: source.name,
      alike: found + sourceHere.differences.length + hereInSource.differences.length === 0,
      rows,
      rejected: { ...rejected, 'unknown owner': unknownOwner, 'unknown contact': unknownContact },
      warning: warnOfTimes(readable, since2001),
      ...compared,
      buckets: { compared: buckets.length, differing },
      samples: { sourceHere, hereInSource },
    }
  } finally {
    await session.finish()
    await scratch.close()
  }
}

async function readInto(scratch: Scratch, source: ContactSource, onRead: (rows: number) => void) {
  const rejected = Object.fromEntries(rejections.map((reason) => [reason, 0])) as Record<
    Rejection,
    number
  >
  let [rows, since2001] = [0, 0]
  for await (const row of source.rows()) {
    onRead(++rows)
    const contact = readRow(row)
    if (typeof contact === 'string') rejected[contact]++
    else {
      if (isSince2001(contact)) since2001++
      scratch.add(contact, { owner: row.owner ?? '', contact: row.contact ?? '' })
    }
  }
  scratch.index()
  return { rows, rejected, since2001 }
}

/** How many people are looked for in one statement. */
const lookedForAtOnce = 1_000

async function markUnknown(scratch: Scratch, from: Queryable): Promise<void> {
  const unknown: UserId[] = []
  let some: UserId[] = []
  for (const id of scratch.people()) {
    some.push(id)
    if (some.length < lookedForAtOnce) continue
    unknown.push(...(await unknownPeople(from, some)))
    some = []
  }
  unknown.push(...(await unknownPeople(from, some)))
  scratch.markUnknown(unknown)
}
