import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { canEnter, packagedBinaries, postgresUser } from '../../src/dev/binaries.ts'
import { type DatabaseUrls, prepareDatabase } from '../../src/dev/database.ts'
import { type RunningPostgres, startPostgres } from '../../src/dev/postgres.ts'
import { startFederation } from '../support/federation.ts'
import type { Asker, Person } from '../support/test-service.ts'
import { befriend, makeClose, verbs } from '../support/verbs.ts'

type Federation = Awaited<ReturnType<typeof startFederation>>

/**
 * The majors that are supported, each where Debian puts it, or where .ci/run unpacks it from npm.
 * 18 is the one that we bring.
 */
const majors = await Promise.all(
  [15, 16, 17, 18].map(async (major) => ({ major, binaries: await binariesOf(major) })),
)

async function binariesOf(major: number): Promise<string | null> {
  const places = [
    `/usr/lib/postgresql/${major}`,
    join(import.meta.dirname, '..', '..', 'node_modules', `postgres-${major}`, 'native'),
  ]
  const user = await postgresUser()
  for (const place of places) {
    const found = await access(join(place, 'bin', 'postgres')).then(
      () => canEnter(join(place, 'bin'), user),
      () => false,
    )
    if (found) return place
  }
  return major === 18 ? packagedBinaries() : null
}

const alice = '00000000-0000-4000-8000-000000000001'
const bob = '00000000-0000-4000-8000-000000000002'

for (const { major, binaries } of majors) {
  const name =
    binaries === null
      ? `${major}: skipped, for it is neither in /usr/lib/postgresql/${major} nor in node_modules/postgres-${major}`
      : String(major)
  describe.skipIf(binaries === null)(`Postgres ${name}`, { timeout: 180_000 }, () => {
    let dataDir: string
    let postgres: RunningPostgres
    let database: DatabaseUrls

    beforeAll(async () => {
      dataDir = await mkdtemp(join(tmpdir(), `connections-postgres-${major}-`))
      postgres = await startPostgres({
        dataDir,
        durable: false,
        // Ours may lie where Postgres' user can't go; then a copy is started.
        ...(binaries === null || major === 18 ? {} : { binaries }),
      })
      database = await prepareDatabase(postgres.superuserUrl, 'connections')
    })

    afterAll(async () => {
      await postgres.stop()
      await rm(dataDir, { recursive: true, force: true })
    })

    it('serves the whole graph through a gateway: friends, requests, blocks, games', async () => {
      const { superuserUrl } = postgres
      const template = database.name
      const federation = await startFederation({}, null, { superuserUrl, template })
      onTestFinished(federation.close)
      await liveInTheGraph(federation)
    })

    it('migrates, and two people become friends, close, and strangers', async () => {
      await live(database.loginUrl, major)
    })
  })
}

/** What a frontend shows of somebody, from three subgraphs. */
const Overview = `query ($with: ID!) {
  viewer {
    id email
    friends { edges { level node { id username } } }
    requests(direction: INCOMING, status: PENDING) { totalCount edges { node { requester { id } level } } }
    blocks { edges { username node { id } } }
    followers { totalCount }
  }
  games { edges { node { title creator { id relationship { friendshipLevel isBlocking } } } } }
  relationships(userIds: [$with]) { friendshipLevel isBlocking mutualFriendCount can(action: REQUEST_FRIEND) { allowed } }
  searchUsers(query: "carol") { edges { node { id username profile { displayName } } } }
}`

/** A life of three people, all of it through the gateway. */
async function liveInTheGraph(federation: Federation): Promise<void> {
  const { app, gateways } = federation
  const [ann, ben, carol] = await app.people('ann', 'ben', 'carol')
  const through = (person: Person): Asker & Person => ({
    ...person,
    ask: async (query, variables) => {
      const { data, errors } = await federation.ask(gateways.javascript, person, query, variables)
      expect(errors).toEqual([])
      return { status: 200, body: '', data, errors: [], statements: [] }
    },
  })
  const [asAnn, asBen, asCarol] = [ann, ben, carol].map(through) as [Person, Person, Person]
  const overview = async (person: Person, other: Person) =>
    (await person.ask(Overview, { with: other.id })).data

  await asCarol.ask(
    `mutation { claimUsername(username: "carol") { changed } updateProfile(profile: { displayName: "Carol C" }) { changed } }`,
  )
  await verbs.followUser(asBen, carol)
  await asCarol.ask(`mutation { createGame(title: "Chess", visibility: FRIENDS) { changed } }`)
  const { request } = await verbs.requestFriend(asBen, carol)
  expect(await overview(asCarol, ben)).toMatchObject({
    viewer: {
      requests: {
        totalCount: 1,
        edges: [{ node: { requester: { id: ben.id }, level: 'FRIEND' } }],
      },
      followers: { totalCount: 1 },
    },
  })
  expect((await verbs.accept(asCarol, request)).changed).toBe(true)
  await befriend(asAnn, carol)
  await makeClose(asBen, carol)
  const friend = { id: carol.id, username: 'carol' }
  expect(await overview(asBen, ann)).toMatchObject({
    viewer: { friends: { edges: [{ level: 'CLOSE', node: friend }] } },
    games: {
      edges: [
        { node: { title: 'Chess', creator: { relationship: { friendshipLevel: 'CLOSE' } } } },
      ],
    },
    relationships: [{ friendshipLevel: null, mutualFriendCount: 1, can: { allowed: true } }],
    searchUsers: { edges: [{ node: { ...friend, profile: { displayName: 'Carol C' } } }] },
  })
  await verbs.blockUser(asCarol, ben)
  const nothing = { edges: [] }
  expect(await overview(asBen, carol)).toMatchObject({
    viewer: { friends: nothing },
    games: nothing,
    relationships: [{ friendshipLevel: null, isBlocking: false, can: { allowed: false } }],
    searchUsers: nothing,
  })
  expect(await overview(asCarol, ben)).toMatchObject({
    viewer: {
      blocks: { edges: [{ node: { id: ben.id } }] },
      friends: { edges: [{ node: { id: ann.id } }] },
    },
  })
}

/** A short life of two people, in the service's own words to the database. */
async function live(loginUrl: string, major: number): Promise<void> {
  const client = new pg.Client({ connectionString: loginUrl })
  await client.connect()
  const as = async (person: string, ...statements: string[]): Promise<unknown[]> => {
    await client.query(`begin; set local role connections_app; set local app.user_id = '${person}'`)
    let rows: unknown[] = []
    for (const statement of statements) ({ rows } = await client.query(statement))
    await client.query('commit')
    return rows
  }
  const ask = (level: string) =>
    `insert into user_friend_requests (requester_user_id, target_user_id, friendship_level, expires_at)
     values ('${alice}', '${bob}', '${level}', now() + interval '1 day')`
  const accept = `select accept_request(id) as done from user_friend_requests where status = 'pending'`
  const state = `select present, blocks, follows, friendship_level as level from my_pair_states(array['${bob}']::uuid[])`
  try {
    const { rows } = await client.query<{ version: string }>(`show server_version_num`)
    expect(Math.floor(Number(Object.values(rows[0] ?? {})[0]) / 10_000)).toBe(major)
    await expect(client.query('select from public.users')).rejects.toThrow('permission denied')
    for (const person of [alice, bob])
      await as(person, `insert into users (id) values ('${person}')`)
    await as(
      alice,
      `insert into user_follows (follower_user_id, target_user_id) values ('${alice}', '${bob}')`,
      `insert into user_contacts (owner_user_id, contact_user_id) values ('${alice}', '${bob}')`,
      `insert into user_profiles (user_id, display_name, display_words) values ('${alice}', 'Alice', '{alice}')`,
      `select claim_username('alice', interval '30 days', 3)`,
      `select reserve_hits('addContact', '', 2)`,
      `select use_quota('requestFriend')`,
      ask('friend'),
    )
    expect(await as(bob, accept)).toEqual([{ done: true }])
    await as(alice, ask('close'))
    expect(await as(bob, accept)).toEqual([{ done: true }])
    expect(await as(alice, state)).toEqual([
      { present: true, blocks: false, follows: true, level: 'close' },
    ])
    expect(await as(bob, `select person from find_by_usernames(array['alice'])`)).toEqual([
      { person: alice },
    ])
    await as(
      alice,
      `delete from user_friends where friend_id = '${bob}'`,
      `insert into user_blocks (blocker_user_id, blocked_user_id) values ('${alice}', '${bob}')`,
    )
    expect(await as(bob, `select visible_users(array['${alice}']::uuid[])`)).toEqual([])
    expect(await as(alice, state)).toEqual([
      { present: true, blocks: true, follows: true, level: null },
    ])
  } finally {
    await client.end()
  }
}
