import { setTimeout as sleep } from 'node:timers/promises'
import { openProxy } from '../support/tcp-proxy.ts'
import { describeOutcomes, letAsk } from './clients.ts'
import { callsOf } from './measure.ts'
import { startSystem } from './systems/start.ts'
import type { Where } from './where.ts'

const clients = 24
const quietSeconds = 3
const seconds = 20

/**
 * `npm run bench -- silence`. All connections to Postgres go silent while new ones work: when is
 * everybody answered again, and how does the process end while it is so?
 */
export async function silence({ dataset, auth, inputs, say }: Where): Promise<void> {
  const url = new URL(dataset.loginUrl)
  const proxy = await openProxy({ host: url.hostname, port: Number(url.port) })
  url.port = String(proxy.port)
  const ours = await startSystem('ours', { ...dataset, loginUrl: url.href }, auth)
  try {
    const calls = await callsOf(ours, 'Q2', inputs, auth)
    await letAsk(ours.origin, calls, clients, 2)
    const asking = letAsk(ours.origin, calls, clients, seconds)
    await sleep(quietSeconds * 1_000)
    proxy.silence()
    const outcomes = await asking
    const after = outcomes.filter(({ answered }) => answered > quietSeconds * 1_000)
    const bad = after.filter(({ code, sent, answered }) => code !== 'ok' || answered - sent > 1_000)
    const last = Math.max(quietSeconds * 1_000, ...bad.map(({ answered }) => answered))
    say(describeOutcomes(after))
    say(`everybody is answered again after ${(last / 1_000 - quietSeconds).toFixed(1)} s`)
    proxy.silence()
    const hanging = letAsk(ours.origin, calls, clients, 0.2)
    await sleep(500)
    const told = performance.now()
    await ours.stop()
    say(
      `silent once more and told to end: ended after ${((performance.now() - told) / 1_000).toFixed(1)} s`,
    )
    await hanging
  } finally {
    await ours.stop()
    await proxy.close()
  }
}
