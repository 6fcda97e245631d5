import type { UserId } from '../../graphql/ids.ts'

/** So that another make of ids can be told from this one. */
const version = '01'

/**
 * Names what the viewer and another person are to each other, for the caches of clients. It is made
 * of the two ids, both of which the viewer knows, and of nothing else: so it stays the same
 * whatever happens between the two, it is there for a person who is absent like for any other, and
 * the other of the two has another one.
 */
export function toRelationshipId(viewer: UserId, other: UserId): string {
  return Buffer.from(`${version}${viewer}${other}`.replaceAll('-', ''), 'hex').toString('base64url')
}
