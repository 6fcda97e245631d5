import { badUserInput } from '../base/errors.ts'
import type { Resolvers } from '../generated/graphql.ts'
import { readGame, type Game } from './game.ts'
import { isVisible } from './service.ts'

/**
 * What the games subgraph tells. A gateway has no reason to ask for it here; whoever does must have told it. The generated
 * types leave fields of other subgraphs out.
 */
const told = {
  creator: ({ creator }: Game) => creator ?? untold('creator'),
  visibility: ({ visibility }: Game) => visibility ?? untold('visibility'),
}

export const gameResolvers = {
  Game: {
    __resolveReference: (representation) => readGame(representation),
    ...told,
    visibleToViewer: (game, _arguments, context) => isVisible(context, game),
  },
} satisfies Resolvers

/** @throws BAD_USER_INPUT always: a representation lacks the field, or holds something else in it */
function untold(field: string): never {
  throw badUserInput(`The representation of this game does not say its \`${field}\`.`)
}
