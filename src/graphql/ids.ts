declare const brand: unique symbol

/** A person's id: a UUID in its canonical lower-case form. Only `parseUserId` makes one. */
export type UserId = string & { readonly [brand]: 'UserId' }

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Stands for no id (RFC 9562), so it is nobody's. */
const nil = '00000000-0000-0000-0000-000000000000'

/** What is wrong with a text that `parseUserId` or `parseId` refuses, to stand behind the name of the argument. */
export const notUuid = 'is not a UUID.'

/** Trims and folds case; null for what is not a UUID (rule 0.3), and for the nil UUID. */
export function parseUserId(text: string): UserId | null {
  const id = parseId(text)
  return id === nil ? null : (id as UserId | null)
}

/** The same for the ids of other things: requests, links. */
export function parseId(text: string): string | null {
  const canonical = text.trim().toLowerCase()
  return uuid.test(canonical) ? canonical : null
}
