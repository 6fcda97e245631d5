/** Two people of whom the first would act towards the second. */
export interface InteractionPair {
  readonly actorId: string
  readonly otherId: string
}

/** What the actor of a pair may do towards the other. */
export interface PairInteraction extends InteractionPair {
  /** Whether the actor may see the other at all. */
  readonly see: boolean
  readonly message: boolean
  readonly invite: boolean
  readonly follow: boolean
  readonly requestFriend: boolean
  /** How close friends they are; null when they are not. */
  readonly friendshipLevel: 'FRIEND' | 'CLOSE' | null
}

/** A person as lists show them. */
export interface User {
  readonly id: string
  /** Null for a person without one, and for one who is not known. */
  readonly username: string | null
  readonly profile: UserProfile | null
}

export interface UserProfile {
  readonly displayName: string | null
  readonly avatarUrl: string | null
  readonly bio: string | null
  readonly city: string | null
  readonly region: string | null
  readonly sportPreferences: readonly string[]
}

export interface HiddenPage {
  readonly edges: readonly { readonly node: string }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

/** What happened in a game, to be told. */
export interface GameFact {
  /**
   * Of your own, at most 200 characters, and the same when you tell the fact again: then it counts
   * once.
   */
  readonly id: string
  readonly kind:
    | 'CREATED'
    | 'PARTICIPATED'
    | 'INVITED'
    | 'INVITE_ACCEPTED'
    | 'INVITE_DECLINED'
    | 'ACTIVE'
    | 'REPORTED'
  /** The `id` of `Game` in the graph; may be empty for `ACTIVE`. */
  readonly gameId: string
  /** Who acted; of the answer to an invitation, who had invited. */
  readonly userId: string
  /** Who was invited, has answered or was reported; for the other kinds nobody. */
  readonly otherUserId?: string | null
  /** A `Date`, or a text in ISO 8601. */
  readonly at: Date | string
}

/** What became of facts: each is counted once. */
export interface RecordedFacts {
  /** How many were new. */
  readonly recorded: number
  /** How many were known by their ids. */
  readonly known: number
  /** How many are about somebody who was erased. */
  readonly skipped: number
}

/** What every mutation answers. */
export interface Payload {
  readonly changed: boolean
  readonly userErrors: readonly {
    readonly code: string
    readonly message: string
    readonly field: readonly string[] | null
  }[]
}

/** `PairInteraction` as the graph has it. */
export type AnsweredPair = Omit<PairInteraction, keyof InteractionPair> & {
  readonly actor: { readonly id: string }
  readonly other: { readonly id: string }
}

/** What one request takes at most; the service refuses more. */
export const mostAtOnce = {
  pairs: 200,
  registered: 1_000,
  facts: 500,
  users: 1_000,
  page: 100,
} as const

const ofPair = 'actor { id } other { id } see message invite follow requestFriend friendshipLevel'

/**
 * The operations of the client.
 * @param prefix in front of the names of types, where the service runs with `TYPE_PREFIX`
 */
export function operations(prefix: string) {
  return {
    interactions: `query Interactions($pairs: [${prefix}InteractionPair!]!) {
  interactions(pairs: $pairs) { ${ofPair} }
}`,
    interactionsWithin: `query InteractionsWithin($userIds: [ID!]!) {
  interactionsWithin(userIds: $userIds) { ${ofPair} }
}`,
    hiddenFrom: `query HiddenFrom($userId: ID!, $first: Int!, $after: String) {
  hiddenFrom(userId: $userId, first: $first, after: $after) {
    edges { node } pageInfo { hasNextPage endCursor }
  }
}`,
    registerUsers: `mutation RegisterUsers($ids: [ID!]!) {
  registerUsers(ids: $ids) { changed userErrors { code message field } }
}`,
    recordGameFacts: `mutation RecordGameFacts($facts: [${prefix}GameFactInput!]!) {
  recordGameFacts(facts: $facts) { changed recorded known skipped userErrors { code message field } }
}`,
    users: `query Users($representations: [_Any!]!) {
  _entities(representations: $representations) {
    ... on User { id username profile { displayName avatarUrl bio city region sportPreferences } }
  }
}`,
  }
}
