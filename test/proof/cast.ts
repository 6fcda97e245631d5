import type { Identity } from '../../src/database/identity.ts'
import { parseUserId, type UserId } from '../../src/graphql/ids.ts'

/** The people of the proof: enough for every way in which two can stand to each other. */
export const names = [
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

export type Name = (typeof names)[number]

export const idOf = (name: Name): UserId => idOfNumber(names.indexOf(name) + 1)

/** Nobody has this one. */
export const unknownId = idOfNumber(99)

function idOfNumber(number: number): UserId {
  const id = parseUserId(`00000000-0000-4000-8000-${String(number).padStart(12, '0')}`)
  if (id === null) throw new Error('That is no UUID.')
  return id
}

export function identityOf(asker: string): Identity {
  if (asker === 'nobody') return { kind: 'anonymous' }
  if (asker === 'service') return { kind: 'service', name: 'proof' }
  return { kind: 'viewer', userId: idOf(asker as Name) }
}
