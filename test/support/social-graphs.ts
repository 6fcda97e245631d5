import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type pg from 'pg'

// Friendships to judge suggestions by: of real people, from files, and made up.

/** Two people who are friends. */
export type Edge = readonly [number, number]

/** Two numbers in a line, with a comma or a space between; other lines are left out. */
export function readGraph(file: string): Edge[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines
    .map((line) => line.split(/[ ,]/).map(Number))
    .filter((edge): edge is [number, number] => {
      const [one, other] = edge
      return edge.length === 2 && one !== other && edge.every(Number.isInteger)
    })
}

/** Numbers from 0 to below 1, the same ones for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** What made up people have: friends, games, sports and a city. */
export interface Society {
  readonly edges: readonly Edge[]
  readonly games: readonly { readonly person: number; readonly game: number }[]
  readonly sports: readonly (readonly string[])[]
  readonly cities: readonly number[]
  /** Who follows whom. */
  readonly follows: readonly Edge[]
}

/**
 * People in communities of 15 to 150 who close triangles, some with friends elsewhere, and one hub
 * in 200 people with friends everywhere. Most games are played within a community; sports and
 * cities go with it by half.
 */
export function makeSociety(people: number, seed: number): Society {
  const random = randomNumbers(seed)
  const below = (most: number) => Math.floor(random() * most)
  const communities = dealCommunities(people, below, random)
  const home: number[] = []
  communities.forEach((members, community) => {
    for (const member of members) home[member] = community
  })
  const friends = Array.from({ length: people }, () => new Set<number>())
  const befriend = (one: number, other: number) => {
    if (one === other) return
    friends[one]?.add(other)
    friends[other]?.add(one)
  }
  const pick = <T>(list: readonly T[]): T | undefined => list[below(list.length)]
  for (let person = 0; person < people; person++) {
    const members = communities[home[person] ?? 0] ?? []
    // Few have many: 2 to some 60, a dozen in the middle.
    const wanted = Math.min(members.length / 2, 2 + Math.round(10 * Math.exp(0.7 * normal(random))))
    for (let step = 0; step < wanted; step++) {
      const between = pick([...(friends[person] ?? [])])
      const further = between === undefined ? undefined : pick([...(friends[between] ?? [])])
      const dice = random()
      if (dice < 0.55 && further !== undefined) befriend(person, further)
      else if (dice < 0.9) befriend(person, pick(members) ?? 0)
      else befriend(person, below(people))
    }
  }
  for (let hub = 0; hub < people; hub += 200)
    for (let step = 0; step < 150 + below(400); step++) befriend(hub, below(people))
  const edges = friends.flatMap((theirs, person) =>
    [...theirs].filter((friend) => friend > person).map((friend): Edge => [person, friend]),
  )
  const cities = home.map((community) => (random() < 0.7 ? community % 40 : below(40)))
  const sports = home.map((community) =>
    Array.from({ length: below(5) }, (_, place) =>
      random() < 0.5 ? `sport ${(community + place) % 30}` : `sport ${below(30)}`,
    ).filter((sport, place, all) => all.indexOf(sport) === place),
  )
  const games: { person: number; game: number }[] = []
  for (let game = 0; game < people; game++) {
    const host = below(people)
    const [members, theirs] = [communities[home[host] ?? 0] ?? [], [...(friends[host] ?? [])]]
    const players = new Set([host])
    for (let seat = 0; seat < 2 + below(8); seat++) {
      const dice = random()
      players.add((dice < 0.5 ? pick(theirs) : dice < 0.85 ? pick(members) : below(people)) ?? host)
    }
    for (const person of players) games.push({ person, game })
  }
  const follows = new Map<string, Edge>()
  for (let person = 0; person < people; person++)
    for (let step = 0; step < 8; step++) {
      const star =
        random() < 0.5
          ? below(Math.ceil(people / 50)) * 50
          : (pick([...(friends[person] ?? [])]) ?? 0)
      if (star !== person) follows.set(`${person} ${star}`, [person, star])
    }
  return { edges, games, sports, cities, follows: [...follows.values()] }
}

function dealCommunities(
  people: number,
  below: (most: number) => number,
  random: () => number,
): number[][] {
  const communities: number[][] = []
  for (let person = 0; person < people;) {
    const size = Math.round(15 * Math.pow(10, random() * random()))
    communities.push(Array.from({ length: Math.min(size, people - person) }, () => person++))
  }
  // Whoever is born into a community is not numbered beside its others.
  for (let person = 0; person < people; person += 7) {
    const [one, other] = [below(communities.length), below(communities.length)]
    const [from, to] = [communities[one] ?? [], communities[other] ?? []]
    const [a, b] = [below(from.length), below(to.length)]
    const [x, y] = [from[a], to[b]]
    if (x === undefined || y === undefined || one === other) continue
    from[a] = y
    to[b] = x
  }
  return communities
}

const normal = (random: () => number) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** Ids of people: random ones, or ones that begin with the time of registration (UUID v7). */
export type Ids = 'random' | 'time'

/** The id of a person of a graph, the same each time. */
export function idOf(person: number, ids: Ids = 'random'): string {
  const hash = createHash('md5').update(String(person)).digest('hex')
  // A minute after the person before.
  const time = (1_700_000_000_000 + person * 60_000).toString(16).padStart(12, '0')
  const hex = ids === 'random' ? hash : `${time}7${hash.slice(13)}`
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** A tenth of the friendships hidden, by the seed: what is left, and who misses whom. */
export interface Split {
  readonly kept: readonly Edge[]
  readonly missing: ReadonlyMap<number, ReadonlySet<number>>
}

/** Hides a tenth of the friendships. */
export function hideTenth(edges: readonly Edge[], seed: number): Split {
  const hashed = edges.map((edge) => {
    const text = `${String(seed)}:${edge.join('-')}`
    return [createHash('md5').update(text).digest('hex'), edge] as const
  })
  const shuffled = hashed.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, edge]) => edge)
  const tenth = Math.floor(edges.length / 10)
  const missing = new Map<number, Set<number>>()
  for (const [one, other] of shuffled.slice(0, tenth)) {
    missing.set(one, (missing.get(one) ?? new Set()).add(other))
    missing.set(other, (missing.get(other) ?? new Set()).add(one))
  }
  return { kept: shuffled.slice(tenth), missing }
}

/** Empties the database and makes these people friends. */
export async function writeFriends(
  admin: pg.Client,
  people: Iterable<number>,
  edges: readonly Edge[],
  ids: Ids = 'random',
): Promise<void> {
  const id = (person: number) => idOf(person, ids)
  await admin.query('truncate users cascade')
  await admin.query('insert into users (id) select distinct unnest($1::uuid[])', [
    [...people].map(id),
  ])
  await admin.query('set session_replication_role = replica')
  await admin.query(
    `insert into user_friends (user_id, friend_id, friendship_level)
     select one, other, 'friend' from unnest($1::uuid[], $2::uuid[]) as edge (one, other)
      union
     select other, one, 'friend' from unnest($1::uuid[], $2::uuid[]) as edge (one, other)`,
    [edges.map(([one]) => id(one)), edges.map(([, other]) => id(other))],
  )
  await admin.query('reset session_replication_role')
  await admin.query('vacuum (analyze) user_friends')
}

/** Adds what a made up society has beside friends. */
export async function writeRest(admin: pg.Client, society: Society): Promise<void> {
  const { games, sports, cities, follows } = society
  await admin.query('set session_replication_role = replica')
  await admin.query(
    `insert into game_participations (user_id, game_id, joined_at)
     select person, game, timestamptz '2026-01-01' + game::int * interval '1 minute'
       from unnest($1::uuid[], $2::text[]) as seat (person, game)`,
    [games.map(({ person }) => idOf(person)), games.map(({ game }) => String(game))],
  )
  await admin.query(
    `insert into user_profiles (user_id, display_name, display_words, city, sport_preferences)
     select person, 'Person', '{person}', 'City ' || city, array(select jsonb_array_elements_text(sports::jsonb))
       from unnest($1::uuid[], $2::int[], $3::text[]) as profile (person, city, sports)`,
    [cities.map((_, person) => idOf(person)), cities, sports.map((list) => JSON.stringify(list))],
  )
  await admin.query(
    `insert into user_follows (follower_user_id, target_user_id)
     select * from unnest($1::uuid[], $2::uuid[])`,
    [follows.map(([one]) => idOf(one)), follows.map(([, other]) => idOf(other))],
  )
  await admin.query(
    `insert into user_counters (user_id, followers, following)
     select id, sum(followers), sum(following)
       from (select target_user_id as id, 1 as followers, 0 as following from user_follows
              union all
             select follower_user_id, 0, 1 from user_follows) as side
      group by id
         on conflict (user_id) do update set followers = excluded.followers, following = excluded.following`,
  )
  await admin.query('reset session_replication_role')
  await admin.query('vacuum (analyze)')
}

/**
 * The share of the missing friends of a person that are found, on average.
 * @param found whom each person is suggested
 */
export function recallOf(
  split: Split,
  found: ReadonlyMap<number, readonly string[]>,
  ids: Ids = 'random',
): number {
  const shares = [...found].map(([person, suggested]) => {
    const missing = new Set([...(split.missing.get(person) ?? [])].map((id) => idOf(id, ids)))
    return suggested.filter((id) => missing.has(id)).length / missing.size
  })
  return shares.reduce((sum, share) => sum + share, 0) / shares.length
}

/** People who miss somebody, at most so many, in an order by hash. */
export function askedPeople(split: Split, most: number): number[] {
  const hash = (person: number) => createHash('md5').update(`asked ${person}`).digest('hex')
  return [...split.missing.keys()]
    .sort((one, other) => (hash(one) < hash(other) ? -1 : 1))
    .slice(0, most)
}

/** The 25 best of each person by mutual friends alone, as the database's function finds them. */
export async function findByFriends(
  admin: pg.Client,
  asked: readonly number[],
  day = 20_000,
  ids: Ids = 'random',
): Promise<Map<number, string[]>> {
  const { rows } = await admin.query<{ place: string; found: string[] }>(
    `select place, array(select candidate from similar_people(person, $2)
                          order by friend_weight + far_weight desc, candidate limit 25) as found
       from unnest($1::uuid[]) with ordinality as asked (person, place)`,
    [asked.map((person) => idOf(person, ids)), day],
  )
  return new Map(rows.map(({ place, found }) => [asked[Number(place) - 1] ?? -1, found]))
}
