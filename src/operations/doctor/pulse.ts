import { readSamples, sum, sumBy } from './samples.ts'
import { silence } from './silence.ts'
import { type Events, readWorker, type WorkerPulse } from './worker-pulse.ts'

/** What a running service tells of itself on the platform's routes. */
export interface Pulse {
  readonly url: string
  readonly live: boolean
  readonly ready: boolean
  /** Why it is not ready, in its own words, or why it cannot be asked; null when it is ready. */
  readonly reason: string | null
  readonly draining: boolean
  /** Of the database, by the version that runs; `unknown` where the database cannot be asked. */
  readonly migrations: 'applied' | 'pending' | 'unknown'
  /** When its process started, an ISO time; null when it does not say. */
  readonly since: string | null
  /** The pool, now. Null, like all that follows, when it shows no metrics. */
  readonly connections: Readonly<Record<'open' | 'idle' | 'waiting', number>> | null
  /** Operations since it started, by type. */
  readonly operations: Readonly<Record<string, number>> | null
  /** Those among them that answered with errors. */
  readonly errors: number | null
  /** Requests refused before they were read, by the credential that was missing. */
  readonly refused: Readonly<Record<string, number>> | null
  /** Events and deliveries, now; null also while the service cannot ask its database. */
  readonly events: Events | null
  /** The worker; null as `events`. */
  readonly worker: WorkerPulse | null
}

/**
 * Asks the service at this URL how it is; only the origin counts. Throws nothing: a silence is an
 * answer too.
 * @param patience how long an answer may take, in milliseconds; readiness waits for the database,
 * which it may do for 5 s
 */
export async function takePulse(url: string, patience = 8_000): Promise<Pulse> {
  const ask = (path: string) => read(new URL(path, url), patience)
  const [live, ready, metrics] = await Promise.all([ask('/livez'), ask('/readyz'), ask('/metrics')])
  const isLive = live.status === 200 && saidIn(live) === 'ok'
  const problem = isLive ? whyNotReady(ready) : (live.silence ?? 'another server answers there')
  return {
    url: new URL(url).origin,
    live: isLive,
    ready: problem === null,
    reason: problem,
    draining: problem === 'draining',
    migrations:
      problem === null ? 'applied' : problem === 'migrations pending' ? 'pending' : 'unknown',
    ...(isLive && metrics.status === 200 ? readMetrics(metrics.text) : noMetrics),
  }
}

interface Reply {
  readonly status: number
  readonly text: string
  /** Why there was no answer. */
  readonly silence?: string
}

async function read(url: URL, patience: number): Promise<Reply> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(patience) })
    return { status: response.status, text: await response.text() }
  } catch (error) {
    return { status: 0, text: '', silence: silence(error, patience) }
  }
}

function whyNotReady(ready: Reply): string | null {
  const said = saidIn(ready)
  if (ready.status === 200 && said === 'ok') return null
  return ready.silence ?? said ?? `it answers with status ${ready.status}`
}

/** The word of a health route's body; null for a body that is none. */
function saidIn({ text }: Reply): string | null {
  try {
    const { status } = JSON.parse(text) as { status?: unknown }
    return typeof status === 'string' ? status : null
  } catch {
    return null
  }
}

type Measured = Omit<Pulse, 'url' | 'live' | 'ready' | 'reason' | 'draining' | 'migrations'>

const noMetrics: Measured = {
  since: null,
  connections: null,
  operations: null,
  errors: null,
  refused: null,
  events: null,
  worker: null,
}

function readMetrics(text: string): Measured {
  const samples = readSamples(text)
  const connections = (state: string): number =>
    sum(samples, 'connections_pool_connections', { state })
  const startedAt = sum(samples, 'process_start_time_seconds') * 1000
  return {
    since: startedAt === 0 ? null : new Date(startedAt).toISOString(),
    connections: {
      open: connections('open'),
      idle: connections('idle'),
      waiting: connections('waiting'),
    },
    operations: sumBy(samples, 'connections_operations_total', 'type'),
    errors: sum(samples, 'connections_operations_total', { outcome: 'errors' }),
    refused: sumBy(samples, 'connections_requests_refused_total', 'reason'),
    ...readWorker(samples),
  }
}
