import type { Asker, Person } from './test-service.ts'

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
export async function relationshipOf(asker: Asker, other: Person) {
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

const link = 'link { id label createdAt expiresAt maxUses uses lastUsedAt revokedAt isLive }'

/**
 * What a maker does with contact links, and what others do with their tokens. Each answers its
 * payload.
 */
export const links = {
  create: async (asker: Asker, wish: LinkWish = {}) =>
    sendLink(
      asker,
      `mutation ($label: String, $expiresAt: DateTime, $maxUses: Int) {
        payload: createContactLink(label: $label, expiresAt: $expiresAt, maxUses: $maxUses) { changed token ${link} ${errors} }
      }`,
      wish,
    ),
  revoke: async (asker: Asker, { id }: { readonly id: string }) =>
    sendLink(
      asker,
      `mutation ($id: ID!) { payload: revokeContactLink(id: $id) { changed ${link} ${errors} } }`,
      { id },
    ),
  consume: async (asker: Asker, token: string) => sendLink(asker, ConsumeContactLink, { token }),
  preview: async (asker: Asker, token: string) => {
    const { data, body, errors: thrown } = await asker.ask(PreviewContactLink, { token })
    if (thrown.length > 0) throw new Error(body)
    return data.payload
  },
}

interface LinkWish {
  label?: string | null
  expiresAt?: string | null
  maxUses?: number | null
}

export const ConsumeContactLink = `mutation ($token: String!) {
  payload: consumeContactLink(token: $token) {
    changed user { id } contact { cursor node { id } addedAt updatedAt } ${relationship} ${errors}
  }
}`
export const PreviewContactLink = `query ($token: String!) {
  payload: contactLinkPreview(token: $token) { user { id } label expiresAt }
}`

async function sendLink(asker: Asker, document: string, variables: object) {
  const { data, body } = await asker.ask(document, { ...variables })
  if (data?.payload === undefined || data.payload === null) throw new Error(body)
  return data.payload
}
