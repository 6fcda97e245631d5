import { readFileSync } from 'node:fs'
import { type DocumentNode, parse, separateOperations } from 'graphql'

const verbs = readFileSync(
  new URL('../../../docs/guides/frontends/verbs.graphql', import.meta.url),
  'utf8',
)

const page = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount'
const card = `{ ...RelationshipFields user { ...Named
  followers { totalCount } following { totalCount } mutualFriends { edges { cursor node { id } } ${page} } } }`

/** What a client shows, each screen with a query of its own. `id` is whose card it is. */
const screens = `
  query Me { viewer { ...Named privacySettings { ...Settings } } }
  query Quotas { viewer { id quotas { ...Quota } } }
  query Contacts { viewer { id contacts { edges { ...Contact } ${page} } } }
  query Following { viewer { id following { edges { ...Follow } ${page} } } }
  query Followers { viewer { id followers { edges { ...Follow } ${page} } } }
  query Friends { viewer { id friends { edges { ...Friend } ${page} } } }
  query CloseFriends { viewer { id friends(level: CLOSE) { edges { ...Friend } ${page} } } }
  query FriendsByCloseness { viewer { id friends(orderBy: CLOSE_FIRST) { edges { ...Friend } ${page} } } }
  query Invite { viewer { id inviteCandidates { edges { ...Friend } ${page} } } }
  query Outgoing { viewer { id requests(direction: OUTGOING) { edges { ...RequestEdge } ${page} } } }
  query Incoming { viewer { id requests(direction: INCOMING) { edges { ...RequestEdge } ${page} } } }
  query Open { viewer { id requests(direction: INCOMING, status: PENDING) { edges { ...RequestEdge } ${page} } } }
  query Blocks { viewer { id blocks { edges { ...Block } ${page} } } }
  query Named($name: String!) { userByUsername(username: $name) { ...Named } }
  query Card($id: ID!) { relationships(userIds: [$id]) ${card} }
  query Person($id: ID!) { user(id: $id) { ...Named relationship ${card} } }
  query TheirFollowers($id: ID!) { user(id: $id) { id followers { edges { ...Follow } ${page} } } }
  query TheirFollowing($id: ID!) { user(id: $id) { id following { edges { ...Follow } ${page} } } }
`
/** Pages after the first, and rows alone. */
const more = `
  query FollowingAfter($after: String) { viewer { id following(after: $after) { edges { ...Follow } ${page} } } }
  query FollowingRows { viewer { id following { edges { ...Follow } } } }
`
const operations = separateOperations(parse(verbs + screens + more))

/** The names of the verbs' documents. */
export const verbNames = [...verbs.matchAll(/^mutation (\w+)/gm)].map(([, name]) => name ?? '')

/** The screens, each with the name of its variable. */
export const screenNames = [...screens.matchAll(/query (\w+)(?:\(\$(\w+))?/g)].map(
  ([, name = '', about]) => ({ name, about }),
)

/** One operation with the fragments that it needs. */
export function operation(name: string): DocumentNode {
  const found = operations[name]
  if (found === undefined) throw new Error(`There is no operation ${name}.`)
  return found
}
