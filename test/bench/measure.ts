import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { readCpu, spent } from './cpu.ts'
import { asAdmin, type Dataset } from './dataset.ts'
import type { Call, Load, LoadResult, Step } from './load.ts'
import type { QuestionName } from './options.ts'
import type { Inputs } from './questions.ts'
import { type Auth, gatewaySecret, type System } from './systems/start.ts'

/**
 * One turn of one system. CPU in microseconds a request (a step, for changes), times in
 * milliseconds.
 */
export interface Turn {
  readonly server: number
  readonly postgres: number
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly bytes: number
}

/** Starts the process that asks. */
export function startLoader() {
  const child: ChildProcess = fork(join(import.meta.dirname, 'load.ts'), {
    serialization: 'advanced',
  })
  return {
    put: (load: Load): Promise<LoadResult> =>
      new Promise((resolve, reject) => {
        child.once('message', (result) => {
          child.off('exit', reject)
          resolve(result as LoadResult)
        })
        child.once('exit', reject)
        child.send(load)
      }),
    stop: () => child.kill(),
  }
}

export type Loader = ReturnType<typeof startLoader>

/** The requests of one question to one system, each viewer with their own token. */
export async function callsOf(
  system: Pick<System, 'words' | 'pathOf'>,
  question: QuestionName,
  inputs: Inputs,
  auth: Auth,
): Promise<Call[]> {
  return Promise.all(
    inputs[question].map(async (input) => ({
      path: system.pathOf(question),
      headers: await headersOf(input.viewer, auth),
      body: JSON.stringify({ ...system.words[question].body(input), people: input.people }),
      expect: '"data":{',
    })),
  )
}

export async function headersOf(viewer: string, auth: Auth): Promise<Record<string, string>> {
  const known = tokens.get(viewer) ?? (await auth.issuer.tokenFor(viewer))
  tokens.set(viewer, known)
  return {
    'content-type': 'application/json',
    authorization: `Bearer ${known}`,
    'x-gateway-secret': gatewaySecret,
  }
}

const tokens = new Map<string, string>()

/** Lets a system work for a while and reads off what it and Postgres have used. */
export async function takeTurn(
  loader: Loader,
  system: { readonly pid: number; readonly origin: string },
  postmaster: number,
  steps: readonly Step[],
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
  most = Infinity,
): Promise<Turn> {
  const before = readCpu(system.pid, postmaster)
  const done = await loader.put({
    origin: system.origin,
    connections,
    seconds,
    most,
    steps,
  })
  const used = spent(before, readCpu(system.pid, postmaster))
  if (done.errors > 0)
    throw new Error(`${done.errors} of ${done.steps} failed: ${done.complaint ?? ''}`)
  return {
    server: used.server / done.steps,
    postgres: used.postgres / done.steps,
    perSecond: done.steps / done.seconds,
    p50: done.p50,
    p99: done.p99,
    bytes: done.bytes / done.steps,
  }
}

/**
 * What one request makes Postgres do: transactions opened, and statements beside `begin`, `set` and
 * `commit`.
 */
export interface Statements {
  readonly openings: number
  readonly statements: number
}

export async function countStatements(
  loader: Loader,
  system: System,
  dataset: Dataset,
  calls: readonly Call[],
): Promise<Statements> {
  const requests = 50
  await watchStatements(dataset, true)
  await loader.put({
    origin: system.origin,
    connections: 1,
    seconds: 60,
    most: requests,
    steps: calls.map((call) => [call]),
  })
  const { rows } = await asAdmin(dataset, (admin) =>
    admin.query<{ query: string; calls: number }>(
      `select query, calls::int from pg_stat_statements
         join pg_roles on pg_roles.oid = userid
        where dbid = (select oid from pg_database where datname = current_database())
          and rolname <> 'postgres'`,
    ),
  )
  await watchStatements(dataset, false)
  const sum = (of: RegExp, not = /^$/) =>
    rows
      .filter(({ query }) => of.test(query) && !not.test(query))
      .reduce((total, row) => total + row.calls, 0) / requests
  return {
    openings: sum(/^begin/i),
    statements: sum(/^/, /^\s*(begin|commit|rollback|set|select set_config)\b/i),
  }
}

/**
 * Lets Postgres count statements, from none, or stop counting: while time is measured it counts
 * nothing.
 */
export async function watchStatements(dataset: Dataset, watch: boolean): Promise<void> {
  await asAdmin(dataset, async (admin) => {
    await admin.query(`alter system set pg_stat_statements.track = '${watch ? 'top' : 'none'}'`)
    await admin.query('select pg_reload_conf()')
    await new Promise((resolve) => setTimeout(resolve, 300))
    if (watch) await admin.query('select pg_stat_statements_reset()')
  })
}
