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

export interface RegisterUsersPayload {
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
export const mostAtOnce = { pairs: 200, registered: 1_000, users: 1_000, page: 100 } as const

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
    users: `query Users($representations: [_Any!]!) {
  _entities(representations: $representations) {
    ... on User { id username profile { displayName avatarUrl bio city region sportPreferences } }
  }
}`,
  }
}
