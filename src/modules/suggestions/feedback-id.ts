import { parseUserId, type UserId } from '../../graphql/ids.ts'

/** So that another make of ids can be told from this one. */
const version = '01'

/**
 * Names a suggestion: who was shown whom. It is made of the two ids, both of which the viewer
 * knows, and of nothing else.
 */
export function toFeedbackId(viewer: UserId, candidate: UserId): string {
  return Buffer.from(`${version}${viewer}${candidate}`.replaceAll('-', ''), 'hex').toString(
    'base64url',
  )
}

/** Who was suggested to the viewer; null for what is not the id of a suggestion to them. */
export function parseFeedbackId(viewer: UserId, text: string): UserId | null {
  const hex = Buffer.from(text, 'base64url').toString('hex').slice(-32)
  const candidate = parseUserId(hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'))
  if (candidate === null || candidate === viewer) return null
  return toFeedbackId(viewer, candidate) === text ? candidate : null
}
