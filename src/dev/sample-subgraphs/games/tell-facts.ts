import {
  type ConnectionsClient,
  ConnectionsRequestError,
  type GameFact,
} from '../../../kit/server/client.ts'
import type { Store } from '../store.ts'

/** Facts in one request; connections takes no more. */
const mostAtOnce = 500

/**
 * Sends the facts that wait, the oldest first, and deletes what connections has taken. If this ends
 * in between, they are sent again, and are known there by their ids. A fact that is refused is put
 * aside with the reason, so that it does not hold up the others.
 * @returns whether more may wait
 * @throws ConnectionsRequestError when connections did not answer: the facts stay
 */
export async function tellFacts(
  store: Store,
  connections: ConnectionsClient,
  signal?: AbortSignal,
): Promise<boolean> {
  const facts = await store.rows<GameFact>(
    `select id, kind, game_id as "gameId", user_id as "userId", other_user_id as "otherUserId", at
       from facts where refused is null order by place limit $1`,
    [mostAtOnce],
  )
  if (facts.length === 0) return false
  try {
    await connections.recordGameFacts(facts, signal === undefined ? {} : { signal })
  } catch (error) {
    const refused = refusedOf(facts, error)
    if (refused === undefined) throw error
    await store.rows('update facts set refused = $2 where id = $1', [refused.id, String(error)])
    return true
  }
  await store.rows('delete from facts where id = any ($1::uuid[])', [facts.map(({ id }) => id)])
  return facts.length === mostAtOnce
}

/** The fact that connections has refused; undefined when it failed for another reason. */
function refusedOf(facts: readonly GameFact[], error: unknown): GameFact | undefined {
  if (!(error instanceof ConnectionsRequestError) || error.code !== 'INVALID_INPUT')
    return undefined
  const place = error.path?.[2]
  return typeof place === 'number' ? facts[place] : undefined
}
