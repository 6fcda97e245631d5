/**
 * A list of the viewer's as it is without filters: the list that the cursors of edges in answers
 * belong to.
 */
export interface List {
  readonly field: string
  readonly args?: Readonly<Record<string, unknown>>
}

/**
 * What a verb changes in a cache beside the objects that are in its answer: those are found by
 * their ids.
 */
export interface Change {
  /** Fields of the answer with an edge that is in this list of the viewer's now. */
  readonly puts?: Readonly<Record<string, List>>
  /** Fields of the answer with an edge that was in this list of the viewer's. */
  readonly takes?: Readonly<Record<string, List>>
  /**
   * A list of the other person's that others see too: its rows are dropped, to be fetched when they
   * are shown again.
   */
  readonly theirs?: string
  /**
   * Fields that are dropped wherever they are, but for the relationship and the user in the answer;
   * or all that is cached. Not when the answer has a field `friend` and it is null: then no
   * friendship has changed.
   */
  readonly drops?: readonly string[] | 'everything'
}

const contacts = { field: 'contacts' }
const following = { field: 'following' }
const followers = { field: 'followers' }
const friends = { field: 'friends' }
const outgoing = { field: 'requests', args: { direction: 'OUTGOING' } }
const incoming = { field: 'requests', args: { direction: 'INCOMING' } }

/** What friends of friends see changes with each friendship. */
const amongFriends = [
  'mutualFriends',
  'mutualFriendCount',
  'inviteCandidates',
  'canRequestFriend',
  'can',
]

export const changes: Readonly<Record<string, Change>> = {
  addContact: { puts: { contact: contacts } },
  removeContact: { takes: { contact: contacts } },
  consumeContactLink: { puts: { contact: contacts } },
  followUser: { puts: { follow: following }, theirs: 'followers' },
  unfollowUser: { takes: { follow: following }, theirs: 'followers' },
  removeFollower: { takes: { follow: followers }, theirs: 'following' },
  // With a request that crosses, the other's is accepted: lists of open ones change.
  requestFriend: {
    puts: { requestEdge: outgoing, friend: friends },
    drops: [...amongFriends, 'requests'],
  },
  cancelFriendRequest: { puts: { requestEdge: outgoing } },
  respondFriendRequest: { puts: { requestEdge: incoming, friend: friends }, drops: amongFriends },
  // Requests to become close that are taken back with a friendship are not in the answer.
  removeFriend: { takes: { friend: friends }, drops: [...amongFriends, 'requests'] },
  upgradeFriendship: { puts: { friend: friends }, drops: ['inviteCandidates', 'requests'] },
  // Somebody blocked is in no list of anybody's any more, and nothing of theirs is to stay on the
  // device.
  blockUser: { drops: 'everything' },
  unblockUser: { drops: 'everything' },
  updatePrivacySettings: { drops: ['mutualFriends', 'mutualFriendCount'] },
  claimUsername: { drops: ['userByUsername', 'usernameAvailability'] },
  updateProfile: {},
}

/** What becomes of a cached list with these arguments when this list has changed. */
export function fate(
  list: List,
  args: Readonly<Record<string, unknown>>,
): 'change' | 'keep' | 'drop' {
  const { direction, ...filters } = args
  if (Object.values(filters).some((value) => value != null)) return 'drop'
  if (direction === list.args?.['direction']) return 'change'
  return direction == null ? 'drop' : 'keep'
}

/** An edge in a cache: what the client links it by, and what its place is found by. */
export interface Row<Edge> {
  readonly edge: Edge
  readonly cursor: unknown
  readonly node: string
}

/**
 * The rows of a list with one row put in. One that is there stays in its place; contacts are
 * ordered by id, and in all other lists what is new comes first. A row behind all that was fetched
 * is left out while there is more to fetch.
 */
export function withRow<Edge>(
  list: List,
  rows: readonly Row<Edge>[],
  row: Row<Edge>,
  hasMore: boolean,
): Row<Edge>[] {
  const place = rows.findIndex(({ cursor }) => cursor === row.cursor)
  if (place !== -1) return rows.with(place, row)
  const others = withoutRow(rows, row)
  if (list.field !== 'contacts') return [row, ...others]
  const next = others.findIndex(({ node }) => node > row.node)
  if (next !== -1) return others.toSpliced(next, 0, row)
  return hasMore ? others : [...others, row]
}

/** The rows of a list without those of the same person or request. */
export function withoutRow<Edge>(
  rows: readonly Row<Edge>[],
  { node }: { node: string },
): Row<Edge>[] {
  return rows.filter((each) => each.node !== node)
}
