import type { Service } from '../../database/identity.ts'
import type { Session } from '../../database/session.ts'
import { sql, type Transaction } from '../../database/sql.ts'
import { UserFacingError } from '../../user-facing-error.ts'
import { type Counts, noCounts } from './counts.ts'
import type { Position } from './source.ts'

/**
 * How far a run has come. Committed with each batch, so that it never says more or less than what
 * was done.
 */
export interface Checkpoint {
  readonly name: string
  readonly source: string
  readonly rejectsFile: string
  readonly rejectsBytes: number
  readonly position: Position | null
  readonly batches: number
  readonly counts: Counts
  readonly finished: boolean
}

/** What a run is begun with. */
interface Beginning {
  readonly name: string
  readonly source: string
  readonly rejectsFile: string
  /** Not to go on from an earlier run, whatever it left. */
  readonly restart: boolean
}

/**
 * Where to go on: at the unfinished run of this name, or at the beginning of the source when there
 * is none.
 * @throws UserFacingError when the unfinished run reads another source, or writes its rejects
 * elsewhere
 */
export async function beginOrGoOn(
  session: Session<Service>,
  beginning: Beginning,
): Promise<Checkpoint> {
  const { name, source, rejectsFile, restart } = beginning
  return session.write(async (tx) => {
    const left = await selectCheckpoint(tx, name)
    if (left === null || left.finished || restart) {
      const fresh = { name, source, rejectsFile, rejectsBytes: 0, position: null, batches: 0 }
      const checkpoint = { ...fresh, counts: noCounts(), finished: false }
      await upsertCheckpoint(tx, checkpoint)
      return checkpoint
    }
    const differs =
      (left.source !== source && `reads ${left.source}, not ${source}`) ||
      (left.rejectsFile !== rejectsFile && `writes its rejects to ${left.rejectsFile}`)
    if (differs !== false) throw otherRun(name, differs)
    return left
  })
}

/** The run of this name, unfinished or not; null when there was none. */
export async function selectCheckpoint(tx: Transaction, name: string): Promise<Checkpoint | null> {
  const [row] = await tx.rows<Stored>(
    'imports.checkpoint',
    sql`
      select name, source, rejects_file as "rejectsFile", rejects_bytes::float8 as "rejectsBytes", batches, counts,
             position_owner as owner, position_contact as contact, finished_at is not null as finished
        from contact_import_checkpoints
       where name = ${name}`,
  )
  if (row === undefined) return null
  const { owner, contact, ...checkpoint } = row
  return { ...checkpoint, position: owner === null ? null : { owner, contact } }
}

type Stored = Omit<Checkpoint, 'position'> &
  ({ readonly owner: null } | (Position & { readonly owner: string })) & {
    readonly contact: string
  }

async function upsertCheckpoint(tx: Transaction, checkpoint: Checkpoint): Promise<void> {
  const { name, source, rejectsFile, counts } = checkpoint
  await tx.rows(
    'imports.begin',
    sql`
      insert into contact_import_checkpoints (name, source, rejects_file, counts)
      values (${name}, ${source}, ${rejectsFile}, ${JSON.stringify(counts)}::jsonb)
          on conflict (name) do update
         set source = excluded.source, rejects_file = excluded.rejects_file, rejects_bytes = 0,
             position_owner = null, position_contact = null, batches = 0, counts = excluded.counts,
             started_at = excluded.started_at, updated_at = excluded.updated_at,
             finished_at = null`,
  )
}

/**
 * Moves the checkpoint on by one batch.
 * @throws UserFacingError when it is not where this run left it
 */
export async function moveCheckpoint(tx: Transaction, to: Checkpoint): Promise<void> {
  const moved = await tx.rows(
    'imports.moveCheckpoint',
    sql`
      update contact_import_checkpoints
         set position_owner = coalesce(${to.position?.owner ?? null}, position_owner),
             position_contact = coalesce(${to.position?.contact ?? null}, position_contact),
             rejects_bytes = ${to.rejectsBytes}, batches = ${to.batches}, counts = ${JSON.stringify(to.counts)}::jsonb,
             updated_at = now(), finished_at = case when ${to.finished}::boolean then now() end
       where name = ${to.name} and batches = ${to.batches - 1} and finished_at is null
   returning name`,
  )
  if (moved.length === 0) throw otherRun(to.name, 'was changed by another process')
}

function otherRun(name: string, differs: string): UserFacingError {
  return new UserFacingError(
    `The unfinished run \`${name}\` ${differs}.\nFix: run the same command as before, choose another --checkpoint, or start over with --restart.`,
  )
}
