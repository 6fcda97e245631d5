import { Client } from 'undici'

// The load, in a process of its own, so that what it costs is not counted with what it asks:
// `connections` clients, each of which asks again when it has been answered.

/**
 * One request, or several that follow each other; a later one may need the first id of the answer
 * before it.
 */
export type Step = readonly Call[]

export interface Call {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** `@id` stands for the first id in the answer before. */
  readonly body: string
  /** What the answer must contain, or it counts as an error. */
  readonly expect: string
}

export interface Load {
  readonly origin: string
  readonly connections: number
  /** Until this has passed, or until so many steps are done. */
  readonly seconds: number
  readonly most: number
  readonly steps: readonly Step[]
}

export interface LoadResult {
  readonly steps: number
  readonly errors: number
  readonly bytes: number
  readonly seconds: number
  /** Milliseconds. */
  readonly p50: number
  readonly p95: number
  readonly p99: number
  /** The first answer that was not as expected. */
  readonly complaint: string | null
}

const clients = new Map<string, Client[]>()

process.on('message', (load: Load) => {
  void put(load).then((result) => process.send?.(result))
})

async function put(load: Load): Promise<LoadResult> {
  const known = clients.get(load.origin) ?? []
  while (known.length < load.connections) known.push(new Client(load.origin, { pipelining: 1 }))
  clients.set(load.origin, known)
  const times: number[] = []
  const state = { next: 0, bytes: 0, errors: 0, complaint: null as string | null }
  const begun = performance.now()
  const end = begun + load.seconds * 1000
  const run = async (client: Client): Promise<void> => {
    while (performance.now() < end && state.next < load.most) {
      const step = load.steps[state.next++ % load.steps.length] ?? []
      const start = performance.now()
      let before = ''
      for (const call of step) {
        const answer = await ask(client, call, before)
        state.bytes += answer.length
        if (!answer.includes(call.expect)) {
          state.errors++
          state.complaint ??= answer.slice(0, 400)
          break
        }
        before = answer
      }
      times.push(performance.now() - start)
    }
  }
  await Promise.all(known.slice(0, load.connections).map(run))
  const seconds = (performance.now() - begun) / 1000
  times.sort((one, other) => one - other)
  const at = (share: number) => times[Math.floor(times.length * share)] ?? 0
  const { bytes, errors, complaint } = state
  const [p50, p95, p99] = [at(0.5), at(0.95), at(0.99)]
  return { steps: times.length, errors, bytes, seconds, p50, p95, p99, complaint }
}

function ask(client: Client, call: Call, before: string): Promise<string> {
  const id = call.body.includes('@id') ? (/"id":"([^"]+)"/.exec(before)?.[1] ?? '') : ''
  const { path, headers } = call
  const body = call.body.replace('@id', id)
  // Without undici's streams, which cost about as much as a small answer costs the server.
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    client.dispatch(
      { method: 'POST', path, headers, body },
      {
        onRequestStart: () => undefined,
        onResponseStart: () => undefined,
        onResponseData: (_controller, chunk) => void chunks.push(chunk),
        onResponseEnd: () => {
          resolve(Buffer.concat(chunks).toString())
        },
        onResponseError: (_controller, error) => {
          reject(error)
        },
      },
    )
  })
}
