import type { Modules } from '../../src/server/type-defs.ts'

/** `CONTENT` for the games of the dev stack. */
export const gamesContent = 'Game:creator:visibility:GameVisibility'

/** The graph with games, as that says. */
export const withGames: Modules = {
  content: [
    {
      name: 'Game',
      owner: 'creator',
      visibility: 'visibility',
      visibilityEnum: 'GameVisibility',
      nullable: [],
    },
  ],
}

/** The graph as it is unless told. */
export const withoutContent: Modules = { content: [] }
