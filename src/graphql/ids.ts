declare const brand: unique symbol

/** A person's id: a UUID in its canonical lower-case form. Only `parseUserId` makes one. */
export type UserId = string & { readonly [brand]: 'UserId' }

/** A friend request's id, of the same form. Only `parseRequestId` makes one of a text. */
export type RequestId = string & { readonly [brand]: 'RequestId' }

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The nil UUID stands for no id (RFC 9562), so it is nobody's. The first of all in order. */
export const nobody = '00000000-0000-0000-0000-000000000000' as UserId

/**
 * What is wrong with a text that `parseUserId` or `parseId` refuses, to stand behind the name of
 * the argument.
 */
export const notUuid = 'is not a UUID.'

/** Trims and folds case; null for what is not a UUID (rule 0.3), and for the nil UUID. */
export function parseUserId(text: string): UserId | null {
  const id = parseId(text)
  return id === nobody ? null : (id as UserId | null)
}

/** The same for friend requests. */
export function parseRequestId(text: string): RequestId | null {
  return parseId(text) as RequestId | null
}

/** The same for the ids of other things, such as links. */
export function parseId(text: string): string | null {
  const canonical = text.trim().toLowerCase()
  return uuid.test(canonical) ? canonical : null
}
