import type { Database } from '../../database/database.ts'
import type { Service } from '../../database/identity.ts'
import type { Session } from '../../database/session.ts'
import { UserFacingError } from '../../user-facing-error.ts'
import { RejectsFile } from '../rejects-file.ts'
import { patiently, type Reject, takeRows } from './batch.ts'
import { beginOrGoOn, type Checkpoint, moveCheckpoint, selectCheckpoint } from './checkpoint.ts'
import { warnOfTimes } from './contact-row.ts'
import { type Counts, noCounts } from './counts.ts'
import { asOnlyRun } from './only-run.ts'
import type { ContactSource, Position } from './source.ts'
import { importContacts, judgeContacts } from './sql.ts'

export interface ImportOptions {
  readonly source: ContactSource
  readonly database: Database
  /** The name under which the run is continued. */
  readonly checkpoint: string
  readonly rejectsFile: string
  readonly batchSize: number
  readonly restart: boolean
  /** Told of every batch: rows read by this and earlier processes of the run. */
  readonly onProgress: (read: number) => void
  /** Ends the run after the batch at hand. */
  readonly signal: AbortSignal
}

/** What a run did, over all of its processes. */
export interface Imported {
  readonly source: string
  readonly checkpoint: string
  readonly rejectsFile: string
  readonly dryRun: boolean
  /** How many rows an earlier process of this run had read. */
  readonly resumedAt: number
  /** False: it was told to end before the source did. */
  readonly finished: boolean
  readonly counts: Counts
  /** That the source's times are hardly milliseconds. */
  readonly warning: string | null
}

const identity: Service = { kind: 'service', name: 'contacts import' }

/**
 * Moves the contacts of a source into this service (rule 1.7). It may be killed at any moment: the
 * same call goes on after the last batch that was committed. After a run that finished, it begins
 * anew, and changes only what is new.
 * @throws UserFacingError when another process is at the same run, or what it left does not fit
 */
export function importAll(options: ImportOptions): Promise<Imported> {
  return asOnlyRun(options.database, options.checkpoint, async (stillHere) => {
    const { source, checkpoint: name, rejectsFile, restart, database } = options
    const session = database.as(identity)
    let reached = await beginOrGoOn(session, { name, source: source.name, rejectsFile, restart })
    const resumedAt = reached.counts.read
    const rejects = await RejectsFile.open<Reject>(rejectsFile, reached.rejectsBytes)
    try {
      while (!reached.finished && !options.signal.aborted) {
        options.onProgress(reached.counts.read)
        const from = reached
        reached = await patiently(() =>
          importBatch(session, source, from, options.batchSize, rejects),
        )
        await stillHere()
      }
    } finally {
      await rejects.close()
    }
    options.onProgress(reached.counts.read)
    const { counts, finished } = reached
    const run = { source: source.name, checkpoint: name, rejectsFile, dryRun: false }
    return { ...run, resumedAt, finished, counts, warning: warningOf(counts) }
  })
}

/**
 * One page, in one transaction with the checkpoint. Its rejects are on the disk before the commit
 * can say so.
 */
async function importBatch(
  session: Session<Service>,
  source: ContactSource,
  from: Checkpoint,
  batchSize: number,
  rejects: RejectsFile<Reject>,
): Promise<Checkpoint> {
  const page = await source.page(from.position, batchSize)
  return session.write(async (tx) => {
    const batch = await takeRows(page.rows, from.counts, (contacts) => importContacts(tx, contacts))
    const reached = {
      ...from,
      position: page.next,
      rejectsBytes: await rejects.write(batch.rejects, from.rejectsBytes),
      batches: from.batches + 1,
      counts: batch.counts,
      finished: page.next === null,
    }
    await moveCheckpoint(tx, reached)
    return reached
  })
}

/**
 * Reads everything and says what `importAll` would do from the beginning; writes nothing but the
 * rejected rows. As no row comes to what an earlier one has made, a pair that is there twice counts
 * as added twice.
 */
export async function importNothing(options: ImportOptions): Promise<Imported> {
  const { source, checkpoint, rejectsFile, batchSize, database } = options
  await leaveAlone(database, checkpoint, rejectsFile)
  const rejects = await RejectsFile.open<Reject>(rejectsFile, 0)
  let counts = noCounts()
  let [position, size]: [Position | null, number] = [null, 0]
  try {
    do {
      options.onProgress(counts.read)
      const page = await source.page(position, batchSize)
      const session = database.as(identity)
      const batch = await takeRows(page.rows, counts, (contacts) =>
        judgeContacts(session.read, contacts),
      )
      await session.finish()
      size = await rejects.write(batch.rejects, size)
      ;({ counts } = batch)
      position = page.next
    } while (position !== null && !options.signal.aborted)
  } finally {
    await rejects.close()
  }
  options.onProgress(counts.read)
  const run = { source: source.name, checkpoint, rejectsFile, dryRun: true }
  const warning = warningOf(counts)
  return { ...run, resumedAt: 0, finished: position === null, counts, warning }
}

function warningOf(counts: Counts): string | null {
  const untimed = counts['malformed id'] + counts['malformed time'] + counts.self
  return warnOfTimes(counts.read - untimed, counts.since2001)
}

/** @throws UserFacingError when the file belongs to a run that is not finished */
async function leaveAlone(database: Database, name: string, rejectsFile: string): Promise<void> {
  const run = await database.as(identity).write((tx) => selectCheckpoint(tx, name))
  if (run !== null && !run.finished && run.rejectsFile === rejectsFile) {
    throw new UserFacingError(
      `${rejectsFile} belongs to the unfinished run \`${name}\`.\nFix: choose another file with --rejects.`,
    )
  }
}
