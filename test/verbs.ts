import type { Asker, Person } from './world.ts'

const relationship = `relationship {
  isContact isFollowing isFollowedBy friendshipLevel isBlocking
  outgoingRequest { id level status } incomingRequest { id level status }
}`
const errors = 'userErrors { code field message retryAt }'

/** The verbs that change how two people stand, as a client sends them. Each answers its payload. */
export const verbs = {
  addContact: byUser('addContact'),
  removeContact: byUser('removeContact'),
  followUser: byUser('followUser'),
  unfollowUser: byUser('unfollowUser'),
  removeFollower: byUser('removeFollower'),
  requestFriend: byUser(
    'requestFriend',
    '',
    'request { id level status message(reveal: true) expiresAt }',
  ),
  removeFriend: byUser('removeFriend'),
  askClose: byUser('upgradeFriendship', ', level: CLOSE', 'request { id level status }'),
  stepDown: byUser('upgradeFriendship', ', level: FRIEND', 'request { id level status }'),
  blockUser: byUser('blockUser'),
  unblockUser: byUser('unblockUser'),
  cancel: byRequest('cancelFriendRequest', ''),
  accept: byRequest('respondFriendRequest', ', decision: ACCEPT'),
  reject: byRequest('respondFriendRequest', ', decision: REJECT'),
}

export type Verb = keyof typeof verbs

function byUser(mutation: string, more = '', fields = '') {
  const document = `mutation ($id: ID!) {
    payload: ${mutation}(userId: $id${more}) { changed user { id } ${fields} ${relationship} ${errors} }
  }`
  return (asker: Asker, other: { readonly id: string }) => send(asker, document, other.id)
}

function byRequest(mutation: string, more: string) {
  const document = `mutation ($id: ID!) {
    payload: ${mutation}(requestId: $id${more}) {
      changed user { id } request { id level status respondedAt } ${relationship} ${errors}
    }
  }`
  return (asker: Asker, request: { readonly id: string }) => send(asker, document, request.id)
}

async function send(asker: Asker, document: string, id: string) {
  const { data, body } = await asker.ask(document, { id })
  if (data?.payload === undefined || data.payload === null) throw new Error(body)
  return data.payload
}

/** The code of a refusal; null when it went through. */
export function codeOf(payload: { userErrors: { code: string }[] }): string | null {
  return payload.userErrors[0]?.code ?? null
}

/** How the first stands to the second, as the first reads it. */
export async function standing(asker: Asker, other: Person) {
  const { data, body } = await asker.ask(
    `query ($ids: [ID!]!) { relationships(userIds: $ids) {
      isContact isFollowing isFollowedBy friendshipLevel isBlocking mutualFriendCount
      outgoingRequest { level status } incomingRequest { level status }
    } }`,
    { ids: [other.id] },
  )
  if (data?.relationships === undefined) throw new Error(body)
  return data.relationships[0]
}

export const strangers = {
  isContact: false,
  isFollowing: false,
  isFollowedBy: false,
  friendshipLevel: null,
  isBlocking: false,
  mutualFriendCount: 0,
  outgoingRequest: null,
  incomingRequest: null,
}

/** Makes the two friends, by asking and accepting. */
export async function befriend(one: Person, other: Person): Promise<void> {
  await verbs.requestFriend(one, other)
  await verbs.requestFriend(other, one)
}

/** Makes the two close friends. */
export async function makeClose(one: Person, other: Person): Promise<void> {
  await befriend(one, other)
  await verbs.askClose(one, other)
  await verbs.askClose(other, one)
}

const Requests = `query ($direction: RequestDirection!, $status: FriendRequestStatus, $quiet: Boolean, $first: Int, $after: String) {
  viewer { requests(direction: $direction, status: $status, quiet: $quiet, first: $first, after: $after) {
    edges { cursor node { id status respondedAt requester { id } target { id } level hasMessage message } }
    pageInfo { hasNextPage endCursor } totalCount
  } }
}`

export async function requests(asker: Asker, variables: Record<string, unknown>) {
  const { data, body } = await asker.ask(Requests, variables)
  if (data?.viewer?.requests === undefined || data.viewer.requests === null) throw new Error(body)
  return data.viewer.requests
}
