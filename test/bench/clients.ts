import { Client } from 'undici'
import type { Call } from './load.ts'

/** How one request went. */
export interface Outcome {
  /** `ok`, the code of its first error, or what the socket said. */
  readonly code: string
  /** Milliseconds since the clients began. */
  readonly sent: number
  readonly answered: number
}

/** So many clients, each of which asks again when it has been answered, for so many seconds. */
export async function letAsk(
  origin: string,
  calls: readonly Call[],
  connections: number,
  seconds: number,
): Promise<Outcome[]> {
  const begun = performance.now()
  const outcomes: Outcome[] = []
  let next = 0
  const ask = async (client: Client) => {
    while (performance.now() - begun < seconds * 1_000) {
      const call = calls[next++ % calls.length]
      if (call === undefined) return
      const sent = performance.now() - begun
      const code = await codeOf(client, call)
      outcomes.push({ code, sent, answered: performance.now() - begun })
    }
  }
  const clients = Array.from({ length: connections }, () => new Client(origin, { pipelining: 1 }))
  await Promise.all(clients.map(ask))
  await Promise.all(clients.map((client) => client.destroy()))
  return outcomes
}

async function codeOf(client: Client, { path, headers, body }: Call): Promise<string> {
  try {
    const answer = await client.request({ method: 'POST', path, headers, body })
    const text = await answer.body.text()
    const code = /"code":"(\w+)"/.exec(text)?.[1] ?? (answer.statusCode === 200 ? 'ok' : 'other')
    return code
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}

/** How many of each code, and how long they took: one line each. */
export function describeOutcomes(outcomes: readonly Outcome[]): string {
  const lines = [...Map.groupBy(outcomes, ({ code }) => code)].map(([code, those]) => {
    const times = those
      .map(({ sent, answered }) => answered - sent)
      .sort((one, other) => one - other)
    const at = (share: number) => (times[Math.floor((times.length - 1) * share)] ?? NaN).toFixed(0)
    return `${code.padEnd(24)} ${String(those.length).padStart(8)}   p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`
  })
  return lines.join('\n')
}
