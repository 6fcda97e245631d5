import { describeOutcomes, letAsk } from './clients.ts'
import { callsOf } from './measure.ts'
import { startSystem } from './systems/start.ts'
import type { Where } from './where.ts'

/** Many more clients than the pool has connections: what they are answered. */
const clients = 400
const fewestSeconds = 10

/** `npm run bench -- overload`. Our server with its usual pool of 20. */
export async function overload({ dataset, auth, inputs, options, say }: Where): Promise<void> {
  const ours = await startSystem('ours', dataset, auth)
  try {
    const reads = await callsOf(ours, 'Q2', inputs, auth)
    // Everybody arrives and every statement is known before it counts.
    await letAsk(ours.origin, reads, 8, 3)
    const seconds = Math.max(options.seconds, fewestSeconds)
    const outcomes = await letAsk(ours.origin, reads, clients, seconds)
    say(`${String(clients)} clients on a pool of 20, ${String(seconds)} s of Q2:`)
    say(describeOutcomes(outcomes))
    const metrics = await (await fetch(`${ours.origin}/metrics`)).text()
    for (const line of metrics.split('\n'))
      if (line.startsWith('connections_retryable_errors_total')) say(line)
  } finally {
    await ours.stop()
  }
}
