import type { Bucket } from '../../people-data/contacts/buckets.ts'
import type { Difference, Times } from '../../people-data/contacts/differences.ts'
import type { Looked } from '../../people-data/contacts/samples.ts'
import type { Verified } from '../../people-data/contacts/verify.ts'
import { UserFacingError } from '../../user-facing-error.ts'
import { type ExitCode, exitCodes, type Host } from './host.ts'
import { inFull, showProgress } from './progress.ts'
import { withServiceDatabase } from './service-database.ts'

/** What was typed after `contacts verify`. */
export interface VerifyWords {
  readonly from: string
  readonly table: string
  readonly sample: number
  readonly json?: true
  readonly data?: string
}

/** `contacts verify`: see its `--help`. */
export async function runVerify(host: Host, words: VerifyWords): Promise<ExitCode> {
  const [{ verifyAll }, { openSource }] = await Promise.all([
    import('../../people-data/contacts/verify.ts'),
    import('../../people-data/contacts/source.ts'),
  ])
  return withServiceDatabase(host, words.data, async (database) => {
    const source = await openSource(words.from, words.table)
    const told = new AbortController()
    host.onEnd(() => told.abort(new UserFacingError('Interrupted before everything was compared.')))
    try {
      const progress = showProgress(host)
      const total = await source.count()
      const verified = await verifyAll({
        source,
        database,
        sample: words.sample,
        onRead: (rows) => {
          told.signal.throwIfAborted()
          progress.reach('read', rows, total)
        },
        onCompared: (rows, of) => {
          told.signal.throwIfAborted()
          progress.reach('compare', rows, of)
        },
      }).finally(progress.end)
      host.print(words.json === true ? JSON.stringify(verified) : describe(verified))
      if (verified.warning !== null) host.complain(verified.warning)
      return verified.alike ? exitCodes.done : exitCodes.different
    } finally {
      await source.close()
    }
  })
}

/** The whole report: what was read, what is here, where they differ, and the conclusion. */
function describe(verified: Verified): string {
  const { source, rows, repeated, rejected, removedSince, expected, imported } = verified
  const reasons = Object.entries(rejected).filter(([, count]) => count > 0)
  const refused = reasons.reduce((sum, [, count]) => sum + count, 0)
  const lines: [string, number, string][] = [
    ['rows', rows, ''],
    ['repeated', repeated, 'the same pair as an earlier row'],
    ['rejected', refused, ''],
    ...reasons.map(([reason, count]): [string, number, string] => [`  ${reason}`, count, '']),
    ['removed since', removedSince, 'imported, then removed here; not a difference'],
    ['contacts expected', expected, ''],
    ['contacts imported', imported, ''],
  ]
  const { compared, differing } = verified.buckets
  const { sourceHere, hereInSource } = verified.samples
  return [
    `Verification of ${source}`,
    ...lines.map(([name, count, remark]) =>
      `${name.padEnd(20)}${inFull(count).padStart(12)}  ${remark}`.trimEnd(),
    ),
    `checksums           ${differing.length} of ${compared} buckets differ`,
    ...tableOf(differing),
    `source sample       ${found(sourceHere)}`,
    `imported sample     ${found(hereInSource)}`,
    ...listOf(verified),
    verified.alike ? 'No differences.' : 'DIFFERENCES FOUND.',
  ].join('\n')
}

const found = ({ pairs, differences }: Looked) =>
  `${inFull(pairs)} pairs, ${inFull(differences.length)} differences`

function tableOf(buckets: readonly Bucket[]): string[] {
  if (buckets.length === 0) return []
  const line = ({ bucket, source, target }: Bucket) =>
    `  ${bucket}      ${inFull(source.contacts).padStart(9)} ${source.sha256.slice(0, 16)}   ${inFull(target.contacts).padStart(9)} ${target.sha256.slice(0, 16)}`
  return ['  bucket   in source sha256             imported here sha256', ...buckets.map(line)]
}

function listOf({ differing, differences }: Verified): string[] {
  const kinds = Object.entries(differing).filter(([, count]) => count > 0)
  const all = kinds.reduce((sum, [, count]) => sum + count, 0)
  if (all === 0) return []
  return [
    ...kinds.map(([kind, count]) => `${kind.padEnd(20)}${inFull(count).padStart(12)}`),
    `The first ${inFull(differences.length)} of ${inFull(all)} differences:`,
    ...differences.flatMap(({ kind, owner, contact, source, target }: Difference) => [
      `  ${kind}: ${owner} -> ${contact}`,
      `    source  ${times(source)}`,
      `    here    ${times(target)}`,
    ]),
  ]
}

const times = (side: Times | null) =>
  side === null ? 'none' : `added ${side.addedAt}, updated ${side.updatedAt}`
