import { openDatabase } from '../../../src/database/database.ts'
import type { RunningPostgres } from '../../../src/dev/postgres.ts'
import { parseUserId, type UserId } from '../../../src/graphql/ids.ts'
import { parseSearch } from '../../../src/modules/usernames/search/rules.ts'
import {
  countFound,
  type Position,
  selectFound,
} from '../../../src/modules/usernames/search/sql.ts'
import { asAdmin, type Dataset, openDataset } from '../dataset.ts'
import type { Call } from '../load.ts'
import { headersOf, type Loader, startLoader } from '../measure.ts'
import { type Auth, startSystem } from '../systems/start.ts'

/** What is searched for, from the usual to the worst, in the million names of `dataset.sql`. */
const queries = {
  'a prefix of 400,000': 'marathon',
  'the same, half typed': 'mara',
  'a prefix of very many': 'ma',
  'two common words': 'maria marian',
  'common, and its exact word': 'marathon ma',
  'common, and no match': 'marathon zz',
  'common, with a rare one': 'marathon maririx',
  'eight common words': 'ma mar mara marat marath maratho marathon ri',
  'single letters': 'm a',
  'an exact name': 'marathon.777',
  'a miss': 'qqqqqq',
  wildcards: 'mara% _%',
} as const

const viewers = { 'knows 1,500': 1, 'knows 5,000': 2, 'blocked by 100,000': 3, 'knows nobody': 4 }

/**
 * `npm run bench -- search`: the SQL of searches, and what others feel of 20 of the worst at once.
 */
export async function measureSearch(
  postgres: RunningPostgres,
  auth: Auth,
  loader: Loader,
  say: (line: string) => void,
): Promise<void> {
  const size = { users: 1_000_000, friends: 0, followers: 0 }
  const dataset = await openDataset(postgres, size, say, 'search/dataset.sql')
  const people = await readPeople(dataset)
  await measureStatements(dataset, people, say)
  await measureInnocent(dataset, people, auth, loader, say)
}

/** The first people of the data set, by their number. */
async function readPeople(dataset: Dataset): Promise<UserId[]> {
  return asAdmin(dataset, async (admin) => {
    const { rows } = await admin.query<{ id: string }>(
      'select bench.person(n) as id from generate_series(0, 1000) as n order by n',
    )
    return rows.flatMap(({ id }) => parseUserId(id) ?? [])
  })
}

async function measureStatements(
  dataset: Dataset,
  people: readonly UserId[],
  say: (line: string) => void,
): Promise<void> {
  const database = openDatabase({ url: dataset.loginUrl, poolSize: 2 })
  say(
    '\nSQL of one search as connections_app, milliseconds   p50    p99   count p50    p99   found',
  )
  try {
    for (const [viewer, place] of Object.entries(viewers)) {
      const userId = people[place]
      if (userId === undefined) throw new Error('The data set has too few people.')
      for (const [kind, query] of Object.entries(queries)) {
        const search = parseSearch(query)
        if (search === null) continue
        const pages: number[] = []
        const counts: number[] = []
        let [found, after] = [0, null as Position | null]
        for (let round = 0; round < 60; round++) {
          const session = database.as({ kind: 'viewer', userId })
          const begun = performance.now()
          const rows = await selectFound(session.read, search, 20, after)
          pages.push(performance.now() - begun)
          // Page after page, and from the start when there is no more.
          after = rows.length > 20 ? (rows[19] ?? null) : null
          if (round % 5 === 0) {
            const start = performance.now()
            found = await countFound(session.read, search)
            counts.push(performance.now() - start)
          }
          await session.finish()
        }
        const columns = [at(pages, 0.5), at(pages, 0.99), at(counts, 0.5), at(counts, 0.99)]
        say(
          `${`${kind} (${viewer})`.padEnd(50)}${columns.map((ms) => ms.toFixed(1).padStart(7)).join('')}${String(found).padStart(8)}`,
        )
      }
    }
  } finally {
    await database.close()
  }
}

const Innocent = `query { viewer { friends(first: 20) { edges { node { id username } } } privacySettings { discoverable } } }`
const Search = `query ($query: String!) { searchUsers(query: $query, first: 50) { edges { node { id username } } totalCount } }`

async function measureInnocent(
  dataset: Dataset,
  people: readonly UserId[],
  auth: Auth,
  innocent: Loader,
  say: (line: string) => void,
): Promise<void> {
  const server = await startSystem('ours', dataset, auth)
  const worst = startLoader()
  try {
    const callsOf = async (from: number, to: number, bodies: readonly object[]): Promise<Call[]> =>
      Promise.all(
        people.slice(from, to).map(async (viewer, place) => ({
          path: '/graphql',
          headers: await headersOf(viewer, auth),
          body: JSON.stringify(bodies[place % bodies.length]),
          expect: '"data":{',
        })),
      )
    const steps = (await callsOf(600, 1000, [{ query: Innocent }])).map((call) => [call])
    const searches = Object.values(queries).map((query) => ({
      query: Search,
      variables: { query },
    }))
    const searchSteps = (await callsOf(4, 600, searches)).map((call) => [call])
    const load = { origin: server.origin, seconds: 8, most: Infinity }
    await innocent.put({ ...load, connections: 4, seconds: 4, steps })
    for (let round = 0; round < 3; round++) {
      const quiet = await innocent.put({ ...load, connections: 4, steps })
      const [beside, searched] = await Promise.all([
        innocent.put({ ...load, connections: 4, steps }),
        worst.put({ ...load, connections: 20, steps: searchSteps }),
      ])
      say(
        `Innocent p95: quiet ${quiet.p95.toFixed(1)} ms, beside 20 searches at once ${beside.p95.toFixed(1)} ms` +
          ` (${(beside.p95 / quiet.p95).toFixed(1)} times). Searches: ${searched.steps}, of which refused ${searched.errors}.`,
      )
    }
  } finally {
    worst.stop()
    await server.stop()
  }
}

function at(times: readonly number[], share: number): number {
  const sorted = times.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
