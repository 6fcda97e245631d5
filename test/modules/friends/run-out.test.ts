import { describe, expect, it } from 'vitest'
import { keepsInvariants } from '../../support/invariants.ts'
import { swept } from '../../support/tasks.ts'
import { type Answer, openTestService, type Person } from '../../support/test-service.ts'
import { befriend, codeOf, relationshipOf, requests, verbs } from '../../support/verbs.ts'

const app = await openTestService({ NODE_ENV: 'production' })
keepsInvariants(app)

/** Everything between two people is so many days older than it was. */
const pass = (days: number, ...[one, other]: [Person, Person]) =>
  app.admin.query(
    `update user_friend_requests
        set created_at = created_at - make_interval(days => $3), expires_at = expires_at - make_interval(days => $3),
            responded_at = responded_at - make_interval(days => $3)
      where requester_user_id = any (array[$1, $2]::uuid[]) and target_user_id = any (array[$1, $2]::uuid[])`,
    [one.id, other.id, days],
  )

const request =
  'id level status message hasMessage createdAt respondedAt expiresAt requester { id } target { id } mutualFriendCount'
const list = (status: string) =>
  `requests(direction: OUTGOING${status}) { totalCount edges { node { ${request} } } }`
/** Everything that alice can read of her requests, and of bob. */
const Everything = `query ($bob: ID!, $requests: [_Any!]!) {
  viewer {
    all: ${list('')} incoming: requests(direction: INCOMING) { totalCount edges { node { ${request} } } }
    ${['PENDING', 'ACCEPTED', 'REJECTED', 'CANCELED', 'EXPIRED'].map((status) => `${status}: ${list(`, status: ${status}`)}`).join(' ')}
    quotas { action remaining }
  }
  relationships(userIds: [$bob]) {
    friendshipLevel outgoingRequest { ${request} } incomingRequest { ${request} } isBlocking
    ask: can(action: REQUEST_FRIEND) { allowed reason } upgrade: can(action: UPGRADE) { allowed reason }
  }
  _entities(representations: $requests) { ... on FriendRequest { ${request} } }
}`

type Level = 'FRIEND' | 'CLOSE'
type Step =
  | 'ask'
  | 'cancel'
  | 'block'
  | 'unblock'
  | 'blocked by bob'
  | 'unblocked by bob'
  | 'step down'
  | 'unfriend'
  | 'bob asks'
  | 'a month'
  | 'the worker'

/**
 * What alice reads after each step, when bob has declined her first request and when he has not.
 */
async function readings(
  level: Level,
  declined: boolean,
  steps: readonly Step[],
): Promise<string[]> {
  const [alice, bob] = await app.people('alice', 'bob')
  const known = new Map<string, string>([
    [alice.id, 'ALICE'],
    [bob.id, 'BOB'],
  ])
  const anonymous = ({ body }: Answer) =>
    body
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'A MOMENT')
      .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) => {
        known.set(id, known.get(id) ?? `ID ${String(known.size)}`)
        return known.get(id) ?? ''
      })
  const say = async (who: Person, other: Person, verb: string, more = '', fields = '') =>
    who.ask(
      `mutation ($id: ID!) { ${verb}(userId: $id${more}) { changed ${fields} userErrors { code field message retryAt } } }`,
      { id: other.id },
    )
  const ask = (who: Person, other: Person) =>
    level === 'FRIEND'
      ? say(who, other, 'requestFriend', '', `request { ${request} }`)
      : say(who, other, 'upgradeFriendship', ', level: CLOSE', `request { ${request} }`)
  if (level === 'CLOSE') await befriend(alice, bob)
  const first = (await (level === 'FRIEND' ? verbs.requestFriend : verbs.askClose)(alice, bob))
    .request
  if (declined) expect((await verbs.reject(bob, first)).changed).toBe(true)
  const does: Record<Step, () => Promise<Answer | null>> = {
    ask: () => ask(alice, bob),
    cancel: () =>
      alice.ask(
        `mutation ($id: ID!) { cancelFriendRequest(requestId: $id) { changed request { ${request} } userErrors { code field message } } }`,
        { id: first.id },
      ),
    block: () => say(alice, bob, 'blockUser'),
    unblock: () => say(alice, bob, 'unblockUser'),
    'blocked by bob': () => verbs.blockUser(bob, alice).then(() => null),
    'unblocked by bob': () => verbs.unblockUser(bob, alice).then(() => null),
    'step down': () =>
      say(alice, bob, 'upgradeFriendship', ', level: FRIEND', `request { ${request} }`),
    unfriend: () => say(alice, bob, 'removeFriend'),
    'bob asks': () => ask(bob, alice).then(() => null),
    'a month': () => pass(30, alice, bob).then(() => null),
    'the worker': async () => {
      for (const task of ['expire-requests', 'archive-requests'] as const) await swept(app, task)
      return null
    },
  }
  const read: string[] = []
  for (const step of steps) {
    const answer = await does[step]()
    const seen = await alice.ask(Everything, {
      bob: bob.id,
      requests: [{ __typename: 'FriendRequest', id: first.id }],
    })
    expect(seen.errors).toEqual([])
    read.push(`${step}: ${answer === null ? '' : anonymous(answer)}`, anonymous(seen))
  }
  return read
}

const stories: readonly (readonly [Level, readonly Step[]])[] = [
  ['FRIEND', ['ask', 'a month', 'ask', 'block', 'unblock', 'ask', 'a month']],
  ['FRIEND', ['a month', 'ask', 'blocked by bob', 'unblocked by bob', 'ask']],
  ['FRIEND', ['a month', 'block', 'unblock', 'ask', 'a month', 'ask']],
  ['FRIEND', ['a month', 'blocked by bob', 'unblocked by bob', 'ask']],
  ['FRIEND', ['a month', 'cancel', 'ask', 'cancel', 'a month', 'ask']],
  ['FRIEND', ['cancel', 'cancel', 'ask', 'a month', 'cancel', 'ask']],
  ['FRIEND', ['a month', 'bob asks', 'ask', 'unfriend', 'ask', 'a month', 'block', 'unblock']],
  ['CLOSE', ['ask', 'a month', 'step down', 'ask', 'step down', 'ask']],
  ['CLOSE', ['a month', 'ask', 'step down', 'ask', 'a month', 'unfriend']],
  ['CLOSE', ['a month', 'unfriend', 'block', 'unblock']],
  ['CLOSE', ['a month', 'ask', 'unfriend', 'bob asks', 'block', 'unblock']],
  ['CLOSE', ['a month', 'ask', 'block', 'unblock']],
  ['CLOSE', ['step down', 'ask', 'cancel', 'a month', 'ask']],
  ['CLOSE', ['a month', 'cancel', 'bob asks', 'ask', 'step down']],
  ['FRIEND', ['a month', 'the worker', 'ask', 'a month', 'a month', 'the worker', 'ask']],
  ['FRIEND', ['cancel', 'a month', 'a month', 'a month', 'the worker', 'ask']],
  ['CLOSE', ['a month', 'a month', 'the worker', 'ask', 'a month', 'the worker', 'step down']],
]

describe('a request that bob declined and one that he never answered', () => {
  it.each(stories)('are the same bytes to alice: %s, %j', async (level, steps) => {
    const unanswered = await readings(level, false, steps)
    const declined = await readings(level, true, steps)
    expect(declined).toEqual(unanswered)
  })
})

describe('a close request that has run out', () => {
  const outgoing = async (person: Person) =>
    (await requests(person, { direction: 'OUTGOING', status: 'EXPIRED' })).totalCount

  it.each(['unanswered', 'declined'])('is nothing to take back, and stays: %s', async (how) => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    const asked = await verbs.askClose(alice, bob)
    if (how === 'declined') await verbs.reject(bob, asked.request)
    await pass(31, alice, bob)
    for (const person of [alice, bob]) {
      const other = person === alice ? bob : alice
      expect(await verbs.stepDown(person, other)).toMatchObject({ changed: false, userErrors: [] })
      expect(await outgoing(alice)).toBe(1)
    }
    expect(codeOf(await verbs.cancel(alice, asked.request))).toBe('REQUEST_CLOSED')
    expect((await verbs.removeFriend(alice, bob)).changed).toBe(true)
    expect(await outgoing(alice)).toBe(1)
    expect((await verbs.removeFriend(alice, bob)).changed).toBe(false)
  })
})

describe('blocks that have run out', () => {
  it('begin anew when somebody is blocked again, and are no blocks to take back', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const end = (blocker: Person) =>
      app.admin.query(
        `update user_blocks set created_at = now() - interval '2 hours', expires_at = now() - interval '1 second'
          where blocker_user_id = $1`,
        [blocker.id],
      )
    await verbs.blockUser(alice, bob)
    await end(alice)
    expect((await verbs.blockUser(alice, bob)).changed).toBe(true)
    expect(await relationshipOf(alice, bob)).toMatchObject({ isBlocking: true })
    await end(alice)
    expect((await verbs.unblockUser(alice, bob)).changed).toBe(false)
    const { rows } = await app.admin.query('select from user_blocks where blocker_user_id = $1', [
      alice.id,
    ])
    expect(rows).toEqual([])
  })
})
