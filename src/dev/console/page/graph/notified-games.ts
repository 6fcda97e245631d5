import type { ConnectionsClient, Document } from '../../../../kit/client/client.ts'
import type { GameInvite } from './games.ts'

/** The game that a notification is about. Without all but its id, if games could not be asked. */
export interface NotifiedGame {
  readonly id: string
  readonly title?: string
  readonly viewerTakesPart?: boolean
  /** The viewer's newest invitation. */
  readonly viewerInvite?: Pick<GameInvite, 'id' | 'answer'> | null
}

interface Notified {
  readonly gameId: string | null
}

type Answer = Readonly<Record<string, NotifiedGame | null>>

/**
 * Notifications with what games knows of their games: null for a game that the viewer does not see
 * any more. They are asked for apart, so that an inbox is there while games is down: then nothing
 * but the ids of its games is known.
 */
export async function withGames<Item extends Notified>(
  client: ConnectionsClient,
  notifications: readonly Item[],
  signal: AbortSignal,
): Promise<readonly (Item & { readonly game: NotifiedGame | null })[]> {
  const games = await findGames(client, notifications, signal)
  return notifications.map((each) => {
    const { gameId } = each
    return { ...each, game: gameId === null ? null : (games.get(gameId) ?? null) }
  })
}

async function findGames(
  client: ConnectionsClient,
  notifications: readonly Notified[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, NotifiedGame | null>> {
  const ids = [...new Set(notifications.flatMap(({ gameId }) => gameId ?? []))]
  if (ids.length === 0) return new Map()
  const document = `query NotifiedGames(${ids.map((_, place) => `$id${place}: ID!`).join(', ')}) {
    ${ids
      .map(
        (_, place) =>
          `game${place}: game(id: $id${place}) { id title viewerTakesPart viewerInvite { id answer } }`,
      )
      .join('\n')}
  }` as Document<Answer, Readonly<Record<string, string>>>
  const variables = Object.fromEntries(ids.map((id, place) => [`id${place}`, id]))
  try {
    const answer = await client.request(document, variables, { signal })
    return new Map(ids.map((id, place) => [id, answer[`game${place}`] ?? null]))
  } catch (error) {
    if (signal.aborted) throw error
    return new Map(ids.map((id) => [id, { id }]))
  }
}
