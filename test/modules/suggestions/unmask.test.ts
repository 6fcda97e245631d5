import { beforeEach, describe, expect, it } from 'vitest'
import { fact, newGame, tell } from '../../support/game-facts.ts'
import { awayFromMidnight } from '../../support/midnight.ts'
import { introduce, setPrivacy, storeSuggestions, tieFriends } from '../../support/suggestions.ts'
import {
  openIsolatedTestService,
  type Person,
  type TestService,
} from '../../support/test-service.ts'
import { verbs } from '../../support/verbs.ts'

// An attack. Alice hides her friends, and mallory wants to know whether bob is one of them. She
// chooses her own friends, follows, games and profile, has accounts that help her, and reads what
// the service tells her. Everything is looked at twice: with the friendship and without. If
// anything that she reads differs, the friendship is not hidden.

// Who fills a page is another one each day.
beforeEach(() => awayFromMidnight(60))

const Look = `query ($alice: ID!, $bob: ID!) {
  viewer {
    all: suggestions(first: 100) { ...Page }
    standard: suggestions { ...Page }
    few: suggestions(first: 3) { ...Page }
  }
  alice: user(id: $alice) { ...Person }
  bob: user(id: $bob) { ...Person }
}
fragment Page on FriendSuggestionConnection {
  totalCount pageInfo { hasNextPage endCursor }
  edges { cursor score feedbackId reasons { kind count } node { id relationship { mutualFriendCount } } }
}
fragment Person on User { relationship { mutualFriendCount } mutualFriends(first: 20) { totalCount edges { node { id } } } }`

/** Cast of an attack, in a service of their own so that others do not change what is found. */
async function cast() {
  const app = await openIsolatedTestService({ NODE_ENV: 'production' })
  const [alice, bob, mallory, helper] = await app.people('alice', 'bob', 'mallory', 'helper')
  await setPrivacy(alice, { showInMutualFriends: false })
  // More people than fill a page, so that one is not found by filling it.
  const crowd = await register(app, 400)
  return { app, alice, bob, mallory, helper, crowd }
}
type Cast = Awaited<ReturnType<typeof cast>>

interface Named {
  readonly id: string
}

async function register({ admin }: TestService, count: number): Promise<Named[]> {
  const { rows } = await admin.query<Named>(
    'insert into users (id) select gen_random_uuid() from generate_series(1, $1) returning id',
    [count],
  )
  return rows
}

const befriendAll = (app: TestService, one: Named, others: readonly Named[]) =>
  tieFriends(app, ...others.map((other) => [one, other] as const))

const followAll = ({ admin }: TestService, one: Named, others: readonly Named[]) =>
  admin.query(
    'insert into user_follows (follower_user_id, target_user_id) select $1, unnest($2::uuid[])',
    [one.id, others.map(({ id }) => id)],
  )

/** Leaves these out for mallory, so that those who come last are shown. */
const dismissAll = ({ admin }: TestService, one: Named, others: readonly Named[]) =>
  admin.query(
    'insert into suggestion_dismissals (user_id, other_user_id) select $1, unnest($2::uuid[])',
    [one.id, others.map(({ id }) => id)],
  )

async function endFriendship({ app, alice, bob }: Cast) {
  await app.admin.query(
    'delete from user_friends where user_id = any ($1) and friend_id = any ($1)',
    [[alice.id, bob.id]],
  )
}

/** The view that the seed's query reads, as the viewer. */
async function readView({ admin }: TestService, { id }: Person) {
  const sql = await admin.connect()
  try {
    await sql.query('begin')
    await sql.query('set local role connections_app')
    await sql.query(`set local app.user_id = '${id}'`)
    const { rows } = await sql.query(
      'select id, similarity_score from user_similarity_view order by similarity_score desc, id',
    )
    return rows as unknown[]
  } finally {
    await sql.query('rollback')
    sql.release()
  }
}

/** Everything that these people read of suggestions and of mutual friends. */
async function look({ app, alice, bob }: Cast, readers: readonly Person[]): Promise<unknown> {
  const seen = []
  for (const reader of readers) {
    const { data, errors } = await reader.ask(Look, { alice: alice.id, bob: bob.id })
    if (errors.length > 0) throw new Error(JSON.stringify(errors))
    seen.push({ ...data, view: await readView(app, reader) })
  }
  return seen
}

/** Fails if anything that mallory or her helper reads tells whether alice and bob are friends. */
async function expectHidden(people: Cast): Promise<void> {
  const { app, alice, bob, mallory, helper } = people
  const readers = [mallory, helper]
  const forget = () => app.admin.query('truncate similarity_runs, user_similarity')
  const worlds = []
  for (const friends of [false, true]) {
    if (friends) await tieFriends(app, [alice, bob])
    await forget()
    const computed = await look(people, readers)
    await storeSuggestions(app, ...readers)
    worlds.push({ computed, stored: await look(people, readers) })
  }
  await endFriendship(people)
  await forget()
  expect(worlds[1]).toEqual(worlds[0])
}

describe('whether alice, who hides her friends, is a friend of bob', () => {
  it.each<[string, (people: Cast) => readonly (readonly [Named, Named])[]]>([
    ['of alice', ({ mallory, alice }) => [[mallory, alice]]],
    ['of bob', ({ mallory, bob }) => [[mallory, bob]]],
    [
      'of a friend of bob',
      ({ mallory, bob, crowd: [one = bob] }) => [
        [mallory, one],
        [one, bob],
      ],
    ],
    [
      'of a friend of alice',
      ({ mallory, alice, crowd: [one = alice] }) => [
        [mallory, one],
        [one, alice],
      ],
    ],
    [
      'of a friend of a friend of bob',
      ({ mallory, bob, crowd: [one = bob, other = bob] }) => [
        [mallory, one],
        [one, other],
        [other, bob],
      ],
    ],
  ])('is not told to mallory, a friend %s, whatever she does', async (_whom, tiesOf) => {
    const people = await cast()
    const { app, alice, bob, mallory, helper, crowd } = people
    await tieFriends(app, ...tiesOf(people))
    // Bob has four friends, or five.
    await befriendAll(app, bob, crowd.slice(300, 304))
    await befriendAll(app, alice, crowd.slice(304, 308))
    // Her helper becomes a friend of hers, then of bob, then of alice.
    await tieFriends(app, [mallory, helper])
    await expectHidden(people)
    await introduce(mallory, { city: 'Berlin', sportPreferences: ['judo'] })
    await introduce(alice, { city: 'Berlin', sportPreferences: ['judo', 'chess'] })
    await verbs.followUser(helper, alice)
    await verbs.followUser(mallory, helper)
    await expectHidden(people)
    const game = newGame()
    await tell(app.service, ...[mallory, alice, bob].map((one) => fact('PARTICIPATED', game, one)))
    await expectHidden(people)
    await tieFriends(app, [helper, crowd[310] ?? alice], [helper, alice])
    for (const other of crowd.slice(300, 303))
      await mallory.ask('mutation ($id: ID!) { dismissSuggestion(userId: $id) { changed } }', {
        id: other.id,
      })
    await verbs.unfollowUser(mallory, helper)
    await verbs.followUser(mallory, bob)
    await expectHidden(people)
  })

  it('is not told by who is among the best that are looked at', async () => {
    const people = await cast()
    const { app, bob, alice, mallory, helper, crowd } = people
    await tieFriends(app, [mallory, bob])
    await befriendAll(app, bob, crowd.slice(300, 303))
    // Three friends lead to 270 people who count more than alice does by the helper's follow.
    const bridges = await register(app, 3)
    await befriendAll(app, mallory, bridges)
    for (const [place, bridge] of bridges.entries())
      await befriendAll(app, bridge, crowd.slice(place * 90, (place + 1) * 90))
    await followAll(app, helper, [alice, ...crowd.slice(0, 300)])
    await followAll(app, mallory, [helper])
    await expectHidden(people)
    // Mallory has dismissed most of them, so that those who come last are shown.
    const last = crowd.slice(0, 270).sort((one, other) => (one.id < other.id ? -1 : 1))
    await dismissAll(app, mallory, last.slice(0, 180))
    await expectHidden(people)
  })

  it('is not told by who is among the best by follows', async () => {
    const people = await cast()
    const { app, bob, alice, mallory, crowd } = people
    await tieFriends(app, [mallory, bob])
    await befriendAll(app, bob, crowd.slice(0, 3))
    // Mallory follows three, who follow 298. Alice is among the last of them.
    const stars = await register(app, 3)
    await followAll(app, mallory, stars)
    for (const [place, star] of stars.entries()) {
      const followed = crowd.slice(place * 99, (place + 1) * 99)
      await followAll(app, star, place === 2 ? [alice, ...followed] : followed)
    }
    await dismissAll(app, mallory, crowd.slice(0, 190))
    await expectHidden(people)
  })

  it('is not told when exactly as many are found as are looked at', async () => {
    const people = await cast()
    const { app, bob, mallory, crowd } = people
    const bridges = await register(app, 2)
    await befriendAll(app, mallory, [...bridges, bob])
    for (const [place, bridge] of bridges.entries())
      await befriendAll(app, bridge, crowd.slice(place * 99, (place + 1) * 99))
    // Mallory and four more, or five.
    await befriendAll(app, bob, crowd.slice(300, 304))
    const last = crowd.slice(0, 198).sort((one, other) => (one.id < other.id ? -1 : 1))
    await dismissAll(app, mallory, last.slice(0, 150))
    await expectHidden(people)
  })

  it('is not told of those whom the third hop leads to, however many', async () => {
    const people = await cast()
    const { app, bob, mallory, crowd } = people
    const [one = bob, other = bob] = crowd.slice(390)
    // A hundred by the third hop, and bob leads to alice more than they count.
    await tieFriends(app, [mallory, one], [one, other], [one, bob])
    await befriendAll(app, other, crowd.slice(0, 99))
    await befriendAll(app, bob, crowd.slice(99, 102))
    // Mallory has dismissed half of them, so that those who come last are shown.
    const last = crowd.slice(0, 99).sort((one, other) => (one.id < other.id ? -1 : 1))
    await dismissAll(app, mallory, last.slice(0, 50))
    await expectHidden(people)
  })

  it('is not told to mallory in the morning, if alice has hidden it since the nightly run', async () => {
    const people = await cast()
    const { app, alice, bob, mallory, crowd } = people
    const [bridge = bob] = crowd.slice(399)
    await tieFriends(app, [mallory, bob], [mallory, bridge])
    // Enough others, so that there is no third hop, and too few to fill a page after dismissals.
    await befriendAll(app, bridge, crowd.slice(0, 40))
    await befriendAll(app, bob, crowd.slice(40, 44))
    // She would come first of those who fill the page.
    for (const one of [alice, mallory]) await introduce(one, { sportPreferences: ['judo'] })
    const worlds = []
    for (const friends of [false, true]) {
      await setPrivacy(alice, { showInMutualFriends: true })
      if (friends) await tieFriends(app, [alice, bob])
      await storeSuggestions(app, mallory)
      await setPrivacy(alice, { showInMutualFriends: false })
      await followAll(app, mallory, friends ? [] : crowd.slice(0, 30))
      worlds.push(await look(people, [mallory]))
    }
    expect(worlds[1]).toEqual(worlds[0])
  })
})

describe('how many friends a friend has', () => {
  it('is told by powers of two only, and so seldom tells of one more', async () => {
    const people = await cast()
    const { app, bob, mallory, crowd } = people
    const [bridge = bob] = crowd.slice(399)
    await tieFriends(app, [mallory, bob], [mallory, bridge])
    await befriendAll(app, bridge, crowd.slice(0, 2))
    await befriendAll(app, bob, crowd.slice(2, 5))
    const scoreOf = async () => {
      const { data } = await mallory.ask(
        '{ viewer { suggestions(first: 100) { edges { score node { id } } } } }',
      )
      const edges = data.viewer.suggestions.edges as { score: number; node: Named }[]
      return edges.find(({ node }) => node.id === crowd[2]?.id)?.score
    }
    const before = await scoreOf()
    const scores = []
    // Four friends by now; those who come hide.
    for (const other of crowd.slice(200, 204)) {
      await app.admin.query(
        'insert into user_privacy_settings (user_id, show_in_mutual_friends) values ($1, false)',
        [other.id],
      )
      await tieFriends(app, [bob, other])
      scores.push(await scoreOf())
    }
    expect(scores.slice(0, 3)).toEqual([before, before, before])
    expect(scores[3]).toBeLessThan(before ?? 0)
  })
})

describe('how many people block mallory among those whom she could count', () => {
  it.each<[string, (people: Cast, bridge: Named, others: readonly Named[]) => Promise<unknown>]>([
    [
      'followed by somebody whom she follows',
      ({ app }, bridge, others) => followAll(app, bridge, others),
    ],
    [
      'in a game of hers',
      ({ app, mallory }, { id: game }, others) =>
        app.admin.query(
          `insert into game_participations (user_id, game_id, joined_at) select unnest($1::uuid[]), $2, now()
               on conflict do nothing`,
          [[mallory, ...others].map(({ id }) => id), game],
        ),
    ],
  ])('is seldom told by a score: %s', async (_where, lead) => {
    const people = await cast()
    const { app, bob, mallory, crowd } = people
    const [one = bob, other = bob] = crowd.slice(398)
    await followAll(app, mallory, [one, other])
    await lead(people, one, crowd.slice(0, 2))
    await lead(people, other, crowd.slice(2, 7))
    const scoreOf = async () => {
      const { data } = await mallory.ask(
        '{ viewer { suggestions(first: 100) { edges { score node { id } } } } }',
      )
      const edges = data.viewer.suggestions.edges as { score: number; node: Named }[]
      return edges.find(({ node }) => node.id === crowd[2]?.id)?.score
    }
    const before = await scoreOf()
    expect(before).toBeGreaterThan(0)
    // Mallory still sees five people there.
    const [hidden = bob] = crowd.slice(200)
    await app.admin.query(
      'insert into user_blocks (blocker_user_id, blocked_user_id) values ($1, $2)',
      [hidden.id, mallory.id],
    )
    await lead(people, other, [hidden])
    expect(await scoreOf()).toBe(before)
  })
})
