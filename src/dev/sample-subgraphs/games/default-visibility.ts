import type { ConnectionsClient } from '../../../kit/server/client.ts'
import type { GameAudience } from './game.ts'

const DefaultVisibility = `query DefaultGameVisibility($people: [_Any!]!) {
  _entities(representations: $people) { ... on User { privacySettings { defaultGameVisibility } } }
}`

interface Settings {
  readonly _entities: readonly ({
    readonly privacySettings: { readonly defaultGameVisibility: GameAudience } | null
  } | null)[]
}

/** What a person's settings say of new games. */
export async function defaultVisibility(
  connections: ConnectionsClient,
  person: string,
): Promise<GameAudience> {
  const people = [{ __typename: 'User', id: person }]
  const { _entities } = await connections.request<Settings>(DefaultVisibility, { people })
  return _entities[0]?.privacySettings?.defaultGameVisibility ?? 'PUBLIC'
}
