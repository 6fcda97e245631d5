import type { Resolvers } from '../generated/graphql.ts'
import { readGame } from './game.ts'
import { isVisible } from './service.ts'

export const gameResolvers = {
  Game: {
    __resolveReference: (representation) => readGame(representation),
    visibleToViewer: (game, _arguments, context) => isVisible(context, game),
  },
} satisfies Resolvers
