import { idOf, type Person } from '../seed/people.ts'
import type { Traits } from './people.ts'
import type { Sport } from './places.ts'
import { dayMs, hourMs, type Span } from './span.ts'

/**
 * The demo people who have a life among the others. Between themselves they stay as the seed has
 * made them, and so do grace, ivan and trent, who live apart from the others.
 */
const woven: readonly (readonly [Person, Traits['character'], number, number, readonly Sport[]])[] =
  [
    ['alice', 'ordinary', 1.1, 0.9, ['climbing', 'croquet']],
    ['bob', 'ordinary', 1.6, 0.8, ['climbing', 'football']],
    ['carol', 'ordinary', 1.2, 0.6, ['croquet', 'chess']],
    ['dave', 'ordinary', 0.7, 0.5, ['climbing']],
    ['erin', 'lurker', 0.2, 0.4, ['running']],
    ['frank', 'ordinary', 0.8, 0.5, ['football']],
    ['heidi', 'ordinary', 0.5, 0.3, ['chess']],
    ['judy', 'ordinary', 1, 0.6, ['football', 'running']],
    ['mallory', 'troublemaker', 1.5, 0.7, ['football']],
  ]

/** The ids of those of them who are woven in. */
export const wovenIds: ReadonlySet<string> = new Set(woven.map(([person]) => idOf(person)))

/** Their part in the history: they were among the first. */
export function demoTraits({ before }: Span): Traits[] {
  return woven.map(([person, character, sociability, activeShare, sports], place) => ({
    id: idOf(person),
    isDemo: true,
    arrivesAt: Math.round(-before * 0.8 + place) * dayMs + (9 + place) * hourMs,
    character,
    sociability,
    activeShare,
    // Oxford; carol lives in Cambridge.
    place: person === 'carol' ? 1 : 0,
    sports,
    username: null,
    profile: null,
    privacy: null,
  }))
}
