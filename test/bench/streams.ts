import { once } from 'node:events'
import { type ClientRequest, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { freePort } from '../../src/dev/ports.ts'
import type { RunningPostgres } from '../../src/dev/postgres.ts'
import { readCpu, readMemory, spent } from './cpu.ts'
import { asAdmin, type Dataset, openDataset } from './dataset.ts'
import { headersOf } from './measure.ts'
import { type Auth, startSystem, type System } from './systems/start.ts'

/** Megabytes that 2,000 idle streams may take above the warm server. */
const bar = 60

const query = 'subscription { relationshipChanged { kind user { id } } }'
const restSeconds = 20

/** How often each person asks a query before the measurement. */
const warmUps = 4

/** Leaves a stream. */
type Leave = () => void

/**
 * `npm run bench -- streams`: what idle subscriptions cost one process, over each transport:
 * resident memory above the warm server, and CPU a second. Each person has one stream.
 */
export async function measureStreams(
  postgres: RunningPostgres,
  auth: Auth,
  streams: number,
  say: (line: string) => void,
): Promise<void> {
  const dataset = await openDataset(postgres, { users: streams, friends: 5, followers: 20 }, say)
  const people = await idsOf(dataset)
  say(`\n${streams} idle streams   resident MB above   KB each   CPU ms/s, with none   with all`)
  for (const [transport, open] of Object.entries({ sse: openEvents, websocket: openSocket })) {
    const inspector = await freePort()
    const system = await startSystem('ours', dataset, auth, [`--inspect=127.0.0.1:${inspector}`])
    try {
      await warmUp(system, auth, people)
      await openAll(system, auth, people.slice(0, 300), open, async (leave) => {
        for (const one of leave) one()
        await sleep(1_000)
      })
      await sleep(5_000)
      const without = await cpuOf(system, postgres)
      await collectGarbage(inspector)
      const warm = readMemory(system.pid)
      await openAll(system, auth, people, open, async (leave) => {
        const withAll = await cpuOf(system, postgres)
        await collectGarbage(inspector)
        const above = readMemory(system.pid) - warm
        const judged = above <= (bar * streams) / 2_000 ? 'reached' : 'MISSED'
        const each = (above * 1_024) / streams
        say(
          `${transport.padEnd(12)}        ${above.toFixed(1).padStart(9)} ${judged}   ${each.toFixed(1).padStart(7)}   ` +
            `${without.toFixed(1).padStart(19)}   ${withAll.toFixed(1).padStart(8)}`,
        )
        for (const one of leave) one()
      })
    } finally {
      await system.stop()
    }
  }
}

/** Lets the server collect its garbage, which would be more than what is measured. */
async function collectGarbage(inspector: number): Promise<void> {
  const targets = (await (await fetch(`http://127.0.0.1:${inspector}/json`)).json()) as {
    webSocketDebuggerUrl: string
  }[]
  const socket = new WebSocket(targets[0]?.webSocketDebuggerUrl ?? '')
  await once(socket, 'open')
  for (let id = 1; id <= 2; id++) {
    socket.send(JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' }))
    await once(socket, 'message')
  }
  socket.terminate()
}

/** What any server has after a while: compiled code, plans, and a heap that has had its garbage. */
async function warmUp({ origin }: System, auth: Auth, people: readonly string[]): Promise<void> {
  const body = JSON.stringify({
    query: '{ viewer { id friends { edges { node { username } } } } }',
  })
  const ask = async (person: string) => {
    const headers = await headersOf(person, auth)
    const response = await fetch(`${origin}/graphql`, { method: 'POST', headers, body })
    await response.text()
  }
  for (let turn = 0; turn < warmUps; turn++)
    for (let begun = 0; begun < people.length; begun += 20)
      await Promise.all(people.slice(begun, begun + 20).map(ask))
}

/** Milliseconds of CPU that the server takes in a second. */
async function cpuOf({ pid }: System, postgres: RunningPostgres): Promise<number> {
  const before = readCpu(pid, postgres.pid)
  await sleep(restSeconds * 1_000)
  return spent(before, readCpu(pid, postgres.pid)).server / restSeconds / 1_000
}

async function openAll(
  { origin }: System,
  auth: Auth,
  people: readonly string[],
  open: (origin: string, headers: Record<string, string>) => Promise<Leave>,
  use: (leave: readonly Leave[]) => Promise<void>,
): Promise<void> {
  const leave: Leave[] = []
  for (let begun = 0; begun < people.length; begun += 50)
    leave.push(
      ...(await Promise.all(
        people
          .slice(begun, begun + 50)
          .map(async (person) => open(origin, await headersOf(person, auth))),
      )),
    )
  await use(leave)
}

function openEvents(origin: string, headers: Record<string, string>): Promise<Leave> {
  return new Promise((resolve, reject) => {
    const sent: ClientRequest = request(
      `${origin}/graphql`,
      { method: 'POST', agent: false, headers: { ...headers, accept: 'text/event-stream' } },
      (response) => {
        response.once('data', (first: Buffer) => {
          if (response.statusCode === 200 && String(first).startsWith(':'))
            resolve(() => sent.destroy())
          else reject(new Error(`A stream began with ${String(first)}`))
        })
        response.resume()
        response.on('error', () => undefined)
      },
    )
    sent.on('error', reject)
    sent.end(JSON.stringify({ query }))
  })
}

function openSocket(origin: string, headers: Record<string, string>): Promise<Leave> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(
      `${origin.replace('http', 'ws')}/graphql`,
      'graphql-transport-ws',
      {
        headers,
      },
    )
    socket.on('error', reject)
    socket.on('open', () => {
      socket.send('{"type":"connection_init"}')
    })
    socket.on('message', () => {
      // The acknowledgement is the only thing that an idle socket is told.
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }), () => {
        resolve(() => {
          socket.terminate()
        })
      })
    })
  })
}

async function idsOf(dataset: Dataset): Promise<readonly string[]> {
  return asAdmin(dataset, async (admin) => {
    const { rows } = await admin.query<{ id: string }>('select id from users order by id')
    return rows.map(({ id }) => id)
  })
}
