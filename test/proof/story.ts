import type pg from 'pg'
import { idOf, type Name, names, unknownId } from './cast.ts'
import type { Answering } from './question.ts'

/** Tokens of contact links that open something, or did. */
export type Tokens = string[]

type Step = (world: Setting) => Promise<unknown>

interface Setting {
  readonly reference: Answering
  readonly admin: pg.Client
  readonly tokens: Tokens
}

/**
 * What people did, day after day, as they would do it: through the graph. `at` is the clock of that
 * day.
 */
export const story: readonly { readonly at: string; readonly steps: readonly Step[] }[] = [
  {
    at: '2026-09-20T08:00:00.000Z',
    steps: [
      as('service', `registerUsers(ids: ${JSON.stringify(names.map(idOf))})`),
      ...names.slice(0, 10).map((name) => as(name, `claimUsername(username: "${name}")`)),
      ...names.slice(0, 9).map((name, place) => as(name, profileOf(name, place))),
      // Nobody answers these: they run out.
      as('ivan', `requestFriend(userId: "${idOf('alice')}", message: "Do you remember me?")`),
      as('alice', `requestFriend(userId: "${idOf('heidi')}")`),
      as('judy', `requestFriend(userId: "${idOf('bob')}")`),
      as('carol', `blockUser(userId: "${idOf('ivan')}", expiresAt: "2026-09-21T00:00:00.000Z")`),
    ],
  },
  {
    at: '2026-10-01T09:30:00.250Z',
    steps: [
      ...friends('alice', 'bob', 'carol', 'dave', 'erin'),
      ...friends('bob', 'carol', 'dave', 'frank'),
      ...friends('carol', 'erin'),
      ...friends('dave', 'erin', 'grace'),
      ...friends('frank', 'erin'),
    ],
  },
  {
    at: '2026-10-10T10:00:00.500Z',
    steps: [
      as('alice', upgrade('dave')),
      as('dave', upgrade('alice')),
      as('carol', upgrade('bob')),
      as('bob', upgrade('carol')),
      ...follows('alice', 'bob', 'carol', 'frank', 'judy'),
      ...follows('bob', 'alice', 'erin', 'heidi'),
      ...follows('carol', 'alice', 'bob'),
      ...follows('erin', 'alice', 'bob', 'grace'),
      ...follows('judy', 'alice', 'dave'),
      ...contacts('alice', 'bob', 'carol', 'heidi', 'ivan', 'judy'),
      ...contacts('bob', 'alice', 'frank', 'trent'),
      ...contacts('heidi', 'alice', 'bob', 'carol'),
      as('bob', 'claimUsername(username: "robert")'),
    ],
  },
  {
    at: '2026-10-20T11:11:11.111Z',
    steps: [
      as('frank', 'updatePrivacySettings(settings: { allowFriendRequests: FRIENDS_OF_FRIENDS })'),
      as(
        'grace',
        'updatePrivacySettings(settings: { allowFollows: NOBODY, allowFriendRequests: NOBODY })',
      ),
      as('carol', 'updatePrivacySettings(settings: { showInMutualFriends: false })'),
      as(
        'heidi',
        'updatePrivacySettings(settings: { discoverable: false, presenceVisibility: CLOSE })',
      ),
      link('alice', 'label: "On my card"'),
      link('alice', 'label: "For one", maxUses: 1'),
      link('alice', 'expiresAt: "2026-10-25T00:00:00.000Z"'),
      link('bob', 'label: "Climbing hall", maxUses: 5'),
      link('trent', ''),
      as('grace', `requestFriend(userId: "${idOf('alice')}", message: "We met at the hall.")`),
      as('heidi', `requestFriend(userId: "${idOf('alice')}")`),
      as('judy', `requestFriend(userId: "${idOf('alice')}", message: "Hello?")`),
      as('alice', `requestFriend(userId: "${idOf('frank')}")`),
      as('bob', `requestFriend(userId: "${idOf('ivan')}")`),
      as('ivan', `requestFriend(userId: "${idOf('heidi')}")`),
      as('dave', upgrade('erin')),
      as('bob', upgrade('alice')),
    ],
  },
  {
    at: '2026-10-28T12:00:00.000Z',
    steps: [
      answerRequest('alice', 'judy', 'REJECT'),
      cancelRequest('bob', 'ivan'),
      answerRequest('heidi', 'ivan', 'ACCEPT'),
      ...[
        ['carol', 0],
        ['ivan', 1],
        ['erin', 3],
      ].map(
        ([name, place]): Step =>
          async (world) =>
            as(
              name as Name,
              `consumeContactLink(token: "${world.tokens[place as number] ?? ''}")`,
            )(world),
      ),
      as('alice', `blockUser(userId: "${idOf('mallory')}")`),
      as('alice', `blockUser(userId: "${unknownId}", expiresAt: "2027-01-01T00:00:00.000Z")`),
      as('trent', `blockUser(userId: "${idOf('alice')}")`),
      as('bob', `blockUser(userId: "${idOf('judy')}", expiresAt: "2027-06-01T00:00:00.000Z")`),
      as('mallory', `blockUser(userId: "${idOf('bob')}")`),
    ],
  },
]

/** The clock of the questions. */
export const now = '2026-11-01T12:00:00.000Z'

function as(asker: string, call: string): Step {
  return async ({ reference, tokens }) => {
    const more = call.startsWith('createContactLink') ? 'token' : ''
    const text = `mutation { payload: ${call} { changed ${more} userErrors { code } } }`
    const { body } = await reference.ask({ text, askers: [asker, asker] }, asker)
    if (!body.includes('"changed":true')) throw new Error(`${asker}: ${text}: ${body}`)
    const [, token] = /"token":"([^"]+)"/.exec(body) ?? []
    if (token !== undefined) tokens.push(token)
  }
}

function friends(name: Name, ...others: readonly Name[]): Step[] {
  return others.flatMap((other) => [
    as(name, `requestFriend(userId: "${idOf(other)}")`),
    as(other, `requestFriend(userId: "${idOf(name)}")`),
  ])
}

function follows(name: Name, ...others: readonly Name[]): Step[] {
  return others.map((other) => as(name, `followUser(userId: "${idOf(other)}")`))
}

function contacts(name: Name, ...others: readonly Name[]): Step[] {
  return others.map((other) => as(name, `addContact(userId: "${idOf(other)}")`))
}

function upgrade(other: Name): string {
  return `upgradeFriendship(userId: "${idOf(other)}", level: CLOSE)`
}

function link(name: Name, wish: string): Step {
  return as(name, `createContactLink${wish === '' ? '' : `(${wish})`}`)
}

function profileOf(name: Name, place: number): string {
  const sports = ['climbing', 'running', 'chess boxing', 'sailing'].slice(0, place % 4)
  return `updateProfile(profile: { displayName: "${name.toUpperCase()} Example", bio: "I am ${name}.",
    city: "${place % 2 === 0 ? 'Zürich' : 'Graz'}", sportPreferences: ${JSON.stringify(sports)} })`
}

function answerRequest(target: Name, requester: Name, decision: 'ACCEPT' | 'REJECT'): Step {
  return async (world) => {
    const id = await requestOf(world, requester, target)
    await as(target, `respondFriendRequest(requestId: "${id}", decision: ${decision})`)(world)
  }
}

function cancelRequest(requester: Name, target: Name): Step {
  return async (world) => {
    const id = await requestOf(world, requester, target)
    await as(requester, `cancelFriendRequest(requestId: "${id}")`)(world)
  }
}

async function requestOf({ admin }: Setting, requester: Name, target: Name): Promise<string> {
  const { rows } = await admin.query<{ id: string }>(
    `select id from user_friend_requests
      where requester_user_id = $1 and target_user_id = $2 and status = 'pending' order by created_at desc limit 1`,
    [idOf(requester), idOf(target)],
  )
  return rows[0]?.id ?? ''
}
