import type { Figure, Insights } from '../../src/modules/insights/figure.ts'
import { figures } from '../../src/modules/insights/figures.ts'

const dayMs = 86_400_000

/** A value for each unit that looks like one. */
const usual = { SHARE: 0.46, SECONDS: 7_140, PER_THOUSAND: 2.7, PEOPLE: 1_480 } as const

/**
 * Insights as the service would read them, of the days up to now, with every figure. Their last day
 * has not been rolled up yet.
 * @param change what is different of a figure
 */
export function sampleInsights(
  days: number,
  change: (figure: Figure) => Partial<Figure> = () => ({}),
): Insights {
  const to = new Date(Math.floor(Date.now() / dayMs) * dayMs)
  const from = new Date(to.getTime() - days * dayMs)
  const completeUntil = new Date(to.getTime() - dayMs)
  const dayAt = (place: number) =>
    new Date(from.getTime() + place * dayMs).toISOString().slice(0, 10)
  const estimate = (value: number, n: number) => ({
    ...{ n, value, low: value * 0.9, high: value * 1.1 },
  })
  return {
    ...{ from, to, completeUntil },
    step: 'DAY',
    figures: figures.map(({ about }) => {
      const value = usual[about.unit]
      const figure: Figure = {
        ...about,
        ...estimate(value, 1_234),
        counted: { from, to: completeUntil },
        points: Array.from({ length: days }, (_, place) => ({
          day: dayAt(place),
          ...estimate(value * (1 + 0.2 * Math.sin(place)), 20 + place),
        })),
      }
      return { ...figure, ...change(figure) }
    }),
  }
}

/** What a figure is of which nothing may be told. */
export const nothing = { n: null, value: null, low: null, high: null } as const
