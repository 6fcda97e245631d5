import type { Asker, Person, TestService } from './test-service.ts'

/** A suggestion as its reader sees it. */
export interface Suggested {
  readonly cursor: string
  readonly node: { readonly id: string }
  readonly score: number
  readonly reasons: readonly { readonly kind: string; readonly count: number | null }[]
  readonly feedbackId: string
}

const Suggestions = `query ($first: Int, $after: String) { viewer { suggestions(first: $first, after: $after) {
  edges { cursor node { id } score reasons { kind count } feedbackId }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount
} } }`

/** A page of the viewer's suggestions. */
export async function suggestionPage(
  asker: Asker,
  variables: { first?: number; after?: string | null } = {},
): Promise<{
  edges: Suggested[]
  pageInfo: {
    hasNextPage: boolean
    hasPreviousPage: boolean
    startCursor: string | null
    endCursor: string | null
  }
  totalCount: number
}> {
  const { data, body, errors } = await asker.ask(Suggestions, variables)
  if (errors.length > 0) throw new Error(body)
  return data.viewer.suggestions
}

/** All that the viewer can page through. */
export async function suggestionsOf(asker: Asker): Promise<Suggested[]> {
  return (await suggestionPage(asker, { first: 100 })).edges
}

/** How somebody is suggested to the viewer; null when they are not. */
export async function suggestionOf(
  asker: Asker,
  { id }: { readonly id: string },
): Promise<Suggested | null> {
  return (await suggestionsOf(asker)).find(({ node }) => node.id === id) ?? null
}

/** Makes each of these pairs friends, without asking anybody. */
export async function tieFriends(
  { admin }: TestService,
  ...pairs: readonly (readonly [Named, Named])[]
): Promise<void> {
  await admin.query(
    `insert into user_friends (user_id, friend_id, friendship_level)
     select one, other, 'friend' from unnest($1::uuid[], $2::uuid[]) as pair (one, other)
      union all
     select other, one, 'friend' from unnest($1::uuid[], $2::uuid[]) as pair (one, other)`,
    [pairs.map(([one]) => one.id), pairs.map(([, other]) => other.id)],
  )
}

interface Named {
  readonly id: string
}

/** Says something in a person's profile. */
export async function introduce(person: Person, profile: Record<string, unknown>): Promise<void> {
  const { body, data } = await person.ask(
    'mutation ($profile: UserProfileInput!) { updateProfile(profile: $profile) { userErrors { code } } }',
    { profile },
  )
  if (data?.updateProfile?.userErrors.length !== 0) throw new Error(body)
}

/** Changes a person's privacy settings. */
export async function setPrivacy(person: Person, settings: Record<string, unknown>): Promise<void> {
  const { body, data } = await person.ask(
    `mutation ($settings: SocialPrivacySettingsInput!) {
      updatePrivacySettings(settings: $settings) { userErrors { code } }
    }`,
    { settings },
  )
  if (data?.updatePrivacySettings?.userErrors.length !== 0) throw new Error(body)
}

/** Computes these people as the worker does, and stores what was found. */
export async function storeSuggestions(
  app: TestService,
  ...people: readonly Named[]
): Promise<void> {
  await app.admin.query('select store_suggestions($1, $2)', [
    people.map(({ id }) => id),
    app.config.suggestionWeights,
  ])
}
