import { resolve } from 'node:path'
import { rejections } from '../../people-data/contacts/contact-row.ts'
import type { Imported } from '../../people-data/contacts/import.ts'
import { type ExitCode, exitCodes, type Host } from './host.ts'
import type { ImportWords } from './import-options.ts'
import { inFull, showProgress } from './progress.ts'
import { withServiceDatabase } from './service-database.ts'

/** What was typed after `contacts import`. */
export interface ImportContactsWords extends ImportWords {
  readonly from: string
  readonly table: string
  readonly checkpoint?: string
  readonly restart?: true
}

/** `contacts import`: see its `--help`. */
export async function runImport(host: Host, words: ImportContactsWords): Promise<ExitCode> {
  const [{ importAll, importNothing }, { openSource }] = await Promise.all([
    import('../../people-data/contacts/import.ts'),
    import('../../people-data/contacts/source.ts'),
  ])
  return withServiceDatabase(host, words.data, async (database) => {
    const source = await openSource(words.from, words.table)
    const told = new AbortController()
    host.onEnd(() => told.abort())
    try {
      const checkpoint = words.checkpoint ?? source.name
      const progress = showProgress(host)
      const total = await source.count()
      const run = words.dryRun === true ? importNothing : importAll
      const imported = await run({
        source,
        database,
        checkpoint,
        rejectsFile: resolve(words.rejects ?? rejectsFileOf(checkpoint, words.dryRun === true)),
        batchSize: words.batch,
        restart: words.restart === true,
        onProgress: (rows) => progress.reach('import', rows, total),
        signal: told.signal,
      }).finally(progress.end)
      host.print(words.json === true ? JSON.stringify(imported) : describe(imported))
      if (imported.warning !== null) host.complain(imported.warning)
      return imported.finished ? exitCodes.done : exitCodes.failed
    } finally {
      await source.close()
    }
  })
}

/** In the folder where the command was typed, named for the run. */
function rejectsFileOf(checkpoint: string, dryRun: boolean): string {
  const name = checkpoint.replace(/[^\w.-]+/g, '-')
  return `${name}${dryRun ? '.dry-run' : ''}.rejects.ndjson`
}

function describe(imported: Imported): string {
  const { source, dryRun, finished, resumedAt, counts, rejectsFile } = imported
  const { read, added, merged, unchanged, removed, mended } = counts
  const reasons = rejections
    .map((reason) => [reason, counts[reason]] as const)
    .filter(([, count]) => count > 0)
  const refused = reasons.reduce((sum, [, count]) => sum + count, 0)
  const lines: [string, number, string][] = [
    ['rows read', read, resumedAt === 0 ? '' : `${inFull(resumedAt)} of them by earlier runs`],
    ['added', added, ''],
    ['merged', merged, 'already present; new to the import, or an earlier or later time was taken'],
    ['unchanged', unchanged, 'already present and the same'],
    ['removed since', removed, 'or blocked by the owner; not brought back'],
    ['rejected', refused, refused === 0 ? '' : rejectsFile],
    ...reasons.map(([reason, count]): [string, number, string] => [`  ${reason}`, count, '']),
    ['mended', mended, 'included above: updated before added, so the time added is used for both'],
  ]
  return [
    `${dryRun ? 'Dry run (nothing is imported)' : 'Import'} of ${source}`,
    ...lines.map(([name, count, remark]) =>
      `${name.padEnd(20)}${inFull(count).padStart(12)}  ${remark}`.trimEnd(),
    ),
    finished ? 'Finished.' : 'Interrupted. Run the command again; it continues from here.',
  ].join('\n')
}
