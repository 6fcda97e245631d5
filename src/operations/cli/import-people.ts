import { resolve } from 'node:path'
import type { Database } from '../../database/database.ts'
import type { PeopleImported, RejectedPerson } from '../../people-data/people/import.ts'
import type { PeopleFormat } from '../../people-data/people/people-file.ts'
import { type ExitCode, type Host, exitCodes } from './host.ts'
import { inFull, showProgress } from './progress.ts'
import { withServiceDatabase } from './service-database.ts'

/** What was typed after `users import <file>`. */
export interface ImportPeopleWords {
  readonly format?: PeopleFormat
  readonly batch: number
  readonly rejects?: string
  readonly dryRun?: true
  readonly json?: true
  readonly data?: string
}

/** `users import`: see its `--help`. */
export async function runPeopleImport(
  host: Host,
  file: string,
  words: ImportPeopleWords,
): Promise<ExitCode> {
  if (words.dryRun === true) return importFile(host, file, words, null)
  return withServiceDatabase(host, words.data, (database) =>
    importFile(host, file, words, database),
  )
}

async function importFile(
  host: Host,
  file: string,
  words: ImportPeopleWords,
  database: Database | null,
): Promise<ExitCode> {
  const [
    { importAllPeople },
    { countLines, formatOf, readPeople },
    { RejectsFile },
    { ImportRefused },
  ] = await Promise.all([
    import('../../people-data/people/import.ts'),
    import('../../people-data/people/people-file.ts'),
    import('../../people-data/rejects-file.ts'),
    import('../../people-data/refused.ts'),
  ])
  const format = words.format ?? formatOf(file)
  if (format === null)
    throw new ImportRefused(
      `Nothing in the name ${file} says what it is.\nCure: --format csv, or --format ndjson.`,
    )
  const path = resolve(file)
  const rejectsFile = resolve(words.rejects ?? `${file}.rejects.ndjson`)
  const total = await countLines(path)
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
      rejects,
      batchSize: words.batch,
      onProgress: (read) => {
        progress.reach('import', read, Math.max(read, total))
      },
      signal: told.signal,
    }).finally(progress.end)
    const summary = { file: path, rejectsFile, dryRun: database === null, ...imported }
    host.print(words.json === true ? JSON.stringify(summary) : describe(summary))
    return imported.finished ? exitCodes.done : exitCodes.failed
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
    ['here already', imported.alreadyHere, 'they keep what they have'],
    ['got their username', imported.named, ''],
    ['got their profile', imported.introduced, ''],
    ['rejected', refused, refused === 0 ? '' : imported.rejectsFile],
    ...reasons.map(([reason, count]): [string, number, string] => [`  ${reason}`, count, '']),
  ]
  return [
    `${imported.dryRun ? 'Dry run, nothing imported' : 'Import'} of ${imported.file}`,
    ...lines.map(([name, count, remark]) =>
      `${name.padEnd(22)}${inFull(count).padStart(12)}  ${remark}`.trimEnd(),
    ),
    imported.finished ? 'Finished.' : 'Told to end before the end of the file.',
  ].join('\n')
}
