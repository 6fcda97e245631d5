import type { Resolvers } from '../../generated/graphql.ts'
import { asService } from '../../graphql/authorize.ts'
import type { Figure, FigureName } from './figure.ts'
import { readInsights } from './service.ts'

export const insightResolvers = {
  Query: {
    socialInsights: async (_root, { from, to }, context) => {
      const { figures, ...about } = await readInsights(asService(context.session), from, to)
      const byName = Object.fromEntries(figures.map((figure) => [figure.name, toInsight(figure)]))
      return { ...about, ...(byName as Record<FigureName, ReturnType<typeof toInsight>>) }
    },
  },
} satisfies Resolvers

function toInsight({ counted, points, ...figure }: Figure) {
  const [countedFrom, countedTo] = [counted?.from ?? null, counted?.to ?? null]
  return { ...figure, countedFrom, countedTo, points: [...points] }
}
