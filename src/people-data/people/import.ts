import type { Database } from '../../database/database.ts'
import type { Service } from '../../database/identity.ts'
import type { RejectsFile } from '../rejects-file.ts'
import type { FileRow } from './people-file.ts'
import { type Newcomer, readPerson, type RejectedPart, type Rejection } from './person-row.ts'
import { importPeople, type Outcome } from './sql.ts'

/** What is said of a row that was not imported, or not all of it. */
export interface RejectedPerson extends RejectedPart {
  readonly line: number
  readonly row: unknown
}

export interface PeopleImportOptions {
  readonly rows: AsyncIterable<FileRow>
  readonly database: Database
  /** Each batch is imported and rolled back, so that only the counts and the rejects remain. */
  readonly dryRun: boolean
  readonly rejects: RejectsFile<RejectedPerson>
  readonly batchSize: number
  readonly onProgress: (rows: number) => void
  /** Ends the run after the batch at hand. */
  readonly signal: AbortSignal
}

/** How many rows, and what became of them. */
export interface PeopleImported {
  /** False: it was told to end before the file did. */
  readonly finished: boolean
  read: number
  added: number
  alreadyHere: number
  named: number
  introduced: number
  rejected: Partial<Record<Rejection, number>>
}

const identity: Service = { kind: 'service', name: 'people import' }

/**
 * Imports the people of a file, batch by batch. It may be killed and repeated: whoever is here
 * keeps what they have, so a second run changes nothing. A name or profile that cannot be is
 * rejected alone; the person is imported without it.
 */
export async function importAllPeople(options: PeopleImportOptions): Promise<PeopleImported> {
  const counts = { read: 0, added: 0, alreadyHere: 0, named: 0, introduced: 0, rejected: {} }
  let size = 0
  for await (const rows of batches(options.rows, options.batchSize)) {
    const { people, rejected } = takeRows(rows)
    const outcomes = await importBatch(options, people)
    outcomes.forEach((outcome, place) => {
      count(counts, outcome)
      const from = people[place]
      if (outcome.username === 'taken' && from !== undefined)
        rejected.push({ line: from.line, reason: 'taken username', row: from.row })
    })
    for (const { reason } of rejected)
      (counts.rejected as PeopleImported['rejected'])[reason] =
        ((counts.rejected as PeopleImported['rejected'])[reason] ?? 0) + 1
    size = await options.rejects.write(rejected, size)
    counts.read += rows.length
    options.onProgress(counts.read)
    if (options.signal.aborted) return { ...counts, finished: false }
  }
  return { ...counts, finished: true }
}

interface Taken extends Pick<FileRow, 'line'> {
  readonly person: Newcomer
  readonly row: unknown
}

/** Of one batch: each id and each name once, for the first who has it. */
function takeRows(rows: readonly FileRow[]): { people: Taken[]; rejected: RejectedPerson[] } {
  const people: Taken[] = []
  const rejected: RejectedPerson[] = []
  const [ids, names] = [new Set<string>(), new Set<string>()]
  for (const { line, value: row, fault } of rows) {
    if (fault !== undefined) {
      rejected.push({ line, reason: fault, row })
      continue
    }
    const { person, rejected: parts } = readPerson(row)
    const reject = (reason: Rejection) => rejected.push({ line, reason, row })
    for (const part of parts) rejected.push({ line, ...part, row })
    if (person === null) continue
    if (ids.has(person.id)) {
      reject('same id twice')
      continue
    }
    ids.add(person.id)
    const isSecond = person.username !== null && names.has(person.username)
    if (isSecond) reject('same username twice')
    else if (person.username !== null) names.add(person.username)
    people.push({ line, row, person: isSecond ? { ...person, username: null } : person })
  }
  return { people, rejected }
}

async function importBatch(
  { database, dryRun }: PeopleImportOptions,
  people: readonly Taken[],
): Promise<readonly Outcome[]> {
  if (people.length === 0) return []
  const newcomers = people.map(({ person }) => person)
  try {
    return await database.as(identity).write(async (tx) => {
      const outcomes = await importPeople(tx, newcomers)
      if (dryRun) throw new RolledBack(outcomes)
      return outcomes
    })
  } catch (error) {
    if (error instanceof RolledBack) return error.outcomes
    throw error
  }
}

/** Ends the transaction of a dry run. */
class RolledBack extends Error {
  readonly outcomes: readonly Outcome[]
  constructor(outcomes: readonly Outcome[]) {
    super('rolled back')
    this.outcomes = outcomes
  }
}

function count(
  counts: Omit<PeopleImported, 'finished'>,
  { added, username, introduced }: Outcome,
): void {
  if (added) counts.added++
  else counts.alreadyHere++
  if (username === 'given') counts.named++
  if (introduced) counts.introduced++
}

async function* batches<Row>(rows: AsyncIterable<Row>, size: number): AsyncGenerator<Row[]> {
  let batch: Row[] = []
  for await (const row of rows) {
    batch.push(row)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
