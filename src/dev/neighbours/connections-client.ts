/**
 * How another backend asks connections about people: with a service token and a secret of its own. Nothing that it learns here is for the eyes of the person whom it serves.
 */
export interface ConnectionsClient {
  /** One answer for each pair, in order, however many pairs there are. */
  interactions(pairs: readonly Pair[]): Promise<Interaction[]>
  /** Everybody to leave out of what is shown to a person. */
  hiddenFrom(person: string): Promise<string[]>
  /** What the person's settings say of new games. */
  defaultGameVisibility(person: string): Promise<GameAudience>
}

export interface Pair {
  readonly actorId: string
  readonly otherId: string
}

export interface Interaction {
  readonly see: boolean
  readonly invite: boolean
  readonly friendshipLevel: 'FRIEND' | 'CLOSE' | null
}

export type GameAudience = 'PUBLIC' | 'FRIENDS' | 'CLOSE'

export interface ConnectionsAddress {
  readonly url: string
  /** The backend's own or, where it stands in a gateway's place, the gateway's. */
  readonly secret: string
  /** A service's token, good for at least the next minute. */
  readonly token: () => Promise<string>
}

/** What one `interactions` takes at most. */
const pairsAtOnce = 200

export function connectionsClient(address: ConnectionsAddress): ConnectionsClient {
  const ask = <Data>(query: string, variables: object) => send<Data>(address, query, variables)
  return {
    interactions: async (pairs) => {
      const answers: Interaction[] = []
      for (let start = 0; start < pairs.length; start += pairsAtOnce) {
        const some = pairs.slice(start, start + pairsAtOnce)
        const { interactions } = await ask<{ interactions: Interaction[] }>(Interactions, {
          pairs: some,
        })
        answers.push(...interactions)
      }
      return answers
    },
    hiddenFrom: async (person) => {
      const ids: string[] = []
      for (let after: string | null = null; ;) {
        const page: HiddenPage = await ask(HiddenFrom, { person, after })
        const { edges, pageInfo } = page.hiddenFrom
        ids.push(...edges.map(({ node }) => node))
        if (!pageInfo.hasNextPage) return ids
        after = pageInfo.endCursor
      }
    },
    defaultGameVisibility: async (person) => {
      const { _entities } = await ask<Settings>(DefaultGameVisibility, {
        people: [{ __typename: 'User', id: person }],
      })
      return _entities[0]?.privacySettings?.defaultGameVisibility ?? 'PUBLIC'
    },
  }
}

const Interactions = `query InteractionsForGames($pairs: [InteractionPair!]!) {
  interactions(pairs: $pairs) { see invite friendshipLevel }
}`

const HiddenFrom = `query HiddenFrom($person: ID!, $after: String) {
  hiddenFrom(userId: $person, first: 100, after: $after) {
    edges { node } pageInfo { hasNextPage endCursor }
  }
}`

interface HiddenPage {
  readonly hiddenFrom: {
    readonly edges: readonly { readonly node: string }[]
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  }
}

const DefaultGameVisibility = `query DefaultGameVisibility($people: [_Any!]!) {
  _entities(representations: $people) { ... on User { privacySettings { defaultGameVisibility } } }
}`

interface Settings {
  readonly _entities: readonly ({
    readonly privacySettings: { readonly defaultGameVisibility: GameAudience } | null
  } | null)[]
}

/** @throws when connections is not there or has refused: without its answer nothing may be shown */
async function send<Data>(
  { url, secret, token }: ConnectionsAddress,
  query: string,
  variables: object,
): Promise<Data> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-gateway-secret': secret,
      authorization: `Bearer ${await token()}`,
    },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = (await response.json()) as {
    data?: Data | null
    errors?: readonly { readonly message: string }[]
  }
  if (data == null || errors !== undefined) {
    throw new Error(`connections refused: ${errors?.[0]?.message ?? String(response.status)}`)
  }
  return data
}
