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
  readonly game: NotifiedGame | null
}

type Answer = Readonly<Record<string, NotifiedGame | null>>

/**
 * Notifications with what games knows of their games: null for a game that the viewer does not see
 * any more. They are asked for by their ids, because one that is gone would be an error in the
 * answer to a question about the whole inbox. If games cannot be asked, everything stays as it is.
 */
export async function withGames<Item extends Notified>(
  client: ConnectionsClient,
  notifications: readonly Item[],
  signal: AbortSignal,
): Promise<readonly Item[]> {
  const ids = [...new Set(notifications.flatMap(({ game }) => game?.id ?? []))]
  if (ids.length === 0) return notifications
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
    const games = new Map(ids.map((id, place) => [id, answer[`game${place}`] ?? null]))
    return notifications.map((each) =>
      each.game === null ? each : { ...each, game: games.get(each.game.id) ?? null },
    )
  } catch (error) {
    if (signal.aborted) throw error
    return notifications
  }
}
