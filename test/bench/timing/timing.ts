import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'undici'
import { dropDatabase, prepareDatabase } from '../../../src/dev/database.ts'
import { freePort } from '../../../src/dev/ports.ts'
import type { RunningPostgres } from '../../../src/dev/postgres.ts'
import { limits } from '../../../src/limits.ts'
import { asAdmin, type Dataset } from '../dataset.ts'
import { headersOf } from '../measure.ts'
import { answers, type Auth, environment } from '../systems/start.ts'
import { type Asked, type Crowd, type Question, questionsAbout } from './questions.ts'
import { compare, type Comparison } from './statistics.ts'

/**
 * What every question must keep to: how far the area under the curve may be from 0.5, and the
 * medians apart (ms).
 */
export const bars = { auc: 0.03, gap: 0.2 } as const

const crowd: Crowd = { viewers: 20, targets: 400, owners: 100, followers: 20_000, crowd: 100_000 }
const warmUp = 200

/**
 * `npm run bench -- timing`: whether the time of an answer tells somebody who blocks from somebody
 * who is not there. Each question is put in pairs, one of each case, in random order, each as often
 * first, about many people, one after the other over one connection. Prints the medians, by how
 * much they differ, and the area under the curve.
 * @returns whether all bars were kept
 */
export async function compareTimes(
  postgres: RunningPostgres,
  auth: Auth,
  { pairs, only }: { readonly pairs: number; readonly only: string | null },
  say: (line: string) => void,
): Promise<boolean> {
  const dataset = await fill(postgres, say)
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const server = spawn(
    process.execPath,
    ['--max-semi-space-size=24', join(import.meta.dirname, 'server.ts')],
    {
      env: {
        PATH: process.env['PATH'] ?? '',
        ...environment(dataset, auth, port),
        // Each viewer blocks hundreds.
        MAX_BLOCKS: String(limits.caps.blocks.most),
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  const client = new Client(origin, { pipelining: 1 })
  try {
    await answers(server, origin, 'ours')
    if (pairs < 2_000)
      say(`${pairs} pairs find only large differences: ± is how far chance alone reaches.`)
    let kept = true
    for (const question of questionsAbout(crowd)) {
      if (only !== null && !question.name.includes(only)) continue
      const found = await putInPairs(client, auth, question, Math.ceil(pairs * question.share))
      const missed = missedBy(found, question)
      kept &&= missed.length === 0
      say(
        `${describe(question, found)}${missed.length === 0 ? '' : `  MISSED ${missed.join(', ')}`}`,
      )
    }
    return kept
  } finally {
    await client.close()
    server.kill('SIGTERM')
    await dropDatabase(postgres.superuserUrl, dataset.name)
  }
}

async function fill(postgres: RunningPostgres, say: (line: string) => void): Promise<Dataset> {
  const name = `timing_${process.pid}`
  const adminUrl = new URL(postgres.superuserUrl)
  adminUrl.pathname = `/${name}`
  const urls = await prepareDatabase(postgres.superuserUrl, name)
  const dataset = { ...urls, adminUrl: adminUrl.href, size: { users: 0, friends: 0, followers: 0 } }
  const text = await readFile(join(import.meta.dirname, 'data.sql'), 'utf8')
  const filled = Object.entries(crowd).reduce(
    (sql, [what, many]) => sql.replaceAll(`:${what}`, String(many)),
    text,
  )
  const begun = performance.now()
  await asAdmin(dataset, async (admin) => {
    await admin.query('set session_replication_role = replica')
    for (const statement of filled.split(/;\n\n/)) await admin.query(statement)
    await admin.query('vacuum (analyze)')
    await admin.query('checkpoint')
  })
  say(`Filled in ${((performance.now() - begun) / 1000).toFixed(0)} s.`)
  return dataset
}

/**
 * Times of both cases, in milliseconds. Answers of one question must be alike, or there is nothing
 * to compare.
 */
async function putInPairs(
  client: Client,
  auth: Auth,
  { name, cases }: Question,
  pairs: number,
): Promise<Comparison> {
  const times: [number[], number[]] = [[], []]
  const warm = Math.min(warmUp, pairs)
  let order: readonly [0 | 1, 0 | 1] = [0, 1]
  for (let n = 0; n < pairs + warm; n++) {
    // By chance, and the other way round in the next pair: whoever comes second finds more in the
    // caches.
    order = n % 2 === 1 || Math.random() < 0.5 ? [order[1], order[0]] : order
    for (const which of order) {
      const asked = cases[which](n)
      const headers = await headersOf(asked.viewer, auth)
      const { time, body } = await ask(client, asked, headers)
      if (!body.includes('"data":{')) throw new Error(`${name}: ${body}`)
      if (n >= warm) times[which].push(time)
    }
  }
  return compare(...times)
}

async function ask(
  client: Client,
  { query, variables }: Asked,
  headers: Readonly<Record<string, string>>,
): Promise<{ time: number; body: string }> {
  const payload = JSON.stringify({ query, variables })
  const begun = performance.now()
  const { body } = await client.request({
    path: '/graphql',
    method: 'POST',
    headers,
    body: payload,
  })
  const text = await body.text()
  return { time: performance.now() - begun, body: text }
}

function missedBy({ auc, gap, medians }: Comparison, { most }: Question): string[] {
  return [
    ...(Math.abs(auc - 0.5) > bars.auc ? ['AUC'] : []),
    ...(Math.abs(gap) > bars.gap ? ['gap'] : []),
    ...(most !== undefined && Math.max(...medians) > most ? [`${most} ms`] : []),
  ]
}

function describe({ name }: Question, { medians, gap, auc, chance }: Comparison): string {
  const [first, second] = medians.map((ms) => ms.toFixed(3).padStart(8))
  return `${name.padEnd(58)} ${first} ${second} ms  gap ${gap.toFixed(3).padStart(7)}  AUC ${auc.toFixed(3)} ± ${chance.toFixed(3)}`
}
