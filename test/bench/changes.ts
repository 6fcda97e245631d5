import { asAdmin } from './dataset.ts'
import type { Step } from './load.ts'
import { headersOf, takeTurn, type Turn } from './measure.ts'
import type { ChangeName } from './options.ts'
import { findPgbench, runPgbench } from './pgbench.ts'
import { type Change, medianTurn } from './report.ts'
import { captureScript } from './statements.ts'
import type { System } from './systems/start.ts'
import type { Where } from './where.ts'

const refusals = 'userErrors { code }'
const byUser = (mutation: string, fields = '') =>
  `mutation ($id: ID!) { ${mutation}(userId: $id) { changed ${fields} ${refusals} } }`

/** One mutation of one of the two; `@id` in the variables is the id in the answer before it. */
export interface Mutation {
  readonly by: 'first' | 'second'
  readonly query: string
  readonly about: 'other' | '@id'
}

/** The two mutations of each change, which together leave little behind. */
export const changes: Readonly<Record<ChangeName, readonly Mutation[]>> = {
  M1: [
    { by: 'first', query: byUser('requestFriend', 'request { id }'), about: 'other' },
    {
      by: 'second',
      query: `mutation ($id: ID!) { respondFriendRequest(requestId: $id, decision: ACCEPT) { changed ${refusals} } }`,
      about: '@id',
    },
  ],
  M2: [
    { by: 'first', query: byUser('followUser'), about: 'other' },
    { by: 'first', query: byUser('unfollowUser'), about: 'other' },
  ],
  M3: [
    { by: 'first', query: byUser('blockUser'), about: 'other' },
    { by: 'first', query: byUser('unblockUser'), about: 'other' },
  ],
}

/**
 * Measures our mutations beside pgbench, which sends the statements that they send, one after the
 * other.
 */
export async function compareChanges(
  where: Where,
  ours: System,
  names: readonly ChangeName[],
): Promise<Partial<Record<ChangeName, Change>>> {
  const { dataset, loader, options, postmaster, say } = where
  const program = await findPgbench()
  if (program === null) {
    say('There is no pgbench in the PATH, so changes are not compared.')
    return {}
  }
  const pairs = await pairsOf(where)
  await meetEverybody(where, ours, pairs)
  const found: Partial<Record<ChangeName, Change>> = {}
  for (const name of names) {
    const script = await captureScript(where, name)
    const steps = await stepsOf(where, name, pairs)
    const own: Turn[] = []
    const theirs: Turn[] = []
    await tidyUp(where)
    // Compilation and the plans of the connections.
    await loader.put({
      origin: ours.origin,
      connections: options.connections,
      seconds: 30,
      most: steps.length / 10,
      steps: steps.slice(0, steps.length / 10),
    })
    for (let round = 0; round < options.rounds; round++) {
      // Each pair once: a friendship is made only once.
      const share = steps.length / 10
      const from = Math.ceil(share + (round * (steps.length - share)) / options.rounds)
      const part = steps.slice(from, from + Math.floor((steps.length - share) / options.rounds))
      own.push(await takeTurn(loader, ours, postmaster, part, options, part.length))
      theirs.push(await runPgbench(program, script, dataset, postmaster, options))
      await tidyUp(where)
    }
    found[name] = { ours: medianTurn(own), pgbench: medianTurn(theirs) }
    say(`${name} measured.`)
  }
  return found
}

/** As many people as one process remembers the tokens of. */
const mostPairs = 10_000

interface Pair {
  readonly first: string
  readonly second: string
}

/** Pairs of people who are nothing to each other, each person in few of them. */
async function pairsOf({ dataset }: Where): Promise<Pair[]> {
  const { users } = dataset.size
  return asAdmin(dataset, async (admin) => {
    const { rows } = await admin.query<Pair>(
      `select one.id as first, other.id as second
         from bench.people as one
         join bench.people as other on other.n = (one.n + $1 / 2 - 1) % $1 + 1
        where one.n <= $1 / 2 and other.n % 10 <> 3 -- who takes requests of friends of friends only
            and not exists (select from user_follows where follower_user_id = one.id and target_user_id = other.id)
          order by md5(one.id::text) limit $2`,
      [users, mostPairs],
    )
    return rows
  })
}

/**
 * Arrivals and the proof of tokens, once for each person, are no part of a change; for the
 * questions they are not either.
 */
async function meetEverybody(
  { auth, loader, options: { connections } }: Where,
  { origin }: System,
  pairs: readonly Pair[],
): Promise<void> {
  const people = pairs.flatMap(({ first, second }) => [first, second])
  const body = JSON.stringify({ query: '{ viewer { id } }' })
  const meet = async (person: string) => [
    { path: '/graphql', headers: await headersOf(person, auth), body, expect: person },
  ]
  const steps = await Promise.all(people.map(meet))
  await loader.put({ origin, connections, seconds: 120, most: steps.length, steps })
}

async function stepsOf({ auth }: Where, name: ChangeName, pairs: readonly Pair[]): Promise<Step[]> {
  return Promise.all(
    pairs.map(({ first, second }) =>
      Promise.all(
        changes[name].map(async ({ by, query, about }) => ({
          path: '/graphql',
          headers: await headersOf(by === 'first' ? first : second, auth),
          body: JSON.stringify({ query, variables: { id: about === 'other' ? second : about } }),
          expect: '"changed":true',
        })),
      ),
    ),
  )
}

/**
 * Takes back what turns have left, of an earlier run that failed too, so that the data set stays
 * what it was.
 */
async function tidyUp({ dataset }: Where): Promise<void> {
  await asAdmin(dataset, async (admin) => {
    // With its triggers, so that the counters stay right.
    await admin.query(
      'delete from user_follows where created_at >= (select at from bench.complete)',
    )
    await admin.query('set session_replication_role = replica')
    for (const table of ['user_friends', 'user_friend_requests', 'user_blocks'])
      await admin.query(`delete from ${table} where created_at >= (select at from bench.complete)`)
    await admin.query('truncate outbox, quota_uses, rate_limit_buckets')
    await admin.query(
      'vacuum user_friends, user_friend_requests, user_blocks, user_follows, user_counters',
    )
  })
}
