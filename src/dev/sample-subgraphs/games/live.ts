import { on } from 'node:events'
import { unauthenticated } from '../../../graphql/errors.ts'
import { parseId } from '../../../graphql/ids.ts'
import { viewOf } from './seen.ts'
import type { Session } from './session.ts'

/**
 * The id of a game: at once, and whenever something has changed that the viewer sees of it. What
 * they see is compared, so that nothing tells them that somebody declined, or that somebody hidden
 * from them came. A service of several processes would let its database tell all of them.
 * @throws UNAUTHENTICATED for the anonymous and for services
 */
export function watchGame(session: Session, gameId: string): AsyncIterableIterator<string> {
  if (session.viewer === null) throw unauthenticated()
  const id = parseId(gameId) ?? ''
  const changes = on(session.news, id)
  let seen: string | null = null
  const leave = async () => {
    await changes.return?.()
    return { done: true, value: undefined } as const
  }
  // Not a generator: one that waits for a change could not be ended before it comes.
  const watched: AsyncIterableIterator<string> = {
    next: async () => {
      try {
        for (;;) {
          if (seen !== null && (await changes.next()).done === true) return await leave()
          const before = seen
          seen = await viewOf(session.again(), id)
          if (seen !== before) return { done: false, value: gameId }
        }
      } catch (error) {
        await leave()
        throw error
      }
    },
    return: leave,
    [Symbol.asyncIterator]: () => watched,
  }
  return watched
}
