import type { ConnectionsClient } from '../../kit/server/client.ts'

/**
 * Everybody to leave out of what is shown to a person. Nothing that is learned here is for the
 * person's eyes.
 */
export async function allHidden(
  connections: ConnectionsClient,
  person: string,
): Promise<readonly string[]> {
  const ids: string[] = []
  for await (const id of connections.hiddenFrom(person)) ids.push(id)
  return ids
}
