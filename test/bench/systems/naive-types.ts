/** The part of our schema that the questions need, for the naive server. */
export const naiveTypes = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])

  enum FriendshipLevel { FRIEND CLOSE }
  enum FriendOrder { RECENT CLOSE_FIRST }
  enum RequestDirection { INCOMING OUTGOING }
  enum FriendRequestStatus { PENDING }

  type Query { viewer: User }
  type User @key(fields: "id") {
    id: ID!
    username: String
    profile: Profile
    relationship: Relationship
    friends(first: Int!, orderBy: FriendOrder): FriendConnection
    contacts(first: Int!): ContactConnection
    requests(direction: RequestDirection!, status: FriendRequestStatus): Counted
    blocks: Counted
    followers(first: Int!): FollowConnection
  }
  type Profile {
    displayName: String avatarUrl: String bio: String city: String region: String sportPreferences: [String!]!
  }
  type Relationship {
    isContact: Boolean! isFollowing: Boolean! isFollowedBy: Boolean! isBlocking: Boolean!
    friendshipLevel: FriendshipLevel friendsSince: String
  }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type FriendEdge { level: FriendshipLevel! since: String! node: User! }
  type FriendConnection { edges: [FriendEdge!]! pageInfo: PageInfo! }
  type ContactEdge { addedAt: String! node: User! }
  type ContactConnection { edges: [ContactEdge!]! pageInfo: PageInfo! }
  type FollowEdge { since: String! node: User! }
  type FollowConnection { edges: [FollowEdge!]! totalCount: Int! pageInfo: PageInfo! }
  type Counted { totalCount: Int! }
`
