import {
  RelationshipChangedDocument,
  type RelationshipChangedSubscription,
} from '../generated/operations.ts'
import type { ConnectionsClient } from './request.ts'
import { type LiveOptions, subscribe } from './subscribe.ts'

/** What somebody else did that concerns the viewer. */
export type RelationshipChange = RelationshipChangedSubscription['relationshipChanged']

/**
 * Tells of friend requests, accepted requests and new followers as they happen. A stream that is
 * lost is opened again, after a wait that grows.
 * @returns ends it
 */
export function subscribeRelationshipChanges(
  client: ConnectionsClient,
  onChange: (change: RelationshipChange) => void,
  options: LiveOptions = {},
): () => void {
  let last: string | null = null
  const onData = ({ relationshipChanged: change }: RelationshipChangedSubscription) => {
    // Some gateways repeat the last change.
    if (change.id === last) return
    last = change.id
    onChange(change)
  }
  return subscribe(client, RelationshipChangedDocument, { ...options, onData })
}
