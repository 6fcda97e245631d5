import { describe, expect, it } from 'vitest'
import { eventsBetween } from '../support/events.ts'
import { openTestService, type Person } from '../support/test-service.ts'
import { befriend, makeClose, verbs } from '../support/verbs.ts'

// Who does the same again and again is heard once a day, and cannot see that they were not heard
// the second time (rule 0.7).

const app = await openTestService()

/** Who was told of what, as `actor: kind`, and of the level where there is one. */
async function told(...people: readonly Person[]): Promise<string[]> {
  const events = await eventsBetween(app.admin, ...people)
  return events.map(({ actor, kind, data }) => {
    const name = people.find(({ id }) => id === actor)?.name ?? 'somebody'
    const { level } = data as { level?: string }
    return [`${name}: ${kind}`, level].filter(Boolean).join(' ')
  })
}

/** Lets everything that people were told be a day old. */
const passDay = () =>
  app.admin.query(`update quota_uses set used_at = used_at - interval '24 hours 1 second'`)

/** The same words whatever the ids and times in them. */
const alike = (payload: unknown) =>
  JSON.stringify(payload)
    .replaceAll(/[\da-f]{8}-[\da-f-]{27}/g, 'ID')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')

type Loop = (alice: Person, bob: Person) => Promise<unknown>

const loops: readonly (readonly [string, Loop, string[]])[] = [
  [
    'follow, unfollow',
    async (alice, bob) => {
      const payload = await verbs.followUser(alice, bob)
      await verbs.unfollowUser(alice, bob)
      return payload
    },
    ['alice: follow.created'],
  ],
  [
    'follow, and be removed',
    async (alice, bob) => {
      const payload = await verbs.followUser(alice, bob)
      await verbs.removeFollower(bob, alice)
      return payload
    },
    ['alice: follow.created'],
  ],
  [
    'ask, cancel',
    async (alice, bob) => {
      const payload = await verbs.requestFriend(alice, bob)
      await verbs.cancel(alice, payload.request)
      return payload
    },
    ['alice: friend_request.created FRIEND'],
  ],
  [
    'ask, accept, unfriend',
    async (alice, bob) => {
      const { request } = await verbs.requestFriend(alice, bob)
      const payload = await verbs.accept(bob, request)
      await verbs.removeFriend(bob, alice)
      return payload
    },
    ['alice: friend_request.created FRIEND', 'bob: friend_request.accepted FRIEND'],
  ],
  [
    'ask, accept by asking back, unfriend',
    async (alice, bob) => {
      await verbs.requestFriend(alice, bob)
      const payload = await verbs.requestFriend(bob, alice)
      await verbs.removeFriend(bob, alice)
      return payload
    },
    ['alice: friend_request.created FRIEND', 'bob: friend_request.accepted FRIEND'],
  ],
]

describe('doing it again and again', () => {
  it.each(loops)('%s: tells the other once a day, and the actor nothing of it', async (...row) => {
    const [, loop, once] = row
    const [alice, bob] = await app.people('alice', 'bob')
    const payloads = [await loop(alice, bob), await loop(alice, bob), await loop(alice, bob)]
    expect(await told(alice, bob)).toEqual(once)
    expect(new Set(payloads.map(alike)).size).toBe(1)
    await passDay()
    await loop(alice, bob)
    expect(await told(alice, bob)).toEqual([...once, ...once])
  })

  it('ask to be close, accept, step down: tells each once a day', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    for (let round = 0; round < 3; round++) {
      const { request } = await verbs.askClose(alice, bob)
      expect(await verbs.accept(bob, request)).toMatchObject({ changed: true })
      await verbs.stepDown(bob, alice)
    }
    expect((await told(alice, bob)).slice(2)).toEqual([
      'alice: friend_request.created CLOSE',
      'bob: friend_request.accepted CLOSE',
    ])
  })

  it('tells the other way round apart, and other people', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await makeClose(alice, bob)
    await verbs.removeFriend(alice, bob)
    await befriend(bob, alice)
    expect(await told(alice, bob)).toEqual([
      'alice: friend_request.created FRIEND',
      'bob: friend_request.accepted FRIEND',
      'alice: friend_request.created CLOSE',
      'bob: friend_request.accepted CLOSE',
      'bob: friend_request.created FRIEND',
      'alice: friend_request.accepted FRIEND',
    ])
    await befriend(carol, alice)
    expect(await told(alice, carol)).toHaveLength(2)
  })
})
