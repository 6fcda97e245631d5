import { GetRelationshipsDocument, type RelationshipFragment } from '../generated/operations.ts'
import { keyed, question } from './operation.ts'
import type { ConnectionsClient } from './request.ts'

/** What one request takes at most. */
const mostAtOnce = 100

/** What the viewer is to people, in the order of their ids; at most 100. */
export const getRelationships = /* @__PURE__ */ question(
  GetRelationshipsDocument,
  ['relationship', 'several'],
  ({ relationships }) => relationships,
)

/**
 * What the viewer is to one person, and what they may do. Those that are asked for at the same
 * moment, such as by the rows of a list, travel in one request. Null without a signed-in viewer.
 */
export const getRelationship = /* @__PURE__ */ keyed(
  ['relationship'],
  async (client, { userId }: { readonly userId: string }, options) => {
    const relationship = await askTogether(client, userId)
    options?.signal?.throwIfAborted()
    return relationship
  },
)

interface Batch {
  readonly userIds: string[]
  readonly answers: Promise<readonly (RelationshipFragment | null)[]>
}

/** The batch of each client that has not been sent yet. */
const gathering = /* @__PURE__ */ new WeakMap<ConnectionsClient, Batch>()

async function askTogether(
  client: ConnectionsClient,
  userId: string,
): Promise<RelationshipFragment | null> {
  let batch = gathering.get(client)
  if (batch === undefined || batch.userIds.length >= mostAtOnce) {
    batch = beginBatch(client)
    gathering.set(client, batch)
  }
  const place = batch.userIds.push(userId) - 1
  return (await batch.answers)[place] ?? null
}

function beginBatch(client: ConnectionsClient): Batch {
  const userIds: string[] = []
  const answers = new Promise((resolve) => setTimeout(resolve)).then(() => {
    if (gathering.get(client)?.userIds === userIds) gathering.delete(client)
    return getRelationships(client, { userIds })
  })
  return { userIds, answers }
}
