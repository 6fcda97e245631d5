import { describe, expect, it } from 'vitest'
import { outcomeOf } from '../../src/worker/outcome.ts'
import { Places } from '../../src/worker/places.ts'

const now = Date.parse('2026-11-28T12:00:00Z')
const failed = (before: number, random = 0.5, retryAfter?: string, status = 500) =>
  outcomeOf({ status, retryAfter }, before, random, now)

describe('an attempt that failed', () => {
  it('is repeated on a schedule of some 75 hours, and then no more', () => {
    const waits = Array.from({ length: 10 }, (_, before) => failed(before))
    expect(
      waits.map(({ delayMs, state }) => (state === 'dead' ? 'dead' : delayMs / 1_000)),
    ).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400, 'dead'])
    const hours = waits.reduce((sum, { delayMs }) => sum + delayMs, 0) / 3_600_000
    expect(hours).toBeCloseTo(75.6, 1)
  })

  it('is repeated up to a tenth earlier or later', () => {
    expect([failed(1, 0).delayMs, failed(1, 1).delayMs]).toEqual([270_000, 330_000])
  })

  it.each([
    ['120', 120_000],
    ['Sat, 28 Nov 2026 12:02:00 GMT', 120_000],
    ['1', 5_000],
    ['999999999', 86_400_000],
    ['Sat, 28 Nov 2020 12:02:00 GMT', 5_000],
    ['soon', 5_000],
    ['-5', 5_000],
  ])('waits for what Retry-After %s says, within bounds', (retryAfter, ms) => {
    expect(failed(0, 0.5, retryAfter).delayMs).toBe(ms)
  })

  it.each([
    [429, { isSlow: true, pauseMs: 60_000, isGone: false }],
    [503, { isSlow: true, pauseMs: 60_000, isGone: false }],
    [500, { isSlow: false, pauseMs: 0, isGone: false }],
    [410, { isSlow: false, pauseMs: 0, isGone: true }],
    [301, { isSlow: false, pauseMs: 0, isGone: false }],
  ])('says of an endpoint that answers %s how it is', (status, endpoint) => {
    expect(failed(0, 0.5, '60', status)).toMatchObject({ state: 'pending', endpoint })
  })

  it('never pauses an endpoint for more than an hour', () => {
    expect(failed(0, 0.5, '999999', 429).endpoint.pauseMs).toBe(3_600_000)
  })

  it('does not count when it was broken off by us', () => {
    expect(outcomeOf('interrupted', 3, 0.5, now)).toMatchObject({
      state: 'pending',
      delayMs: 0,
      isCounted: false,
    })
  })
})

it.each([200, 201, 204, 299])('takes %s for a success', (status) => {
  expect(failed(0, 0.5, undefined, status)).toMatchObject({ state: 'delivered', status })
})

describe('the places of an endpoint', () => {
  const placesOf = (places: Places) => Object.fromEntries(places.free.of)

  it('grow with each success up to 64, and are halved when it is slow', () => {
    const places = new Places()
    for (let n = 0; n < 100; n++) {
      places.begin('one')
      places.end('one', 'success')
    }
    expect(placesOf(places)).toEqual({ one: 64 })
    places.begin('one')
    expect(placesOf(places)).toEqual({ one: 63 })
    places.end('one', 'slow')
    expect(placesOf(places)).toEqual({ one: 32 })
    for (let n = 0; n < 10; n++) {
      places.begin('one')
      places.end('one', 'slow')
    }
    expect(placesOf(places)).toEqual({ one: 1 })
  })

  it('are not taken by those of another', () => {
    const places = new Places()
    for (let n = 0; n < 8; n++) places.begin('slow')
    places.begin('quick')
    places.end('quick', null)
    expect(placesOf(places)).toEqual({ slow: 0, quick: 8 })
    expect(places.free.total).toBe(200)
  })
})
