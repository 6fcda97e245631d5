import { describe, expect, it } from 'vitest'
import { keepsInvariants } from '../../support/invariants.ts'
import { type Asker, newUserId, openTestService, type Person } from '../../support/test-service.ts'
import { befriend, links, makeClose, verbs } from '../../support/verbs.ts'

// What a mutation answers is what the lists answer afterwards: a client puts it on the screen
// without asking again.

const app = await openTestService()
keepsInvariants(app)

const followEdge = 'cursor node { id } since'
const friendEdge = 'cursor node { id } level since'
const requestEdge = 'cursor node { id level status }'
const linkEdge = 'cursor node { id label }'
const edges = {
  following: followEdge,
  followers: followEdge,
  friends: friendEdge,
  'requests(direction: OUTGOING)': requestEdge,
  'requests(direction: INCOMING)': requestEdge,
  'requests(direction: INCOMING, quiet: true)': requestEdge,
  contactLinks: linkEdge,
} as const
type List = keyof typeof edges

/** The edges of one of a person's own lists. */
async function edgesOf(person: Asker, list: List) {
  const { data, body } = await person.ask(
    `{ viewer { list: ${list} { edges { ${edges[list]} } } } }`,
  )
  if (data?.viewer?.list == null) throw new Error(body)
  return data.viewer.list.edges
}

/** One mutation with these fields of its payload, and what it took. */
async function change(person: Asker, mutation: string, fields: string) {
  const answer = await person.ask(`mutation { payload: ${mutation} { ${fields} } }`)
  if (answer.data?.payload == null) throw new Error(answer.body)
  return { payload: answer.data.payload, statements: answer.statements }
}

const about = (verb: string, other: { id: string }, more = '') =>
  `${verb}(userId: "${other.id}"${more})`
const answer = (id: string, decision: string) =>
  `respondFriendRequest(requestId: "${id}", decision: ${decision})`

describe('the edge in the answer of a verb is the one that the viewer’s list has', () => {
  it('when alice follows bob, again, and no longer', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await verbs.followUser(alice, carol)
    const fields = `changed follow { ${followEdge} }`
    const { payload } = await change(alice, about('followUser', bob), fields)
    const [first] = await edgesOf(alice, 'following')
    expect(first.node).toEqual({ id: bob.id })
    expect(payload).toEqual({ changed: true, follow: first })
    expect((await change(alice, about('followUser', bob), fields)).payload).toEqual({
      changed: false,
      follow: first,
    })
    expect((await change(alice, about('unfollowUser', bob), fields)).payload).toEqual({
      changed: true,
      follow: first,
    })
    expect((await change(alice, about('unfollowUser', bob), fields)).payload).toEqual({
      changed: false,
      follow: null,
    })
  })

  it('when alice removes bob from her followers', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.followUser(bob, alice)
    const [first] = await edgesOf(alice, 'followers')
    const { payload } = await change(
      alice,
      about('removeFollower', bob),
      `follow { ${followEdge} }`,
    )
    expect(payload).toEqual({ follow: first })
  })

  it('when alice asks bob, asks again, and takes it back', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const fields = `changed request { id } requestEdge { ${requestEdge} } friend { cursor }`
    const { payload } = await change(alice, about('requestFriend', bob), fields)
    const [first] = await edgesOf(alice, 'requests(direction: OUTGOING)')
    const { id } = first.node
    expect(first.node.status).toBe('PENDING')
    const asked = { request: { id }, requestEdge: first, friend: null }
    expect(payload).toEqual({ changed: true, ...asked })
    expect((await change(alice, about('requestFriend', bob), fields)).payload).toEqual({
      changed: false,
      ...asked,
    })
    const canceled = await change(
      alice,
      `cancelFriendRequest(requestId: "${id}")`,
      `requestEdge { ${requestEdge} }`,
    )
    expect(canceled.payload.requestEdge.node.status).toBe('CANCELED')
    expect(await edgesOf(alice, 'requests(direction: OUTGOING)')).toEqual([
      canceled.payload.requestEdge,
    ])
  })

  it('when bob’s request crosses alice’s: a friend, and no request of his own', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.requestFriend(alice, bob)
    const fields = `changed request { status } requestEdge { cursor } friend { ${friendEdge} }`
    const { payload } = await change(bob, about('requestFriend', alice), fields)
    const [first] = await edgesOf(bob, 'friends')
    expect(first).toMatchObject({ node: { id: alice.id }, level: 'FRIEND' })
    const request = { request: { status: 'ACCEPTED' }, requestEdge: null }
    expect(payload).toEqual({ changed: true, ...request, friend: first })
    expect((await change(bob, about('requestFriend', alice), fields)).payload).toEqual({
      changed: false,
      request: null,
      requestEdge: null,
      friend: first,
    })
  })

  it('when bob declines alice, and accepts her after all', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { id } = (await verbs.requestFriend(alice, bob)).request
    const fields = `requestEdge { ${requestEdge} } friend { ${friendEdge} }`
    const declined = (await change(bob, answer(id, 'REJECT'), fields)).payload
    expect(declined.friend).toBeNull()
    expect(await edgesOf(bob, 'requests(direction: INCOMING)')).toEqual([declined.requestEdge])
    expect(declined.requestEdge.node.status).toBe('REJECTED')
    const accepted = (await change(bob, answer(id, 'ACCEPT'), fields)).payload
    expect(await edgesOf(bob, 'requests(direction: INCOMING)')).toEqual([accepted.requestEdge])
    expect(await edgesOf(bob, 'friends')).toEqual([accepted.friend])
  })

  it('when bob answers a request that came quietly: that of his quiet list', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { id } = (await verbs.requestFriend(alice, bob)).request
    await verbs.reject(bob, { id })
    await verbs.cancel(alice, { id })
    const again = (
      await change(alice, about('requestFriend', bob), `requestEdge { ${requestEdge} }`)
    ).payload.requestEdge
    expect((await edgesOf(alice, 'requests(direction: OUTGOING)'))[0]).toEqual(again)
    const { payload } = await change(
      bob,
      answer(again.node.id, 'REJECT'),
      `requestEdge { ${requestEdge} }`,
    )
    expect(await edgesOf(bob, 'requests(direction: INCOMING, quiet: true)')).toEqual([
      payload.requestEdge,
    ])
  })

  it('when alice and bob become close, step down and part', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    const fields = `requestEdge { ${requestEdge} } friend { ${friendEdge} }`
    const close = ', level: CLOSE'
    const asked = (await change(alice, about('upgradeFriendship', bob, close), fields)).payload
    expect(await edgesOf(alice, 'friends')).toEqual([asked.friend])
    expect((await edgesOf(alice, 'requests(direction: OUTGOING)'))[0]).toEqual(asked.requestEdge)
    const crossed = (await change(bob, about('upgradeFriendship', alice, close), fields)).payload
    expect(crossed.requestEdge).toBeNull()
    expect(crossed.friend.level).toBe('CLOSE')
    expect(await edgesOf(bob, 'friends')).toEqual([crossed.friend])
    const down = (await change(bob, about('upgradeFriendship', alice, ', level: FRIEND'), fields))
      .payload
    expect(down).toMatchObject({ requestEdge: null, friend: { level: 'FRIEND' } })
    expect(await edgesOf(bob, 'friends')).toEqual([down.friend])
    const removed = await change(
      bob,
      about('removeFriend', alice),
      `changed friend { ${friendEdge} }`,
    )
    expect(removed.payload).toEqual({ changed: true, friend: down.friend })
    expect(
      (await change(bob, about('removeFriend', alice), 'changed friend { cursor }')).payload,
    ).toEqual({ changed: false, friend: null })
  })

  it('when alice makes a contact link, and revokes it', async () => {
    const [alice] = await app.people('alice')
    const made = await change(
      alice,
      'createContactLink(label: "Poster")',
      `linkEdge { ${linkEdge} }`,
    )
    expect(await edgesOf(alice, 'contactLinks')).toEqual([made.payload.linkEdge])
    const revoked = await change(
      alice,
      `revokeContactLink(id: "${made.payload.linkEdge.node.id}")`,
      `linkEdge { ${linkEdge} }`,
    )
    expect(revoked.payload).toEqual(made.payload)
  })

  it('so the list goes on after it', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await befriend(alice, carol)
    await befriend(bob, alice)
    const { friend } = (await change(alice, about('requestFriend', bob), 'friend { cursor }'))
      .payload
    const { data } = await alice.ask(
      'query ($after: String) { viewer { friends(after: $after) { edges { node { id } } } } }',
      { after: friend.cursor },
    )
    expect(data.viewer.friends.edges).toEqual([{ node: { id: carol.id } }])
  })
})

describe('the viewer in the answer of a verb', () => {
  it('has the lists and counts of after the change, for each verb of a document', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const viewer = 'viewer { id following { totalCount edges { node { id } } } }'
    const { data } = await alice.ask(`mutation {
      bob: ${about('followUser', bob)} { ${viewer} }
      carol: ${about('followUser', carol)} { ${viewer} }
      block: ${about('blockUser', bob)} { ${viewer} }
    }`)
    const following = (...people: Person[]) => ({
      viewer: {
        id: alice.id,
        following: { totalCount: people.length, edges: people.map(({ id }) => ({ node: { id } })) },
      },
    })
    expect(data).toEqual({
      bob: following(bob),
      carol: following(carol, bob),
      block: following(carol),
    })
  })

  it('is there when nothing was done, without the other person', async () => {
    const [alice] = await app.people('alice')
    const fields =
      'follow { cursor } user { id } relationship { id } viewer { id } userErrors { code }'
    const { payload } = await change(alice, about('followUser', { id: newUserId() }), fields)
    expect(payload).toEqual({
      follow: null,
      user: null,
      relationship: null,
      viewer: { id: alice.id },
      userErrors: [{ code: 'UNAVAILABLE' }],
    })
  })

  it('is there after alice has changed what is hers alone', async () => {
    const [alice] = await app.people('alice')
    const viewer = 'viewer { id profile { bio } privacySettings { discoverable } }'
    const bio = await change(alice, 'updateProfile(profile: { bio: "Runs" })', viewer)
    expect(bio.payload.viewer).toMatchObject({ id: alice.id, profile: { bio: 'Runs' } })
    const hidden = await change(
      alice,
      'updatePrivacySettings(settings: { discoverable: false })',
      viewer,
    )
    expect(hidden.payload.viewer.privacySettings).toEqual({ discoverable: false })
    const name = `payload_${alice.id.slice(0, 8)}`
    const claimed = await change(alice, `claimUsername(username: "${name}")`, 'viewer { username }')
    expect(claimed.payload.viewer).toEqual({ username: name })
  })

  it('is nobody for a service', async () => {
    const registered = await change(
      app.service,
      `registerUsers(ids: ["${newUserId()}"])`,
      'viewer { id }',
    )
    expect(registered.payload).toEqual({ viewer: null })
    const told = await change(app.service, 'recordGameFacts(facts: [])', 'viewer { id }')
    expect(told.payload).toEqual({ viewer: null })
  })
})

describe('what is read for an answer', () => {
  const reads = async (person: Asker, mutation: string, fields: string) => {
    const { statements } = await change(person, mutation, `changed ${fields}`)
    return statements
  }

  it('is nothing where only the ended relationship is asked for: it comes with the change', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    await verbs.followUser(alice, bob)
    await verbs.followUser(bob, alice)
    expect(
      await reads(alice, about('unfollowUser', bob), 'follow { cursor since node { id } }'),
    ).toEqual(['pairs.lock', 'follows.delete'])
    expect(await reads(alice, about('removeFollower', bob), 'follow { cursor }')).toEqual([
      'pairs.lock',
      'follows.delete',
    ])
    expect(await reads(alice, about('removeFriend', bob), 'friend { cursor level }')).toEqual([
      'pairs.lock',
      'friends.delete',
      'requests.withdraw',
    ])
    const { link } = await links.create(alice)
    expect(
      await reads(alice, `revokeContactLink(id: "${link.id}")`, 'linkEdge { cursor }'),
    ).toEqual(['links.revoke'])
  })

  it('is one small statement for the edge of a relationship that exists', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    expect((await reads(alice, about('followUser', bob), 'follow { cursor }')).at(-1)).toBe(
      'follows.between',
    )
    await verbs.requestFriend(bob, alice)
    const crossed = await reads(
      alice,
      about('requestFriend', bob),
      'friend { cursor } requestEdge { cursor } request { id } relationship { friendshipLevel }',
    )
    // The request, its edge, the friend and the relationship share what they read.
    expect(crossed.slice(crossed.indexOf('outbox.recordOnce') + 1).sort()).toEqual([
      'pairs.summaries',
      'requests.byId',
    ])
  })

  it('is of the relationship only what is asked for', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const after = async (fields: string) =>
      (await reads(alice, about('unfollowUser', bob), `relationship { ${fields} }`)).slice(2)
    expect(await after('id isContact isFollowing isFollowedBy isBlocking friendshipLevel')).toEqual(
      ['pairs.summaries'],
    )
    expect(await after('isFollowing canFollow')).toEqual(['pairs.states'])
    expect(await after('can(action: FOLLOW) { allowed }')).toEqual(['pairs.states'])
  })

  it('is nothing for the viewer’s id', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await makeClose(alice, bob)
    expect(await reads(alice, about('blockUser', bob), 'viewer { id } user { id }')).toEqual([
      'pairs.lock',
      'caps.lock',
      'blocks.situation',
      'pairs.sever',
      'blocks.upsert',
      'outbox.recordBlock',
    ])
  })
})
