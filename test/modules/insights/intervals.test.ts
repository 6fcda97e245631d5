import { describe, expect, it } from 'vitest'
import {
  lift,
  mean,
  median,
  rate,
  reduction,
  share,
} from '../../../src/modules/insights/intervals.ts'

const near = (value: number | null, digits = 4) => expect.closeTo(value ?? NaN, digits) as number

describe('the interval of a share is that of Wilson', () => {
  it.each([
    // R: binom.confint(x, n, method = "wilson")
    [8, 10, 0.490162, 0.943318],
    [0, 10, 0, 0.277533],
    [10, 10, 0.722467, 1],
    [400, 1_000, 0.370077, 0.430701],
  ])('%i of %i', (hits, n, low, high) => {
    expect(share(hits, n)).toEqual({ value: hits / n, low: near(low), high: near(high) })
  })

  it('is none of nothing', () => {
    expect(share(0, 0)).toBeNull()
  })
})

describe('the interval of a rate is that of Poisson', () => {
  it.each([
    // R: poisson.test(x, n)
    [10, 1_000, 0.004795, 0.01839],
    [3, 1_000, 0.000619, 0.008767],
    [400, 1_000, 0.361756, 0.441198],
  ])('%i in %i', (events, exposure, low, high) => {
    const found = rate(events, exposure)
    expect(found?.low).toBeCloseTo(low, 4)
    expect(found?.high).toBeCloseTo(high, 4)
  })

  it('begins at 0 where nothing happened, and ends above', () => {
    expect(rate(0, 1_000)).toEqual({ value: 0, low: 0, high: near(0.003_689) })
  })
})

describe('a mean', () => {
  it('has a normal interval out of its sums', () => {
    // 1, 2, 3, 4: a variance of 5/3
    expect(mean(4, 10, 30)).toEqual({ value: 2.5, low: near(1.234_864), high: near(3.765_136) })
  })

  it('has none of a single value', () => {
    expect(mean(1, 7, 49)).toEqual({ value: 7, low: null, high: null })
  })
})

describe('a lift', () => {
  it('is one share by another, minus 1, with the interval of Katz', () => {
    const half = 1.959_964 * Math.sqrt(1 / 60 - 1 / 100 + 1 / 50 - 1 / 100)
    expect(lift(60, 100, 50, 100)).toEqual({
      value: near(0.2),
      low: near(1.2 * Math.exp(-half) - 1),
      high: near(1.2 * Math.exp(half) - 1),
    })
  })

  it('cannot be told where one share is 0', () => {
    expect(lift(5, 10, 0, 10)).toBeNull()
    expect(lift(0, 10, 5, 10)).toBeNull()
  })
})

describe('a reduction', () => {
  const sumsOf = (pairs: readonly (readonly [number, number])[]) => {
    const sum = (of: (before: number, after: number) => number) =>
      pairs.reduce((total, [before, after]) => total + of(before, after), 0)
    return {
      n: pairs.length,
      before: sum((before) => before),
      after: sum((_before, after) => after),
      beforeSquares: sum((before) => before * before),
      afterSquares: sum((_before, after) => after * after),
      products: sum((before, after) => before * after),
    }
  }

  it('is sure where every pair has lost the same part', () => {
    const found = reduction(sumsOf([1, 2, 3, 4].map((n) => [n * 5, n * 2])))
    expect(found).toEqual({ value: near(0.6), low: near(0.6), high: near(0.6) })
  })

  it('is unsure where pairs differ', () => {
    const pairs = Array.from({ length: 100 }, (_none, n) => [n % 2, n % 4 === 1 ? 1 : 0] as const)
    const found = reduction(sumsOf(pairs))
    // Of 50 reports 25 are left: the binomial spread of a half among 50.
    expect(found?.value).toBeCloseTo(0.5, 6)
    expect(Number(found?.high) - Number(found?.low)).toBeCloseTo(2 * 1.96 * Math.sqrt(0.25 / 50), 2)
  })

  it('cannot be told where nothing was before', () => {
    expect(reduction(sumsOf([[0, 1]]))).toBeNull()
  })
})

describe('a median out of a histogram', () => {
  const histogramOf = (values: readonly number[]) => {
    const counts: number[] = []
    for (const value of values) {
      const bucket = Math.floor(Math.log(value) / Math.log(1.08))
      counts[bucket] = (counts[bucket] ?? 0) + 1
    }
    return Array.from({ length: counts.length }, (_none, bucket) => counts[bucket] ?? 0)
  }

  it('is within 5 % of the median, whatever is measured', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const values = Array.from({ length: 11 + seed * 7 }, (_none, n) =>
        Math.exp(14 * ((Math.sin(seed * 37 + n * 12.9898) * 43_758.545_3) % 1) ** 2),
      ).sort((one, other) => one - other)
      const [lower = 0, upper = 0] = [
        values[Math.ceil(values.length / 2) - 1],
        values[Math.floor(values.length / 2)],
      ]
      const { value } = median(histogramOf(values)) ?? { value: NaN }
      expect(value).toBeGreaterThan(lower * 0.95)
      expect(value).toBeLessThan(upper * 1.05)
    }
  })

  it('lies between the order statistics', () => {
    const values = Array.from({ length: 100 }, (_none, n) => 1.08 ** (n + 0.5))
    const found = median(histogramOf(values))
    expect(Math.log(found?.value ?? NaN) / Math.log(1.08)).toBeCloseTo(50, 5)
    expect(Math.log(found?.low ?? NaN) / Math.log(1.08)).toBeCloseTo(50 - 9.8, 1)
    expect(Math.log(found?.high ?? NaN) / Math.log(1.08)).toBeCloseTo(50 + 9.8, 1)
  })
})
