import { describe, expect, it } from 'vitest'
import { fact, newGame, tell } from '../../support/game-facts.ts'
import { keepsInvariants } from '../../support/invariants.ts'
import {
  introduce,
  setPrivacy,
  storeSuggestions,
  suggestionOf,
  suggestionPage,
  suggestionsOf,
  tieFriends,
} from '../../support/suggestions.ts'
import { newUserId, openIsolatedTestService, openTestService } from '../../support/test-service.ts'
import { verbs } from '../../support/verbs.ts'

const app = await openTestService({ NODE_ENV: 'production' })
keepsInvariants(app)

const mutual = (count: number) => ({ kind: 'MUTUAL_FRIENDS', count })

describe('what suggests bob to alice', () => {
  it('is how many friends they share, and the fewer friends those have, the more', async () => {
    const people = await app.people('alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace')
    const [alice, bob, carol, dave, erin, frank, grace] = people
    await tieFriends(app, [alice, carol], [alice, dave], [alice, erin])
    // Bob has two of them, frank and grace one each; erin has more friends than carol.
    await tieFriends(app, [bob, carol], [bob, dave], [frank, carol], [grace, erin])
    await tieFriends(
      app,
      ...(await app.people('a', 'b', 'c')).map((other) => [erin, other] as const),
    )
    const found = (await suggestionsOf(alice)).slice(0, 2)
    expect(found.map(({ node }) => node.id)).toEqual([bob.id, frank.id])
    expect(found.map(({ reasons }) => reasons)).toEqual([[mutual(2)], [mutual(1)]])
    const last = await suggestionOf(alice, grace)
    expect(last?.reasons).toEqual([mutual(1)])
    expect(last?.score).toBeLessThan(found[1]?.score ?? 0)
    // Of all weights, mutual friends have a fifth; the best has all of it.
    expect(found[0]?.score).toBeCloseTo(0.2)
    expect(found[1]?.score).toBeLessThan(0.2)
  })

  it('is who they follow: carol, whom alice follows, follows bob', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await verbs.followUser(alice, carol)
    await verbs.followUser(carol, bob)
    expect((await suggestionOf(alice, bob))?.reasons).toEqual([
      { kind: 'MUTUAL_FOLLOWS', count: 1 },
    ])
    // Follows have a direction.
    expect((await suggestionOf(bob, alice))?.reasons ?? []).toEqual([])
  })

  it('is the games that both have played', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const [chess, tennis] = [newGame(), newGame()]
    await tell(
      app.service,
      fact('PARTICIPATED', chess, alice),
      fact('PARTICIPATED', chess, bob),
      fact('PARTICIPATED', tennis, alice),
      fact('PARTICIPATED', tennis, bob),
      fact('PARTICIPATED', tennis, carol),
    )
    const found = await suggestionsOf(alice)
    expect(found[0]).toMatchObject({
      node: { id: bob.id },
      reasons: [{ kind: 'GAMES', count: 2 }],
    })
    expect(found[0]?.score).toBeCloseTo(0.35)
    expect(found[1]).toMatchObject({
      node: { id: carol.id },
      reasons: [{ kind: 'GAMES', count: 1 }],
    })
  })

  it('is the share of their sports that they have in common, whoever has none counts nothing', async () => {
    const [alice, bob, carol, dave, hub] = await app.people('alice', 'bob', 'carol', 'dave', 'hub')
    await tieFriends(app, [alice, hub], [hub, bob], [hub, carol], [hub, dave])
    await introduce(alice, { sportPreferences: ['tennis', 'chess'] })
    await introduce(bob, { sportPreferences: ['tennis', 'chess'] })
    await introduce(carol, { sportPreferences: ['chess', 'golf', 'judo'] })
    const [first, second, third] = await suggestionsOf(alice)
    expect(first).toMatchObject({
      node: { id: bob.id },
      reasons: [mutual(1), { kind: 'SPORTS', count: 2 }],
    })
    expect(second).toMatchObject({
      node: { id: carol.id },
      reasons: [mutual(1), { kind: 'SPORTS', count: 1 }],
    })
    expect(third).toMatchObject({ node: { id: dave.id }, reasons: [mutual(1)] })
    expect(first?.score).toBeCloseTo(0.2 + 0.3)
    expect(second?.score).toBeCloseTo(0.2 + 0.3 / 4)
    expect(third?.score).toBeCloseTo(0.2)
  })

  it('is their place: a city whole, a region by half, a city of the same name elsewhere not at all', async () => {
    const [alice, bob, carol, dave, hub] = await app.people('alice', 'bob', 'carol', 'dave', 'hub')
    await tieFriends(app, [alice, hub], [hub, bob], [hub, carol], [hub, dave])
    await introduce(alice, { city: 'Paris', region: 'Texas' })
    await introduce(bob, { city: 'paris', region: 'TEXAS' })
    await introduce(carol, { city: 'Austin', region: 'Texas' })
    await introduce(dave, { city: 'Paris', region: 'Île-de-France' })
    const [first, second, third] = await suggestionsOf(alice)
    expect(first).toMatchObject({
      node: { id: bob.id },
      reasons: [mutual(1), { kind: 'PLACE', count: null }],
    })
    expect(second).toMatchObject({ node: { id: carol.id } })
    expect(third).toMatchObject({ node: { id: dave.id }, reasons: [mutual(1)] })
    const scores = [first, second, third].map((one) => one?.score)
    expect(scores).toEqual([0.35, 0.275, 0.2].map((score) => expect.closeTo(score)))
  })

  it('counts as the operator says', async () => {
    const other = await openIsolatedTestService({ SUGGESTION_WEIGHTS: 'mutual:1' })
    const [alice, bob, carol] = await other.people('alice', 'bob', 'carol')
    await tieFriends(other, [alice, carol], [carol, bob])
    expect((await suggestionOf(alice, bob))?.score).toBe(1)
  })
})

describe('somebody without friends', () => {
  it('gets people of their place and with their sports, then anybody', async () => {
    const small = await openIsolatedTestService({ NODE_ENV: 'production' })
    const [newcomer, bob, carol, dave] = await small.people('newcomer', 'bob', 'carol', 'dave')
    await introduce(newcomer, { city: 'Berlin', sportPreferences: ['judo'] })
    await introduce(bob, { city: 'Berlin', sportPreferences: ['judo'] })
    await introduce(carol, { city: 'Berlin' })
    const found = await suggestionsOf(newcomer)
    expect(found.map(({ node }) => node.id)).toEqual([bob.id, carol.id, dave.id])
    expect(found.map(({ reasons }) => reasons.map(({ kind }) => kind))).toEqual([
      ['SPORTS', 'PLACE'],
      ['PLACE'],
      [],
    ])
  })

  it('gets a full page where there are people enough, and no page that is empty', async () => {
    const [newcomer] = await app.people('newcomer')
    await app.people(...Array.from({ length: 40 }, (_, place) => `person ${String(place)}`))
    expect((await suggestionPage(newcomer)).edges).toHaveLength(25)
    expect((await suggestionPage(newcomer, { first: 100 })).edges).toHaveLength(25)
  })

  it('is nobody in an empty graph, without an error', async () => {
    const empty = await openIsolatedTestService({ NODE_ENV: 'production' })
    const [alone] = await empty.people('alone')
    expect(await suggestionPage(alone)).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
      totalCount: 0,
    })
  })
})

describe('the third hop', () => {
  it('leads on from friends of friends where there are few of them, and says no reason', async () => {
    const [alice, carol, bob, dave] = await app.people('alice', 'carol', 'bob', 'dave')
    await tieFriends(app, [alice, carol], [carol, bob], [bob, dave])
    const found = await suggestionOf(alice, dave)
    expect(found).toMatchObject({ reasons: [] })
    expect(found?.score).toBeGreaterThan(0)
    expect(found?.score).toBeLessThan((await suggestionOf(alice, bob))?.score ?? 0)
  })
})

describe('a friendship that its people hide', () => {
  /** Alice and bob are friends of carol, and of nobody else. */
  async function bridged() {
    const [alice, bob, carol, erin, dave] = await app.people(
      'alice',
      'bob',
      'carol',
      'erin',
      'dave',
    )
    // Somebody else whom alice may know, so that scores have something to compare.
    await tieFriends(app, [alice, carol], [carol, bob], [alice, erin], [erin, dave])
    return { alice, bob, carol }
  }
  type Bridged = Awaited<ReturnType<typeof bridged>>

  it.each<[string, keyof Bridged]>([
    ['the friend between hides', 'carol'],
    ['who would be suggested hides', 'bob'],
    ['the reader hides', 'alice'],
  ])('leads to nobody when %s, also after it was stored', async (_who, hiding) => {
    const now = await bridged()
    await setPrivacy(now[hiding], { showInMutualFriends: false })
    const after = await bridged()
    await storeSuggestions(app, after.alice)
    await setPrivacy(after[hiding], { showInMutualFriends: false })
    // Without a score, bob is at most one of those who fill the page.
    for (const { alice, bob } of [now, after])
      expect((await suggestionOf(alice, bob)) ?? { score: 0, reasons: [] }).toMatchObject({
        score: 0,
        reasons: [],
      })
  })

  it('adds nothing to the score of who is reached by others too', async () => {
    const [alice, bob, dave, hiding, shown] = await app.people('alice', 'bob', 'dave', 'h', 's')
    await tieFriends(app, [alice, hiding], [alice, shown], [shown, bob], [shown, dave])
    await tieFriends(app, [hiding, bob])
    await setPrivacy(hiding, { showInMutualFriends: false })
    const [ofBob, ofDave] = [await suggestionOf(alice, bob), await suggestionOf(alice, dave)]
    expect(ofBob?.reasons).toEqual([mutual(1)])
    expect(ofBob?.score).toBe(ofDave?.score)
  })

  it.each([0, 1, 2, 3])('leads to nobody by the third hop (%i hides)', async (hiding) => {
    const people = await app.people('alice', 'carol', 'bob', 'dave')
    const [alice, carol, bob, dave] = people
    await tieFriends(app, [alice, carol], [carol, bob], [bob, dave])
    expect((await suggestionOf(alice, dave))?.score).toBeGreaterThan(0)
    await setPrivacy(people[hiding] ?? alice, { showInMutualFriends: false })
    expect((await suggestionOf(alice, dave))?.score ?? 0).toBe(0)
  })

  it('is not told by the score of others: the best who is shown has all of it', async () => {
    const { alice, bob, carol } = await bridged()
    const [dave] = await app.people('dave')
    // Bob is the better match, by two friends; dave by one of them.
    const [frank] = await app.people('frank')
    await tieFriends(app, [alice, frank], [frank, bob], [carol, dave])
    expect((await suggestionOf(alice, dave))?.score).toBeLessThan(0.15)
    await storeSuggestions(app, alice)
    await app.admin.query(
      'insert into user_blocks (blocker_user_id, blocked_user_id) values ($1, $2)',
      [bob.id, alice.id],
    )
    const scores = (await suggestionsOf(alice)).map(({ score }) => score)
    expect(Math.max(...scores)).toBeCloseTo(0.2)
  })

  it('is not told by a reason: its count is the one of mutualFriendCount, always', async () => {
    const [alice] = await app.people('alice')
    const [hidden, shown, other] = await app.people('hidden', 'shown', 'other')
    const candidates = await app.people('b', 'c', 'd', 'e')
    await tieFriends(app, [alice, hidden], [alice, shown], [alice, other])
    for (const [place, candidate] of candidates.entries())
      await tieFriends(
        app,
        [hidden, candidate],
        ...(place > 0 ? [[shown, candidate] as const] : []),
        ...(place > 1 ? [[other, candidate] as const] : []),
      )
    const compare = async () => {
      const { data } = await alice.ask(`{ viewer { suggestions(first: 100) { edges {
        reasons { kind count } node { relationship { mutualFriendCount } mutualFriends { totalCount } }
      } } } }`)
      for (const { node, reasons } of data.viewer.suggestions.edges) {
        const told =
          reasons.find(({ kind }: { kind: string }) => kind === 'MUTUAL_FRIENDS')?.count ?? 0
        expect(told).toBe(node.relationship.mutualFriendCount)
        expect(told).toBe(node.mutualFriends.totalCount)
      }
      return data.viewer.suggestions.edges.length
    }
    expect(await compare()).toBeGreaterThan(3)
    await storeSuggestions(app, alice)
    await setPrivacy(hidden, { showInMutualFriends: false })
    expect(await compare()).toBeGreaterThan(2)
    // Whom only the hidden friend leads to has nothing left of it.
    expect((await suggestionOf(alice, candidates[0]))?.score ?? 0).toBe(0)
  })
})

describe('a list of suggestions', () => {
  it('is the same each time that it is read, and continues where a page ended', async () => {
    const [alice, carol] = await app.people('alice', 'carol')
    const others = await app.people(
      ...Array.from({ length: 45 }, (_, place) => `p${String(place)}`),
    )
    await tieFriends(app, [alice, carol], ...others.map((other) => [carol, other] as const))
    const all = await suggestionsOf(alice)
    expect(all.length).toBeGreaterThanOrEqual(45)
    expect(await suggestionsOf(alice)).toEqual(all)
    const first = await suggestionPage(alice)
    expect(first.edges).toEqual(all.slice(0, 25))
    expect(first).toMatchObject({
      pageInfo: { hasNextPage: true, hasPreviousPage: false },
      totalCount: all.length,
    })
    const second = await suggestionPage(alice, { after: first.pageInfo.endCursor })
    expect(second.edges).toEqual(all.slice(25, 50))
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true })
  })

  it('is the same list in pages of any size, also where people who fill it match better', async () => {
    const small = await openIsolatedTestService({ NODE_ENV: 'production' })
    const [alice, carol] = await small.people('alice', 'carol')
    const friends = await small.people(
      ...Array.from({ length: 9 }, (_, place) => `f${String(place)}`),
    )
    const others = await small.people(
      ...Array.from({ length: 20 }, (_, place) => `o${String(place)}`),
    )
    await tieFriends(small, [alice, carol], ...friends.map((friend) => [carol, friend] as const))
    for (const person of [alice, ...others])
      await introduce(person, { city: 'Berlin', sportPreferences: ['judo'] })
    const all = await suggestionsOf(alice)
    expect(all).toHaveLength(25)
    expect(all[0]?.reasons.map(({ kind }) => kind)).toEqual(['SPORTS', 'PLACE'])
    for (const first of [1, 7, 24, 25]) {
      const paged = []
      for (let after: string | null = null, more = true; more;) {
        const page = await suggestionPage(alice, { first, after })
        paged.push(...page.edges)
        more = page.pageInfo.hasNextPage
        after = page.pageInfo.endCursor
      }
      expect(paged).toEqual(all)
    }
  })

  it('has the scores of the whole list on a short page, whoever comes first by games', async () => {
    const small = await openIsolatedTestService({ NODE_ENV: 'production' })
    const [alice, carol, dave, zed] = await small.people('alice', 'carol', 'dave', 'zed')
    const players = await small.people(
      ...Array.from({ length: 60 }, (_, place) => `p${String(place)}`),
    )
    const game = newGame()
    await tell(small.service, ...[alice, ...players].map((one) => fact('PARTICIPATED', game, one)))
    // Zed, who comes last, has more friends in common with her than the first has.
    await tieFriends(small, [alice, carol], [alice, dave], [carol, zed], [dave, zed])
    await tieFriends(small, [carol, players[0] ?? zed])
    const all = await suggestionsOf(alice)
    expect(all.findIndex(({ node }) => node.id === zed.id)).toBeGreaterThanOrEqual(60)
    expect((await suggestionPage(alice, { first: 3 })).edges).toEqual(all.slice(0, 3))
  })

  it.each([0, -1, 101])('refuses a page of %i', async (first) => {
    const [alice] = await app.people('alice')
    const { errors } = await alice.ask(
      'query ($first: Int) { viewer { suggestions(first: $first) { totalCount } } }',
      {
        first,
      },
    )
    expect(errors).toMatchObject([
      {
        message: `\`first\` must be from 1 to 100 (got ${String(first)}).`,
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ])
  })

  it('refuses a cursor of somebody else’s', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const [{ cursor } = { cursor: '' }] = await suggestionsOf(alice)
    const { errors } = await bob.ask(
      'query ($after: String) { viewer { suggestions(after: $after) { totalCount edges { score } } } }',
      {
        after: cursor,
      },
    )
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
  })
})

describe('whose suggestions one may read', () => {
  const Of =
    'query ($id: ID!) { user(id: $id) { suggestions { edges { node { id } reasons { kind count } } } } }'

  it('is one’s own; nobody else’s, with an error if they are there', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { data, errors } = await bob.ask(Of, { id: alice.id })
    expect(data.user.suggestions).toBeNull()
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
    await verbs.blockUser(alice, bob)
    const [blocked, absent] = [
      await bob.ask(Of, { id: alice.id }),
      await bob.ask(Of, { id: newUserId() }),
    ]
    expect(blocked.errors).toEqual([])
    expect(blocked.data.user.suggestions).toBeNull()
    expect(absent.data.user.suggestions).toBeNull()
  })

  it('is anybody’s for services, as the person has them', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await tieFriends(app, [alice, carol], [carol, bob])
    const { data } = await app.service.ask(Of, { id: alice.id })
    expect(data.user.suggestions.edges).toContainEqual({
      node: { id: bob.id },
      reasons: [mutual(1)],
    })
    await verbs.blockUser(bob, alice)
    const after = await app.service.ask(Of, { id: alice.id })
    expect(after.data.user.suggestions.edges).not.toContainEqual(
      expect.objectContaining({ node: { id: bob.id } }),
    )
  })

  it('is nobody’s for the anonymous', async () => {
    const [alice] = await app.people('alice')
    const { data, errors } = await app.nobody.ask(Of, { id: alice.id })
    expect(data.user.suggestions).toBeNull()
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
    const sql = await app.admin.connect()
    try {
      await sql.query('begin')
      await sql.query('set local role connections_app')
      const { rowCount } = await sql.query(`select from my_suggestions('{1,1,1,1}', 10, 25)`)
      expect(rowCount).toBe(0)
    } finally {
      await sql.query('rollback')
      sql.release()
    }
  })
})
