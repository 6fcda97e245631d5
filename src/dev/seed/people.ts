/**
 * The demo people, in the order of their ids. The same in every dev stack; tests and documents call
 * them by name.
 */
export const people = [
  'alice',
  'bob',
  'carol',
  'dave',
  'erin',
  'frank',
  'grace',
  'heidi',
  'ivan',
  'judy',
  'mallory',
  'trent',
] as const

export type Person = (typeof people)[number]

/** A demo person's id: `00000000-0000-4000-8000-000000000001` is alice. */
export function idOf(person: Person): string {
  return `00000000-0000-4000-8000-${String(people.indexOf(person) + 1).padStart(12, '0')}`
}

/**
 * The id behind what a developer typed, a demo person's name or any UUID; null for anything else.
 */
export function subjectOf(text: string): string | null {
  const name = text.trim().toLowerCase()
  const person = people.find((each) => each === name)
  if (person !== undefined) return idOf(person)
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name) ? name : null
}
