import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/limits.ts'
import { type Asker, newUserId, openTestService, type Person } from '../../support/test-service.ts'
import { befriend, makeClose, verbs } from '../../support/verbs.ts'

const app = await openTestService()

const Candidates = `query ($level: FriendshipLevel, $exclude: [ID!], $first: Int, $after: String) {
  viewer { inviteCandidates(level: $level, exclude: $exclude, first: $first, after: $after) {
    edges { cursor level node { id } } pageInfo { hasNextPage endCursor } totalCount
  } }
}`

async function candidates(asker: Asker, variables: Record<string, unknown> = {}) {
  const { data, errors, statements } = await asker.ask(Candidates, variables)
  const list = data?.viewer?.inviteCandidates
  return {
    ids: list?.edges.map(({ node }: { node: { id: string } }) => node.id),
    pageInfo: list?.pageInfo,
    totalCount: list?.totalCount,
    codes: errors.map(({ extensions }) => extensions.code),
    statements,
  }
}

const idsOf = (...people: readonly Person[]) => people.map(({ id }) => id)

/** Alice with two friends, of whom bob is older, and two close friends, of whom dave is older. */
async function aliceAndFriends() {
  const cast = await app.people('alice', 'bob', 'carol', 'dave', 'erin')
  const [alice, bob, carol, dave, erin] = cast
  await befriend(alice, bob)
  await befriend(alice, carol)
  await makeClose(alice, dave)
  await makeClose(alice, erin)
  return cast
}

describe('whom somebody might invite', () => {
  it('are friends: close ones first, then the newest', async () => {
    const [alice, bob, carol, dave, erin] = await aliceAndFriends()
    expect((await candidates(alice)).ids).toEqual(idsOf(erin, dave, carol, bob))
    expect((await candidates(alice, { level: 'CLOSE' })).ids).toEqual(idsOf(erin, dave))
    expect((await candidates(alice, { level: 'FRIEND' })).ids).toEqual(idsOf(carol, bob))
  })

  it('are not those who are in already, nor counted among them', async () => {
    const [alice, bob, , dave, erin] = await aliceAndFriends()
    const exclude = [dave.id.toUpperCase(), bob.id, bob.id, newUserId()]
    const { totalCount, ids } = await candidates(alice, { exclude })
    expect(ids).toHaveLength(2)
    expect(ids[0]).toBe(erin.id)
    expect(totalCount).toBe(2)
  })

  it('are nobody who blocks or is blocked, and nobody who was removed', async () => {
    const [alice, bob, carol, dave, erin] = await aliceAndFriends()
    await verbs.blockUser(bob, alice)
    await verbs.blockUser(alice, dave)
    await verbs.removeFriend(erin, alice)
    expect((await candidates(alice)).ids).toEqual(idsOf(carol))
  })

  it('come page by page, also when somebody was invited in between', async () => {
    const [alice, bob, carol, dave, erin] = await aliceAndFriends()
    const first = await candidates(alice, { first: 2 })
    expect(first.ids).toEqual(idsOf(erin, dave))
    expect(first.pageInfo.hasNextPage).toBe(true)
    const after = first.pageInfo.endCursor
    const second = await candidates(alice, { first: 2, after, exclude: [erin.id] })
    expect(second.ids).toEqual(idsOf(carol, bob))
    expect(second.pageInfo.hasNextPage).toBe(false)
    const without = await candidates(alice, { first: 2, after, exclude: [carol.id] })
    expect(without.ids).toEqual(idsOf(bob))
  })

  it('cost one statement, and another one for the count', async () => {
    const [alice, bob] = await aliceAndFriends()
    const { statements } = await alice.ask(
      `{ viewer { inviteCandidates(exclude: ["${bob.id}"]) { edges { node { id } } } } }`,
    )
    expect(statements).toEqual(['friends.pages'])
    expect((await candidates(alice)).statements).toEqual(['friends.pages', 'friends.count'])
  })
})

describe('what the list refuses', () => {
  it('a cursor of the list of friends, or of another level', async () => {
    const [alice] = await aliceAndFriends()
    const { data } = await alice.ask(
      '{ viewer { friends(orderBy: CLOSE_FIRST, first: 1) { pageInfo { endCursor } } } }',
    )
    const after = data.viewer.friends.pageInfo.endCursor
    expect((await candidates(alice, { after })).codes).toEqual(['BAD_USER_INPUT'])
    const close = await candidates(alice, { level: 'CLOSE', first: 1 })
    const mixed = { level: 'FRIEND', after: close.pageInfo.endCursor }
    expect((await candidates(alice, mixed)).codes).toEqual(['BAD_USER_INPUT'])
  })

  it('to leave out what is no id, or too many', async () => {
    const [alice] = await app.people('alice')
    const many = Array.from({ length: limits.excludedAtOnce + 1 }, () => newUserId())
    expect((await candidates(alice, { exclude: ['bob'] })).codes).toEqual(['BAD_USER_INPUT'])
    expect((await candidates(alice, { exclude: many })).codes).toEqual(['BAD_USER_INPUT'])
    expect((await candidates(alice, { exclude: many.slice(1) })).ids).toEqual([])
  })

  it('anybody but the person and services', async () => {
    const [alice, bob] = await aliceAndFriends()
    const ask = (asker: Asker) =>
      asker.ask(
        `query ($people: [_Any!]!) { _entities(representations: $people) {
          ... on User { inviteCandidates { totalCount } }
        } }`,
        { people: [{ __typename: 'User', id: alice.id }] },
      )
    expect((await ask(bob)).errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN'])
    expect((await ask(app.service)).data._entities).toEqual([
      { inviteCandidates: { totalCount: 4 } },
    ])
    await verbs.blockUser(alice, bob)
    const blocked = await ask(bob)
    expect([blocked.data._entities, blocked.errors]).toEqual([[{ inviteCandidates: null }], []])
  })
})
