import { resolve } from 'node:path'
import type { Database } from '../../database/database.ts'
import type { PeopleImported, RejectedPerson } from '../../people-data/people/import.ts'
import type { PeopleFormat } from '../../people-data/people/people-file.ts'
import { UserFacingError } from '../../user-facing-error.ts'
import { type ExitCode, exitCodes, type Host } from './host.ts'
import type { ImportWords } from './import-options.ts'
import { inFull, showProgress } from './progress.ts'
import { withServiceDatabase } from './service-database.ts'

/** What was typed after `users import <file>`. */
export interface ImportPeopleWords extends ImportWords {
  readonly format?: PeopleFormat
}

/** `users import`: see its `--help`. */
export async function runPeopleImport(
  host: Host,
  file: string,
  words: ImportPeopleWords,
): Promise<ExitCode> {
  return withServiceDatabase(host, words.data, (database) =>
    importFile(host, file, words, database),
  )
}

async function importFile(
  host: Host,
  file: string,
  words: ImportPeopleWords,
  database: Database,
): Promise<ExitCode> {
  const [{ importAllPeople }, { checkPeopleFile, formatOf, readPeople }, { RejectsFile }] =
    await Promise.all([
      import('../../people-data/people/import.ts'),
      import('../../people-data/people/people-file.ts'),
      import('../../people-data/rejects-file.ts'),
    ])
  const format = words.format ?? formatOf(file)
  if (format === null)
    throw new UserFacingError(
      `Cannot tell the format from the file name ${file}.\nFix: pass --format csv or --format ndjson.`,
    )
  const path = resolve(file)
  const rejectsFile = resolve(words.rejects ?? `${file}.rejects.ndjson`)
  const total = await checkPeopleFile(path, format)
  const told = new AbortController()
  host.onEnd(() => {
    told.abort()
  })
  const progress = showProgress(host)
  const rejects = await RejectsFile.open<RejectedPerson>(rejectsFile, 0)
  try {
    const rows = readPeople(path, format)
    const imported = await importAllPeople({
      rows,
      database,
      dryRun: words.dryRun === true,
      rejects,
      batchSize: words.batch,
      onProgress: (read) => {
        progress.reach('import', read, Math.max(read, total))
      },
      signal: told.signal,
    }).finally(progress.end)
    const summary = { file: path, rejectsFile, dryRun: words.dryRun === true, ...imported }
    host.print(words.json === true ? JSON.stringify(summary) : describe(summary))
    const someone = imported.added + imported.alreadyHere > 0
    if (!someone) host.complain(`Nothing was imported: every row was rejected, see ${rejectsFile}.`)
    return imported.finished && someone ? exitCodes.done : exitCodes.failed
  } finally {
    await rejects.close()
  }
}

function describe(
  imported: PeopleImported & { file: string; rejectsFile: string; dryRun: boolean },
): string {
  const reasons = Object.entries(imported.rejected)
  const refused = reasons.reduce((sum, [, count]) => sum + count, 0)
  const lines: [string, number, string][] = [
    ['rows read', imported.read, ''],
    ['added', imported.added, ''],
    ['already present', imported.alreadyHere, 'unchanged'],
    ['usernames added', imported.named, ''],
    ['profiles added', imported.introduced, ''],
    ['rejected', refused, refused === 0 ? '' : imported.rejectsFile],
    ...reasons.map(([reason, count]): [string, number, string] => [`  ${reason}`, count, '']),
  ]
  return [
    `${imported.dryRun ? 'Dry run (nothing is imported)' : 'Import'} of ${imported.file}`,
    ...lines.map(([name, count, remark]) =>
      `${name.padEnd(22)}${inFull(count).padStart(12)}  ${remark}`.trimEnd(),
    ),
    imported.finished
      ? 'Finished.'
      : 'Interrupted. Run the command again; it starts over and changes nothing twice.',
  ].join('\n')
}
