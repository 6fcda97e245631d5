import { createHash } from 'node:crypto'

/** How many of each kind of people the timing bench has. */
export interface Crowd {
  readonly viewers: number
  /** Who block all viewers, twice, and as many strangers. */
  readonly targets: number
  /** Whose followers are counted: a thousand each. */
  readonly owners: number
  readonly followers: number
  /** How many block the one viewer whom many block. */
  readonly crowd: number
}

/** One request: who asks what. */
export interface Asked {
  readonly viewer: string
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
}

/**
 * A question that must take as long in two cases. The case of the given number, the same number of
 * both in one pair.
 */
export interface Question {
  readonly name: string
  /** The first case, where somebody blocks; then the one in which nobody does. */
  readonly cases: readonly [(n: number) => Asked, (n: number) => Asked]
  /** Of all pairs, those that are asked: fewer of what takes long. */
  readonly share: number
  /** The most that either median may be, in milliseconds. */
  readonly most?: number
}

/** As `t.id` in data.sql. */
export function personId(kind: string, n: number): string {
  const hex = createHash('md5').update(`${kind} ${n}`).digest('hex')
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5')
}

/** As the tokens whose hashes are in data.sql. */
const token = (kind: string, n: number) => kind + String(n).padStart(43 - kind.length, '0')
const nameOf = (kind: string, n: number) => `${kind}name${String(n).padStart(6, '0')}`

const inPayload = 'changed userErrors { code message field } relationship { isContact }'
const payload = `{ ${inPayload} }`

const queries = {
  userByUsername:
    'query ($it: String!) { userByUsername(username: $it) { id username profile { displayName } } }',
  availability:
    'query ($it: String!) { usernameAvailability(username: $it) { available code suggestions } }',
  search: 'query ($it: String!) { searchUsers(query: $it, first: 5) { edges { node { id } } } }',
  searchCount: 'query ($it: String!) { searchUsers(query: $it) { totalCount } }',
  entity:
    'query ($it: [_Any!]!) { _entities(representations: $it) { ... on User { id username profile { displayName bio } } } }',
  relationship:
    'query ($it: ID!) { relationships(userIds: [$it]) { isContact friendshipLevel mutualFriendCount outgoingRequest { id } can(action: REQUEST_FRIEND) { allowed reason } } }',
  followers:
    'query ($it: [_Any!]!) { _entities(representations: $it) { ... on User { followers(first: 20) { totalCount edges { node { id } } } } } }',
  preview: 'query ($it: String!) { contactLinkPreview(token: $it) { label user { id username } } }',
  consume: `mutation ($it: String!) { consumeContactLink(token: $it) { changed userErrors { code message field } } }`,
  requestFriend: `mutation ($it: ID!) { requestFriend(userId: $it) ${payload} }`,
  askAgain:
    'mutation ($it: ID!) { requestFriend(userId: $it) { changed userErrors { code } request { id status respondedAt } } }',
  follow: `mutation ($it: ID!) { followUser(userId: $it) ${payload} }`,
  unfollow: `mutation ($it: ID!) { unfollowUser(userId: $it) ${payload} }`,
  addContact: `mutation ($it: ID!) { addContact(userId: $it) ${payload} }`,
  removeContact: `mutation ($it: ID!) { removeContact(userId: $it) ${payload} }`,
  block: `mutation ($it: ID!) { blockUser(userId: $it) { block { username displayName expiresAt } ${inPayload} } }`,
  unblock: `mutation ($it: ID!) { unblockUser(userId: $it) { block { username displayName } ${inPayload} } }`,
  cancel: `mutation ($it: ID!) { cancelFriendRequest(requestId: $it) ${payload} }`,
  respond: `mutation ($it: ID!) { respondFriendRequest(requestId: $it, decision: ACCEPT) ${payload} }`,
  counts:
    'query ($them: [_Any!]!) { _entities(representations: $them) { ... on User { followers { totalCount } } } }',
} as const

/** All questions that may meet a blocker, and the counts that must not tell how many block. */
export function questionsAbout({ viewers, targets, owners }: Crowd): Question[] {
  const viewer = (n: number) => personId('v', (n % viewers) + 1)
  // Neither the same target twice in a row, nor the same pair until all have met.
  const target = (n: number) => ((n * 17 + Math.floor(n / viewers)) % targets) + 1
  const asks = (query: keyof typeof queries, it: (n: number) => unknown) => (n: number) => ({
    viewer: viewer(n),
    query: queries[query],
    variables: { it: it(n) },
  })
  const blocker = (n: number) => personId('b', target(n))
  const nobody = (n: number) => personId('n', target(n))
  // Blocked back by whoever asks, so they are asked nothing else.
  const blocking = (query: 'block' | 'unblock'): Question => ({
    name: `${query}User: blocked, unknown`,
    cases: [
      asks(query, (n) => personId('k', target(n))),
      asks(query, (n) => personId('m', target(n))),
    ],
    share: 1,
  })
  const about = (
    query: keyof typeof queries,
    it: (id: string) => unknown = (id) => id,
  ): Question => ({
    name: `${query}: blocked, unknown`,
    cases: [asks(query, (n) => it(blocker(n))), asks(query, (n) => it(nobody(n)))],
    share: 1,
  })
  const entity = (id: string) => [{ __typename: 'User', id }]
  const links = (query: 'preview' | 'consume', one: string, other: string): Question => ({
    name: `${query}: ${one}, ${other}`,
    cases: [asks(query, (n) => token(one, target(n))), asks(query, (n) => token(other, target(n)))],
    share: 1,
  })
  const requests = (query: 'cancel' | 'respond'): Question => ({
    name: `${query}: old request with a blocker, unknown`,
    cases: [
      asks(query, (n) => personId(`old ${(n % viewers) + 1}`, target(n))),
      asks(query, (n) => personId('none', target(n))),
    ],
    share: 1,
  })
  // Of three digits, so that no other begins with it.
  const wordOf = (kind: string, n: number) => `${kind}${100 + (target(n) % (targets - 100))}`
  const search = (
    what: string,
    query: 'search' | 'searchCount',
    text: (kind: string, n: number) => string,
  ): Question => ({
    name: `searchUsers, ${what}: blocked, unknown`,
    cases: [asks(query, (n) => text('b', n)), asks(query, (n) => text('n', n))],
    share: 1,
  })
  const even = (n: number) => target(n) - (target(n) % 2) || 2
  const counting = (by: string, many: number) => (n: number) => ({
    viewer: by,
    query: queries.counts,
    variables: {
      them: Array.from({ length: many }, (_, far) => ({
        __typename: 'User',
        id: personId('o', ((n * many + far) % owners) + 1),
      })),
    },
  })
  const counts = (many: number, share: number, most?: number): Question => ({
    name: `${many} follower counts: viewer blocked by many, by nobody`,
    cases: [counting(personId('w', 1), many), counting(personId('x', 1), many)],
    share,
    ...(most !== undefined && { most }),
  })
  return [
    {
      name: 'userByUsername: blocked, unknown',
      cases: [
        asks('userByUsername', (n) => nameOf('b', target(n))),
        asks('userByUsername', (n) => nameOf('n', target(n))),
      ],
      share: 1,
    },
    search('a name', 'search', (kind, n) => nameOf(kind, target(n))),
    search('ten names', 'search', (kind, n) => nameOf(kind, target(n)).slice(0, -1)),
    search('a word', 'search', wordOf),
    search('two words', 'search', (kind, n) => `person ${wordOf(kind, n)}`),
    search('count', 'searchCount', (kind, n) => nameOf(kind, target(n))),
    {
      name: 'usernameAvailability: of a blocker, of a stranger',
      cases: [
        asks('availability', (n) => nameOf('b', target(n))),
        asks('availability', (n) => nameOf('x', target(n))),
      ],
      share: 1,
    },
    about('entity', entity),
    about('relationship'),
    about('followers', entity),
    about('requestFriend'),
    about('follow'),
    about('unfollow'),
    about('addContact'),
    links('preview', 'blive', 'unknown'),
    links('preview', 'bdead', 'xdead'),
    links('preview', 'bdead', 'unknown'),
    links('consume', 'blive', 'unknown'),
    links('consume', 'bdead', 'xdead'),
    requests('cancel'),
    requests('respond'),
    {
      name: 'requestFriend again: declined, not answered',
      cases: [
        asks('askAgain', (n) => personId('x', even(n))),
        asks('askAgain', (n) => personId('x', even(n) - 1)),
      ],
      share: 1,
    },
    counts(1, 1),
    counts(100, 0.02, 150),
    // Blocks with the contact of a blocker, and then takes back the blocks that this has made.
    blocking('block'),
    blocking('unblock'),
    // Behind all others: each pair of it happens once, for the contact is gone then.
    { ...about('removeContact'), name: 'removeContact: hidden contact, unknown' },
  ]
}
