import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import type { System } from '../systems/start.ts'

/** One request, whose answer must contain a text. */
export interface PacedCall {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly expect: string
}

/** What one turn took: times in milliseconds, processor time in microseconds a request. */
export interface Paced {
  readonly p50: number
  readonly p95: number
  readonly cpu: number
  readonly errors: number
}

/**
 * Sends so many requests a second, whether or not the earlier ones have been answered, and reads
 * off what they took of the server and of its connections to Postgres.
 * @param next gives the next request
 * @param backends gives the ids of the processes behind the server's connections
 */
export async function putPaced(
  { origin, pid }: Pick<System, 'origin' | 'pid'>,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
  next: () => Promise<PacedCall>,
  backends: () => Promise<readonly number[]>,
): Promise<Paced> {
  const pool = new Pool(origin, { connections: 50, pipelining: 1 })
  const times: number[] = []
  let errors = 0
  const send = async () => {
    const { headers, body, expect } = await next()
    const begun = performance.now()
    const answer = await pool.request({ method: 'POST', path: '/graphql', headers, body })
    if (!(await answer.body.text()).includes(expect)) errors++
    times.push(performance.now() - begun)
  }
  const before = [pid, ...(await backends())].map(usedBy)
  const known = new Map(before.map(({ process, used }) => [process, used]))
  const all: Promise<void>[] = []
  const begun = performance.now()
  for (let sent = 0; sent < perSecond * seconds; sent++) {
    const wait = begun + (sent * 1_000) / perSecond - performance.now()
    if (wait > 0) await sleep(wait)
    all.push(send())
  }
  await Promise.all(all)
  const after = [pid, ...(await backends())].map(usedBy)
  const cpu = after.reduce((sum, { process, used }) => sum + used - (known.get(process) ?? 0), 0)
  await pool.close()
  times.sort((one, other) => one - other)
  const at = (share: number) => times[Math.floor(times.length * share)] ?? 0
  return { p50: at(0.5), p95: at(0.95), cpu: cpu / times.length, errors }
}

/** Gives one request after the other, and the first again when there are no more. */
export function inTurn(calls: readonly PacedCall[]): () => Promise<PacedCall> {
  let next = 0
  return () => {
    const call = calls[next++ % calls.length]
    return call === undefined ? Promise.reject(new Error('No calls.')) : Promise.resolve(call)
  }
}

/** Processor time of one process, its threads included, in microseconds. */
function usedBy(process: number): { process: number; used: number } {
  const text = readFileSync(`/proc/${String(process)}/stat`, 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { process, used: (Number(fields[11]) + Number(fields[12])) * 10_000 }
}
