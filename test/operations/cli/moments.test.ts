import { describe, expect, it } from 'vitest'
import { momentFrom } from '../../../src/operations/cli/moments.ts'

describe('a moment on the command line', () => {
  it.each([
    ['2026-11-28', '2026-11-28T00:00:00.000Z'],
    ['2026-11-28T09:30:00Z', '2026-11-28T09:30:00.000Z'],
    ['2026-11-28T09:30:00.5+02:00', '2026-11-28T07:30:00.500Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('is %s', (text, moment) => {
    expect(momentFrom(text).toISOString()).toBe(moment)
  })

  it.each([
    ['a day that its month does not have', '2026-02-30T00:00:00Z'],
    ['such a day alone', '2026-02-29'],
    ['a month that no year has', '2026-13-01'],
    ['the year 0', '0000-01-01T00:00:00Z'],
    ['a time before all years', '999999d'],
    ['a time without a zone', '2026-11-28T09:30:00'],
    ['an amount without a unit', '5'],
  ])('is refused when it is %s', (_what, text) => {
    expect(() => momentFrom(text)).toThrow('It must be a time')
  })
})
