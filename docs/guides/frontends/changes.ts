/** A list of the viewer without filters. The edge in a mutation's answer belongs to this list. */
export interface List {
  readonly field: string
  readonly args?: Readonly<Record<string, unknown>>
}

/**
 * What a mutation changes in a cache, in addition to the objects in its answer. The cache finds
 * those by their ids.
 */
export interface Change {
  /** Fields of the answer whose edge is now in this list of the viewer. */
  readonly puts?: Readonly<Record<string, List>>
  /** Fields of the answer whose edge is no longer in this list of the viewer. */
  readonly takes?: Readonly<Record<string, List>>
  /**
   * A list of the other person that is visible to others. Its rows are dropped and fetched again
   * the next time a screen shows them.
   */
  readonly theirs?: string
  /**
   * Fields to drop from every cached object except the relationship and the user in the answer, or
   * `everything`. Nothing is dropped if the answer's field `friend` is null, because then no
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

/** A new or ended friendship changes these fields for friends of friends. */
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
  // If both send a request, the other one's is accepted, so lists of open requests change.
  requestFriend: {
    puts: { requestEdge: outgoing, friend: friends },
    drops: [...amongFriends, 'requests'],
  },
  cancelFriendRequest: { puts: { requestEdge: outgoing } },
  respondFriendRequest: { puts: { requestEdge: incoming, friend: friends }, drops: amongFriends },
  // The end of a friendship also cancels open requests to become close friends. They are not in the
  // answer.
  removeFriend: { takes: { friend: friends }, drops: [...amongFriends, 'requests'] },
  upgradeFriendship: { puts: { friend: friends }, drops: ['inviteCandidates', 'requests'] },
  // A blocked person must disappear from every list and from the device.
  blockUser: { drops: 'everything' },
  unblockUser: { drops: 'everything' },
  updatePrivacySettings: { drops: ['mutualFriends', 'mutualFriendCount'] },
  claimUsername: { drops: ['userByUsername', 'usernameAvailability'] },
  updateProfile: {},
}

/**
 * What to do with a cached list that was fetched with these arguments after `list` has changed:
 * `change` its rows, `keep` it, or `drop` it because its filters cannot be checked here.
 */
export function fate(
  list: List,
  args: Readonly<Record<string, unknown>>,
): 'change' | 'keep' | 'drop' {
  const { direction, ...filters } = args
  if (Object.values(filters).some((value) => value != null)) return 'drop'
  if (direction === list.args?.['direction']) return 'change'
  return direction == null ? 'drop' : 'keep'
}

/** An edge in a cache. The client links it by `cursor`; its place is found by `node`. */
export interface Row<Edge> {
  readonly edge: Edge
  readonly cursor: unknown
  readonly node: string
}

/**
 * The rows of a list with one row added. A row that is already in the list keeps its place. Contacts
 * are ordered by id; in all other lists a new row comes first. A row that belongs after the last
 * fetched row is left out while there are more pages.
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

/** The rows of a list without the row of this person or request. */
export function withoutRow<Edge>(
  rows: readonly Row<Edge>[],
  { node }: { node: string },
): Row<Edge>[] {
  return rows.filter((each) => each.node !== node)
}
