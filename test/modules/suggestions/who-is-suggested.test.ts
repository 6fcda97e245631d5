import { describe, expect, it } from 'vitest'
import { keepsInvariants } from '../../support/invariants.ts'
import {
  setPrivacy,
  storeSuggestions,
  suggestionOf,
  suggestionsOf,
  tieFriends,
} from '../../support/suggestions.ts'
import { work } from '../../support/tasks.ts'
import { openTestService, type Person } from '../../support/test-service.ts'
import { verbs } from '../../support/verbs.ts'

// Who is never suggested (rule 11.3), whether it was computed just now or stored before.

const app = await openTestService({ NODE_ENV: 'production' })
keepsInvariants(app)

/** Alice and bob, who is suggested to her because both are friends of carol. */
async function suggested(stored: boolean) {
  const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
  await tieFriends(app, [alice, carol], [carol, bob])
  expect(await suggestionOf(alice, bob)).toMatchObject({
    reasons: [{ kind: 'MUTUAL_FRIENDS', count: 1 }],
  })
  if (stored) await storeSuggestions(app, alice, bob)
  return { alice, bob, carol }
}

const run = (text: string, values: unknown[]) => app.admin.query(text, values)
const insertBlock = (blocker: Person, blocked: Person) =>
  run('insert into user_blocks (blocker_user_id, blocked_user_id) values ($1, $2)', [
    blocker.id,
    blocked.id,
  ])
const dismissals = (person: Person) =>
  run('select other_user_id from suggestion_dismissals where user_id = $1', [person.id])
/** Lets everything that this person dismissed be so many days old. */
const age = (person: Person, days: number) =>
  run(
    'update suggestion_dismissals set created_at = now() - make_interval(days => $2) where user_id = $1',
    [person.id, days],
  )
const insertRequest = (requester: Person, target: Person, status: string) =>
  run(
    `insert into user_friend_requests (requester_user_id, target_user_id, friendship_level, status, responded_at, expires_at)
     values ($1, $2, 'friend', $3, now(), now() + interval '1 day')`,
    [requester.id, target.id, status],
  )

type Situation = Awaited<ReturnType<typeof suggested>>

/** What keeps bob from being suggested to alice, each by itself. */
const hindrances: Readonly<Record<string, (people: Situation) => Promise<unknown>>> = {
  'somebody whom she blocks': ({ alice, bob }) => insertBlock(alice, bob),
  'somebody who blocks her': ({ alice, bob }) => insertBlock(bob, alice),
  'a friend': ({ alice, bob }) => tieFriends(app, [alice, bob]),
  'somebody whom she follows': ({ alice, bob }) => verbs.followUser(alice, bob),
  'one of her contacts': ({ alice, bob }) => verbs.addContact(alice, bob),
  'somebody whom she has asked': ({ alice, bob }) => insertRequest(alice, bob, 'pending'),
  'somebody who has declined her request, which looks pending to her': ({ alice, bob }) =>
    insertRequest(alice, bob, 'rejected'),
  'somebody who has asked her': ({ alice, bob }) => insertRequest(bob, alice, 'pending'),
  'somebody whose request she has declined': async ({ alice, bob }) => {
    const { request } = await verbs.requestFriend(bob, alice)
    await verbs.reject(alice, request)
    // Whatever becomes of the request.
    await run('delete from user_friend_requests where requester_user_id = $1', [bob.id])
  },
  'somebody whom she has dismissed': ({ alice, bob }) =>
    alice.ask('mutation ($id: ID!) { dismissSuggestion(userId: $id) { changed } }', { id: bob.id }),
  'somebody who does not want to be discovered': ({ bob }) =>
    setPrivacy(bob, { discoverable: false }),
  'somebody who was erased': ({ bob }) => run('delete from users where id = $1', [bob.id]),
  'a former friend whom she has removed': async ({ alice, bob }) => {
    await tieFriends(app, [alice, bob])
    await verbs.removeFriend(alice, bob)
  },
  'a former contact whom she has removed': async ({ alice, bob }) => {
    await verbs.addContact(alice, bob)
    await verbs.removeContact(alice, bob)
  },
  'somebody whom she follows no longer': async ({ alice, bob }) => {
    await verbs.followUser(alice, bob)
    await verbs.unfollowUser(alice, bob)
  },
  'a follower whom she has removed': async ({ alice, bob }) => {
    await verbs.followUser(bob, alice)
    await verbs.removeFollower(alice, bob)
  },
  'somebody whom she has blocked and unblocked': async ({ alice, bob }) => {
    await verbs.blockUser(alice, bob)
    await verbs.unblockUser(alice, bob)
  },
}

describe.each([
  ['computed when they are read', false],
  ['stored before', true],
])('suggestions to alice that are %s', (_when, stored) => {
  it.each(Object.entries(hindrances))('never hold %s', async (_who, hinder) => {
    const people = await suggested(stored)
    await hinder(people)
    expect(await suggestionOf(people.alice, people.bob)).toBeNull()
  })

  it('never hold herself, nor anybody twice', async () => {
    const { alice } = await suggested(stored)
    const ids = (await suggestionsOf(alice)).map(({ node }) => node.id)
    expect(ids).not.toContain(alice.id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('hold bob again as soon as he wants to be discovered', async () => {
    const { alice, bob } = await suggested(stored)
    await setPrivacy(bob, { discoverable: false })
    await setPrivacy(bob, { discoverable: true })
    expect(await suggestionOf(alice, bob)).not.toBeNull()
  })

  it('hold somebody who follows her, and somebody whom she has asked to no end', async () => {
    const { alice, bob } = await suggested(stored)
    await verbs.followUser(bob, alice)
    await insertRequest(alice, bob, 'expired')
    expect(await suggestionOf(alice, bob)).not.toBeNull()
  })
})

describe('what one of two does', () => {
  it('keeps the other from their suggestions only', async () => {
    const { alice, bob } = await suggested(false)
    await tieFriends(app, [alice, bob])
    await verbs.removeFriend(bob, alice)
    expect(await suggestionOf(bob, alice)).toBeNull()
    expect(await suggestionOf(alice, bob)).not.toBeNull()
    expect((await dismissals(alice)).rowCount).toBe(0)
  })

  it('is forgotten after 90 days', async () => {
    const { alice, bob } = await suggested(false)
    await tieFriends(app, [alice, bob])
    await verbs.removeFriend(alice, bob)
    await age(alice, 89)
    expect(await suggestionOf(alice, bob)).toBeNull()
    await age(alice, 91)
    expect(await suggestionOf(alice, bob)).not.toBeNull()
  })

  it('leaves nothing behind when the other is erased, or no longer there to be removed', async () => {
    const { alice, bob } = await suggested(true)
    await verbs.addContact(alice, bob)
    await verbs.removeContact(alice, bob)
    expect((await dismissals(alice)).rowCount).toBe(1)
    await run('delete from users where id = $1', [bob.id])
    expect((await dismissals(alice)).rowCount).toBe(0)
    const { rowCount } = await run(
      'select from user_similarity where $1 in (base_user_id, candidate_user_id)',
      [bob.id],
    )
    expect(rowCount).toBe(0)
  })

  it('is not written for services, which end ties for nobody', async () => {
    const { alice, bob } = await suggested(false)
    await tieFriends(app, [alice, bob])
    await run('delete from user_friends where user_id = $1 and friend_id = $2', [alice.id, bob.id])
    expect((await dismissals(alice)).rowCount).toBe(0)
  })
})

describe('a block', () => {
  it('takes stored suggestions both ways, and whoever is read next', async () => {
    const { alice, bob } = await suggested(true)
    await verbs.blockUser(alice, bob)
    const { rowCount } = await run(
      `select from user_similarity where base_user_id = any ($1) and candidate_user_id = any ($1)`,
      [[alice.id, bob.id]],
    )
    expect(rowCount).toBe(0)
    expect(await suggestionOf(bob, alice)).toBeNull()
  })

  it.each(['is taken back', 'runs out', 'has run out and is removed'])(
    'keeps whom it was against out for 90 days after it %s, however long it stood',
    async (end) => {
      const { alice, bob } = await suggested(false)
      await verbs.blockUser(alice, bob)
      await run(
        "update user_blocks set created_at = now() - interval '100 days' where blocker_user_id = $1",
        [alice.id],
      )
      await age(alice, 100)
      if (end === 'is taken back') await verbs.unblockUser(alice, bob)
      else
        await run(
          "update user_blocks set expires_at = now() - interval '1 second' where blocker_user_id = $1",
          [alice.id],
        )
      if (end === 'has run out and is removed') await work(app, 'end-blocks')
      expect(await suggestionOf(alice, bob)).toBeNull()
      if (end === 'runs out') return
      await age(alice, 91)
      expect(await suggestionOf(alice, bob)).not.toBeNull()
    },
  )

  it('writes no more of somebody who blocks her than of somebody who is not there', async () => {
    const { alice, bob } = await suggested(false)
    await verbs.addContact(alice, bob)
    await insertBlock(bob, alice)
    await verbs.removeContact(alice, bob)
    expect((await dismissals(alice)).rowCount).toBe(0)
    await verbs.blockUser(alice, bob)
    expect((await dismissals(alice)).rowCount).toBe(0)
    await verbs.unblockUser(alice, bob)
    expect((await dismissals(alice)).rowCount).toBe(0)
  })
})
