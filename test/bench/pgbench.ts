import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readCpu, spent } from './cpu.ts'
import type { Dataset } from './dataset.ts'
import type { Turn } from './measure.ts'

const run = promisify(execFile)

/** The pgbench of this machine; the Postgres of the tests brings none. */
export async function findPgbench(): Promise<string | null> {
  return run('pgbench', ['--version']).then(
    () => 'pgbench',
    () => null,
  )
}

/** Runs a script for a while, prepared, as the login role. */
export async function runPgbench(
  program: string,
  script: string,
  { loginUrl }: Dataset,
  postmaster: number,
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
): Promise<Turn> {
  const folder = await mkdtemp(join(tmpdir(), 'connections-pgbench-'))
  const file = join(folder, 'script.sql')
  await writeFile(file, script)
  try {
    const before = readCpu(process.pid, postmaster)
    const { stdout, stderr } = await run(program, [
      ...['--no-vacuum', '--protocol=prepared', `--file=${file}`, '--jobs=2'],
      ...[`--client=${connections}`, `--time=${Math.ceil(seconds)}`, loginUrl],
    ])
    const used = spent(before, readCpu(process.pid, postmaster))
    const number = (of: RegExp) => Number(of.exec(stdout)?.[1] ?? NaN)
    const done = number(/actually processed: (\d+)/)
    if (!(done > 0) || stderr.includes('aborted'))
      throw new Error(`pgbench: ${stdout}\n${stderr.slice(0, 1000)}`)
    const latency = number(/latency average = ([\d.]+)/)
    return {
      server: NaN,
      postgres: used.postgres / done,
      perSecond: number(/tps = ([\d.]+)/),
      p50: latency,
      p99: NaN,
      bytes: NaN,
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}
