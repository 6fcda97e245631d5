import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningPostgres } from '../../../src/dev/postgres.ts'
import { asAdmin, type Dataset, openDataset } from '../dataset.ts'
import { headersOf } from '../measure.ts'
import { type Auth, startSystem, type System } from '../systems/start.ts'

/** A process, as a load balancer knows it. */
interface Place {
  system: System
  isReady: boolean
}

const clients = 24
const probeEveryMs = 500

/**
 * `npm run bench -- restart`: two processes behind a balancer that asks `/readyz` twice a second,
 * sends to the ready ones in turn over connections that are kept alive, and tries nothing again.
 * Each process is replaced in turn while 24 clients ask as fast as they can. Prints how many
 * requests failed.
 */
export async function measureRestarts(
  postgres: RunningPostgres,
  auth: Auth,
  restarts: number,
  say: (line: string) => void,
): Promise<void> {
  const dataset = await openDataset(postgres, { users: 2_000, friends: 20, followers: 20 }, say)
  const headers = await headersOf(await somebody(dataset), auth)
  const start = async (): Promise<Place> => ({
    system: await startSystem('ours', dataset, auth),
    isReady: true,
  })
  const places = [await start(), await start()]
  const totals = { asked: 0, failed: 0, reasons: new Map<string, number>(), ended: false }

  const probe = async () => {
    while (!totals.ended) {
      for (const place of places) {
        const answer = await fetch(`${place.system.origin}/readyz`).catch(() => null)
        place.isReady = answer?.status === 200
      }
      await sleep(probeEveryMs)
    }
  }
  const client = async (first: number) => {
    const agent = new Agent({ keepAlive: true })
    for (let turn = first; !totals.ended; turn++) {
      const ready = places.filter(({ isReady }) => isReady)
      const place = ready[turn % ready.length]
      const failure =
        place === undefined ? 'no process was ready' : await ask(place, agent, headers)
      totals.asked++
      if (failure === null) continue
      totals.failed++
      totals.reasons.set(failure, (totals.reasons.get(failure) ?? 0) + 1)
    }
    agent.destroy()
  }
  const running = [probe(), ...Array.from({ length: clients }, (_, number) => client(number))]
  try {
    say('\nrestart   requests   failed')
    for (let restart = 1; restart <= restarts; restart++) {
      const place = places[restart % 2]
      if (place === undefined) break
      const next = await startSystem('ours', dataset, auth)
      const old = place.system
      const stopped = old.stop()
      // The balancer finds out by its probes, as any would; then it gets the new address.
      await becomes(place, false)
      await stopped
      place.system = next
      await becomes(place, true)
      say([restart, totals.asked, totals.failed].map((n) => String(n).padStart(7)).join('    '))
    }
  } finally {
    totals.ended = true
    await Promise.all(running)
    await Promise.all(places.map(({ system }) => system.stop()))
  }
  for (const [reason, times] of totals.reasons) say(`${times} × ${reason}`)
  say(`${restarts} restarts, ${totals.asked} requests, ${totals.failed} failed`)
}

async function becomes(place: Place, isReady: boolean): Promise<void> {
  while (place.isReady !== isReady) await sleep(10)
}

async function somebody(dataset: Dataset): Promise<string> {
  return asAdmin(dataset, async (admin) => {
    const { rows } = await admin.query<{ id: string }>('select id from users limit 1')
    return rows[0]?.id ?? ''
  })
}

const body = JSON.stringify({ query: '{ viewer { id contacts { totalCount } } }' })

/** Null for a right answer; else what came instead. */
function ask(
  { system }: Place,
  agent: Agent,
  headers: Record<string, string>,
): Promise<string | null> {
  return new Promise((resolve) => {
    const sending = request(
      `${system.origin}/graphql`,
      { method: 'POST', agent, headers },
      (response) => {
        let text = ''
        response.on('data', (part: Buffer) => (text += part.toString()))
        response.on('error', ({ message }) => resolve(message))
        response.on('end', () => {
          const isRight = response.statusCode === 200 && !text.includes('"errors"')
          resolve(isRight ? null : `${String(response.statusCode)} ${text.slice(0, 100)}`)
        })
      },
    )
    sending.on('error', ({ message }) => resolve(message))
    sending.end(body)
  })
}
