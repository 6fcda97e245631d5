import { existsSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { dropDatabase, prepareDatabase } from '../../../src/dev/database.ts'
import { writeHistory } from '../../../src/dev/history/write.ts'
import type { RunningPostgres } from '../../../src/dev/postgres.ts'
import {
  hideTenth,
  idOf,
  makeSociety,
  readGraph,
  writeFriends,
  writeRest,
} from '../../support/social-graphs.ts'
import { row } from '../report.ts'

/** Games, sports, mutual friends and follows, place. */
const weights: Readonly<Record<string, readonly number[]>> = {
  'default weights': [0.35, 0.3, 0.2, 0.15],
  'without games': [0, 0.3, 0.2, 0.15],
  'without sports': [0.35, 0, 0.2, 0.15],
  'without mutual': [0.35, 0.3, 0, 0.15],
  'without place': [0.35, 0.3, 0.2, 0],
  'mutual alone': [0, 0, 1, 0],
  'games alone': [1, 0, 0, 0],
  'mutual and games': [0.4, 0, 0.6, 0],
  'mutual first': [0.2, 0.1, 0.6, 0.1],
}

const mostAsked = 400

/**
 * Prints, for each graph and each set of weights, the share of hidden friendships among the 25 best
 * suggestions. A tenth of the friendships is hidden, with whatever else there is between the two.
 */
export async function ablate(
  postgres: RunningPostgres,
  say: (line: string) => void,
): Promise<void> {
  const folder = process.env['SOCIAL_GRAPHS'] ?? ''
  const society = makeSociety(4_000, 7)
  const sources: Readonly<Record<string, ((admin: pg.Client) => Promise<unknown>) | null>> = {
    facebook: realGraph(join(folder, 'ego-facebook.txt')),
    lastfm: realGraph(join(folder, 'lastfm-asia.csv')),
    'made up': async (admin) => {
      await writeFriends(admin, society.cities.keys(), society.edges)
      await writeRest(admin, society)
    },
    history: (admin) => writeHistory(admin),
  }
  const table = new Map<string, string[]>()
  const note = (name: string, share: number) =>
    table.set(name, [...(table.get(name) ?? []), `${(share * 100).toFixed(1)}%`])
  const columns: string[] = []
  for (const [name, write] of Object.entries(sources)) {
    if (write === null) {
      say(`skipped: SOCIAL_GRAPHS is not a folder with the graph ${name}`)
      continue
    }
    columns.push(name)
    const database = `ablation_${String(process.pid)}`
    await prepareDatabase(postgres.superuserUrl, database)
    const url = new URL(postgres.superuserUrl)
    url.pathname = `/${database}`
    const admin = new pg.Client({ connectionString: url.href })
    await admin.connect()
    try {
      await write(admin)
      const missing = await hide(admin)
      for (const [set, values] of Object.entries(weights))
        note(set, await recall(admin, missing, values))
      await admin.query('truncate user_follows')
      note('without follows', await recall(admin, missing, weights['default weights'] ?? []))
    } finally {
      await admin.end()
      await dropDatabase(postgres.superuserUrl, database)
    }
    say(`${name} is measured.`)
  }
  say('Hidden friendships among the 25 best suggestions')
  say(row(['                 ', ...columns]))
  for (const [name, shares] of table) say(row([name.padEnd(17), ...shares]))
}

function realGraph(file: string): ((admin: pg.Client) => Promise<void>) | null {
  if (!existsSync(file)) return null
  return async (admin) => {
    const edges = readGraph(file)
    await writeFriends(admin, new Set(edges.flat()), edges)
  }
}

/** Takes a tenth of the friendships away; who misses whom. */
async function hide(admin: pg.Client): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const { rows } = await admin.query<{ one: string; other: string }>(
    'select user_id as one, friend_id as other from user_friends where user_id < friend_id order by 1, 2',
  )
  const people = [...new Set(rows.flatMap(({ one, other }) => [one, other]))]
  const place = new Map(people.map((id, index) => [id, index]))
  const split = hideTenth(
    rows.map(({ one, other }) => [place.get(one) ?? 0, place.get(other) ?? 0] as const),
    1,
  )
  const id = (person: number) => people[person] ?? idOf(person)
  const missing = new Map(
    [...split.missing].map(([person, friends]) => [id(person), new Set([...friends].map(id))]),
  )
  const pairs = [...missing].flatMap(([one, others]) => [...others].map((other) => [one, other]))
  await admin.query('set session_replication_role = replica')
  for (const [table, one, other] of [
    ['user_friends', 'user_id', 'friend_id'],
    ['user_follows', 'follower_user_id', 'target_user_id'],
    ['user_contacts', 'owner_user_id', 'contact_user_id'],
    ['user_friend_requests', 'requester_user_id', 'target_user_id'],
    ['suggestion_dismissals', 'user_id', 'other_user_id'],
    ['user_blocks', 'blocker_user_id', 'blocked_user_id'],
  ])
    await admin.query(
      `delete from ${String(table)} using unnest($1::uuid[], $2::uuid[]) as pair (one, other)
        where ${String(one)} = pair.one and ${String(other)} = pair.other`,
      [pairs.map(([from]) => from), pairs.map(([, to]) => to)],
    )
  await admin.query('reset session_replication_role')
  await admin.query('vacuum (analyze)')
  return missing
}

async function recall(
  admin: pg.Client,
  missing: ReadonlyMap<string, ReadonlySet<string>>,
  values: readonly number[],
): Promise<number> {
  const asked = [...missing.keys()]
    .sort()
    .filter((_, place, all) => place % Math.ceil(all.length / mostAsked) === 0)
  const { rows } = await admin.query<{ person: string; found: string[] }>(
    `select person, array(select candidate from suggest_people(person, $2, 25, 25, false)) as found
       from unnest($1::uuid[]) as person`,
    [asked, values],
  )
  const shares = rows.map(({ person, found }) => {
    const friends = missing.get(person) ?? new Set()
    return found.filter((id) => friends.has(id)).length / friends.size
  })
  return shares.reduce((sum, share) => sum + share, 0) / shares.length
}
