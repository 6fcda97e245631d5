import { execFile } from 'node:child_process'
import { readFile, readlink } from 'node:fs/promises'
import { promisify } from 'node:util'

/** A process of this machine as far as we may look at it. */
interface ProcessSeen {
  readonly pid: number
  readonly command: string
  /**
   * When it started, in the system's own words. With the pid it names one process: pids are used
   * again.
   */
  readonly startedAt: string
}

/**
 * Looks at the process with this id; null when there is none. Reads `/proc` where that exists
 * (small containers have no `ps`) and asks `ps` elsewhere.
 */
export async function seeProcess(pid: number): Promise<ProcessSeen | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The second field is the name in parentheses and may hold spaces, so the rest is counted from
    // the last parenthesis.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return null
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8')
    return { pid, command: line.replaceAll('\0', ' ').trim(), startedAt: fields[19] ?? '' }
  } catch {
    return askPs(pid)
  }
}

/** The directory a process works in; null when it is gone or not ours to look at. */
export async function workingDirectory(pid: number): Promise<string | null> {
  try {
    return await readlink(`/proc/${pid}/cwd`)
  } catch {
    const answer = await run('lsof', ['-a', '-p', String(pid), '-d', 'cwd', '-Fn'])
    return /^n(.+)$/m.exec(answer)?.[1] ?? null
  }
}

async function askPs(pid: number): Promise<ProcessSeen | null> {
  const [startedAt, command] = await Promise.all(
    ['lstart=', 'command='].map(async (field) =>
      (await run('ps', ['-o', field, '-p', String(pid)])).trim(),
    ),
  )
  return startedAt === undefined || command === undefined || startedAt === ''
    ? null
    : { pid, command, startedAt }
}

/**
 * What a small program prints; nothing when it is missing or fails, which for these questions is
 * the answer "none".
 */
export async function run(
  program: string,
  args: readonly string[],
  as: { uid?: number; gid?: number } = {},
): Promise<string> {
  try {
    return (await promisify(execFile)(program, args, { ...as, cwd: '/' })).stdout
  } catch {
    return ''
  }
}
