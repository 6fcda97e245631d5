import { readdirSync, readFileSync } from 'node:fs'

/** Microseconds of processor time. */
export interface Cpu {
  readonly server: number
  readonly postgres: number
}

/** Linux counts in hundredths of a second, whatever the machine. */
const tick = 10_000

/**
 * What a server and the cluster have used until now: of each the process, its children, and those
 * that have ended.
 */
export function readCpu(server: number, postmaster: number): Cpu {
  return { server: ofFamily(server), postgres: ofFamily(postmaster) }
}

export function spent(before: Cpu, after: Cpu): Cpu {
  return { server: after.server - before.server, postgres: after.postgres - before.postgres }
}

function ofFamily(parent: number): number {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter((stat) => stat?.parent === parent)
  const own = statOf(parent)
  if (own === null) throw new Error(`The process ${parent} is gone.`)
  return own.used + own.ofEnded + children.reduce((sum, child) => sum + (child?.used ?? 0), 0)
}

function statOf(pid: number) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold spaces: the rest is counted from the last parenthesis.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const [parent, user, system, endedUser, endedSystem] = [1, 11, 12, 13, 14].map((place) =>
      Number(fields[place]),
    ) as [number, number, number, number, number]
    return { parent, used: (user + system) * tick, ofEnded: (endedUser + endedSystem) * tick }
  } catch {
    return null
  }
}

/** Resident memory in megabytes. */
export function readMemory(pid: number): number {
  const [, kilobytes = '0'] =
    /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}
