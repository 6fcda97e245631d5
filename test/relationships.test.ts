import { describe, expect, it } from 'vitest'
import { limits } from '../src/limits.ts'
import { befriend, verbs } from './verbs.ts'
import { newUserId, openWorld, type Asker } from './world.ts'

// As in production, where a document that comes again is compiled: so everything is asked four times.
const world = await openWorld({ NODE_ENV: 'production' })

/** The answer to a document that is sent four times, which must be the same each time. */
async function askAgainAndAgain(asker: Asker, document: string, variables: object) {
  const answers = []
  for (let time = 0; time < 4; time++) answers.push(await asker.ask(document, { ...variables }))
  const [first, ...others] = answers
  if (first === undefined) throw new Error('Nothing was asked.')
  expect(others.map(({ body }) => body)).toEqual(others.map(() => first.body))
  return first
}

describe('the id of a relationship', () => {
  const Ids = 'query ($ids: [ID!]!) { relationships(userIds: $ids) { id } }'
  const idsOf = async (asker: Asker, ...others: { readonly id: string }[]) => {
    const ids = others.map(({ id }) => id)
    const { data } = await askAgainAndAgain(asker, Ids, { ids })
    return data.relationships.map(({ id }: { id: string }) => id)
  }

  it('stays the same whatever happens between the two', async () => {
    const [alice, bob] = await world.people('alice', 'bob')
    const before = await idsOf(bob, alice)
    await befriend(alice, bob)
    expect(await idsOf(bob, alice)).toEqual(before)
    await verbs.blockUser(alice, bob)
    expect(await idsOf(bob, alice)).toEqual(before)
    await world.admin.query('delete from users where id = $1', [alice.id])
    expect(await idsOf(bob, alice)).toEqual(before)
  })

  it('is there for a person who does not exist', async () => {
    const [alice] = await world.people('alice')
    expect(await idsOf(alice, { id: newUserId() })).toEqual([expect.stringMatching(/^[\w-]{44}$/)])
  })

  it('is another one for each viewer, and for each other person', async () => {
    const [alice, bob, carol] = await world.people('alice', 'bob', 'carol')
    const ids = [
      ...(await idsOf(alice, bob, carol)),
      ...(await idsOf(bob, alice, carol)),
      ...(await idsOf(carol, alice, bob)),
    ]
    expect(new Set(ids).size).toBe(6)
  })

  it('is the same in a payload, so that a cache knows what to change', async () => {
    const [alice, bob] = await world.people('alice', 'bob')
    const { data } = await alice.ask(
      'mutation ($id: ID!) { followUser(userId: $id) { relationship { id isFollowing } } }',
      { id: bob.id },
    )
    const [id] = await idsOf(alice, bob)
    expect(data.followUser.relationship).toEqual({ id, isFollowing: true })
  })

  it('needs no statement of its own', async () => {
    const [alice, bob] = await world.people('alice', 'bob')
    const { statements } = await askAgainAndAgain(alice, Ids, { ids: [bob.id] })
    expect(statements).toEqual(['ties.between'])
  })
})

describe('what the viewer may do, as plain fields', () => {
  const plain = 'canMessage canInvite canFollow canAddContact canRequestFriend canUpgrade'

  it('costs one statement for a hundred people, with `can` of everything beside it', async () => {
    const [alice] = await world.people('alice')
    const names = Array.from({ length: limits.relationshipsAtOnce }, (_, n) => `p${String(n)}`)
    const ids = (await world.people(...names)).map(({ id }) => id)
    const { data, statements } = await askAgainAndAgain(
      alice,
      `query ($ids: [ID!]!) { relationships(userIds: $ids) { ${plain}
         message: can(action: MESSAGE) { allowed } follow: can(action: FOLLOW) { allowed reason } } }`,
      { ids },
    )
    expect(data.relationships).toHaveLength(ids.length)
    expect(statements).toEqual(['ties.standings'])
  })

  it('is nothing towards somebody who blocks the viewer, alike with somebody who does not exist', async () => {
    const [alice, bob] = await world.people('alice', 'bob')
    await verbs.addContact(bob, alice)
    await verbs.blockUser(alice, bob)
    const { data } = await askAgainAndAgain(
      bob,
      `query ($ids: [ID!]!) { relationships(userIds: $ids) { ${plain} } }`,
      { ids: [alice.id, newUserId()] },
    )
    const nothing = Object.fromEntries(plain.split(' ').map((field) => [field, false]))
    expect(data.relationships).toEqual([nothing, nothing])
  })
})
