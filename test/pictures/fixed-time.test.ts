import { expect, it } from 'vitest'
import { fixMoments } from './fixed-time.ts'

const answer = (...moments: string[]) => JSON.stringify({ moments, title: 'at 2026' })

it('the moments of an answer are the same on each day that a picture is taken', () => {
  const fixed = answer(
    '2026-01-14T22:15:00.123Z',
    '2026-01-15T09:00:00.000Z',
    '2026-02-14T22:15:00.123Z',
  )
  for (const [day, before, later, clock] of [
    ['2026-11-28', '2026-11-27', '2026-12-28', '20:00'],
    ['2027-03-01', '2027-02-28', '2027-03-31', '00:10'],
  ] as const) {
    const told = answer(`${before}T22:15:00.123Z`, `${day}T00:05:00.000Z`, `${later}T22:15:00.123Z`)
    expect(fixMoments(told, Date.parse(`${day}T${clock}:00Z`))).toBe(fixed)
  }
})
