import {
  type ConnectionsClient,
  type Document,
  subscribe,
  type SubscribeOptions,
} from '../../../../kit/client/client.ts'
import { inStreamPlace } from './stream-places.ts'

/**
 * Listens to a game, if there is a connection to spare: `onData` is called at once, and whenever
 * something has changed that the viewer sees of it.
 * @returns ends it
 */
export function listenToGame(
  client: ConnectionsClient,
  id: string,
  told: Pick<SubscribeOptions<unknown>, 'onData' | 'onEnd'>,
): () => void {
  const document = `subscription GameChanged {
    gameChanged(gameId: ${JSON.stringify(id)})
  }` as Document<unknown, never>
  return subscribe(client, document, {
    ...told,
    within: (left, hold) => inStreamPlace('game', left, hold),
  })
}
