import { describe, expect, it } from 'vitest'
import { type Answer, openTestService, type Person } from '../support/test-service.ts'
import { befriend, links, makeClose, type Verb, verbs } from '../support/verbs.ts'

const app = await openTestService()

/** The statements of one verb, as it is sent with nothing in its payload but `changed`. */
async function costOf(asker: Person, mutation: string, args: string): Promise<readonly string[]> {
  const answer: Answer = await asker.ask(
    `mutation { ${mutation}(${args}) { changed userErrors { code } } }`,
  )
  expect(answer.data?.[mutation], answer.body).toEqual({ changed: true, userErrors: [] })
  return answer.statements
}

describe('what a change costs: the same statements whoever they are, and however many people they know', () => {
  const pair = ['pairs.lock', 'pairs.states']
  const accepting = [
    'caps.lock',
    'friends.countBoth',
    'friends.accept',
    'declines.forget',
    'outbox.recordOnce',
  ]
  const asking = [
    'caps.lock',
    'requests.countOpen',
    'quota.use',
    'requests.expire',
    'requests.insert',
    'outbox.recordOnce',
  ]

  it.for<
    [
      string,
      (alice: Person, bob: Person) => Promise<unknown>,
      string,
      (bob: Person, id: string) => string,
      string[],
    ]
  >([
    [
      'addContact',
      nothing,
      'addContact',
      byUser,
      ['rateLimits.reserve', ...pair, 'contacts.upsert'],
    ],
    [
      'removeContact',
      before('addContact'),
      'removeContact',
      byUser,
      ['pairs.lock', 'contacts.delete'],
    ],
    [
      'followUser',
      nothing,
      'followUser',
      byUser,
      ['rateLimits.reserve', ...pair, 'follows.insert', 'outbox.recordOnce'],
    ],
    [
      'updatePrivacySettings, for the first time',
      nothing,
      'updatePrivacySettings',
      () => 'settings: { discoverable: false }',
      ['rateLimits.reserve', 'privacy.update', 'privacy.insert', 'privacy.update'],
    ],
    [
      'updatePrivacySettings, from then on',
      (alice) => setDiscoverable(alice, true),
      'updatePrivacySettings',
      () => 'settings: { discoverable: false }',
      ['rateLimits.reserve', 'privacy.update'],
    ],
    [
      'createContactLink',
      nothing,
      'createContactLink',
      () => 'maxUses: 1',
      ['rateLimits.reserve', 'caps.lock', 'links.situation', 'links.insert'],
    ],
    [
      'revokeContactLink',
      async (alice) => (await links.create(alice)).link.id as string,
      'revokeContactLink',
      (_bob, id) => `id: "${id}"`,
      ['links.revoke'],
    ],
    [
      'consumeContactLink',
      async (_alice, bob) => (await links.create(bob)).token as string,
      'consumeContactLink',
      (_bob, token) => `token: "${token}"`,
      ['rateLimits.reserve', 'links.find', 'pairs.lock', 'links.use', 'contacts.upsert'],
    ],
    [
      'unfollowUser',
      before('followUser'),
      'unfollowUser',
      byUser,
      ['pairs.lock', 'follows.delete'],
    ],
    ['requestFriend', nothing, 'requestFriend', byUser, ['rateLimits.reserve', ...pair, ...asking]],
    [
      'requestFriend, crossing',
      theyAsk,
      'requestFriend',
      byUser,
      ['rateLimits.reserve', ...pair, ...accepting],
    ],
    [
      'accepting',
      theyAsk,
      'respondFriendRequest',
      (_bob, id) => `requestId: "${id}", decision: ACCEPT`,
      ['requests.byId', 'pairs.lock', 'requests.byId', 'pairs.states', ...accepting],
    ],
    [
      'declining',
      theyAsk,
      'respondFriendRequest',
      (_bob, id) => `requestId: "${id}", decision: REJECT`,
      ['requests.byId', 'pairs.lock', 'requests.byId', 'requests.close', 'declines.count'],
    ],
    [
      'cancelFriendRequest',
      iAsk,
      'cancelFriendRequest',
      (_bob, id) => `requestId: "${id}"`,
      ['requests.byId', 'pairs.lock', 'requests.byId', 'requests.close'],
    ],
    [
      'upgradeFriendship to CLOSE',
      befriend,
      'upgradeFriendship',
      (bob) => `${byUser(bob)}, level: CLOSE`,
      ['rateLimits.reserve', ...pair, ...asking],
    ],
    [
      'upgradeFriendship to FRIEND',
      makeClose,
      'upgradeFriendship',
      (bob) => `${byUser(bob)}, level: FRIEND`,
      ['rateLimits.reserve', ...pair, 'requests.withdraw', 'friends.stepDown'],
    ],
    [
      'removeFriend',
      befriend,
      'removeFriend',
      byUser,
      ['pairs.lock', 'friends.delete', 'requests.withdraw'],
    ],
    [
      'blockUser',
      befriend,
      'blockUser',
      byUser,
      [
        'pairs.lock',
        'caps.lock',
        'blocks.situation',
        'pairs.sever',
        'blocks.upsert',
        'outbox.recordBlock',
      ],
    ],
    ['unblockUser', before('blockUser'), 'unblockUser', byUser, ['pairs.lock', 'blocks.delete']],
  ])('%s', async ([, prepare, mutation, args, statements]) => {
    const [alice, bob] = await app.people('alice', 'bob')
    const request = await prepare(alice, bob)
    expect(await costOf(alice, mutation, args(bob, String(request)))).toEqual(statements)
  })
})

async function setDiscoverable(person: Person, discoverable: boolean): Promise<null> {
  await person.ask(
    `mutation { updatePrivacySettings(settings: { allowFollows: NOBODY, discoverable: ${String(discoverable)} }) { changed } }`,
  )
  return null
}

function nothing(): Promise<null> {
  return Promise.resolve(null)
}

function byUser(bob: Person): string {
  return `userId: "${bob.id}"`
}

function before(verb: Verb) {
  return (alice: Person, bob: Person): Promise<unknown> => verbs[verb](alice, bob)
}

async function theyAsk(alice: Person, bob: Person): Promise<string> {
  return (await verbs.requestFriend(bob, alice)).request.id
}

async function iAsk(alice: Person, bob: Person): Promise<string> {
  return (await verbs.requestFriend(alice, bob)).request.id
}
