import { GraphQLDateTimeISO } from 'graphql-scalars'
import { decodeTimeCursor, encodeTimeCursor, toConnection } from '../../../graphql/connections.ts'
import { parseId } from '../../../graphql/ids.ts'
import { cutPage, pageSize } from '../../../graphql/pages.ts'
import type { GameAudience, GameRow, InviteRow } from './game.ts'
import {
  claimInvite,
  createGame,
  declineInvite,
  findGame,
  inviteToGame,
  joinGame,
  listGames,
  reportPerson,
} from './service.ts'
import type { Session } from './session.ts'

/** What a cursor of the list is a place in: each viewer has a list of their own. */
const listName = ({ viewer }: Session) => `games:${viewer ?? 'nobody'}`

const person = (id: string) => ({ id })

export const gamesResolvers = {
  DateTime: GraphQLDateTimeISO,
  Query: {
    games: async (_root: unknown, { first, after }: PageArguments, session: Session) => {
      const size = pageSize(first)
      const list = listName(session)
      const position = decodeTimeCursor(list, after)
      const page = cutPage(await listGames(session, size, position), size)
      const edgeOf = (game: GameRow) => ({
        cursor: encodeTimeCursor(list, game.createdAt, game.id),
        node: game,
      })
      // Nobody can ask for the count: to know it, every game would have to be judged.
      return toConnection(page, edgeOf, after, () => Promise.resolve(page.rows.length))
    },
    game: (_root: unknown, { id }: { id: string }, session: Session) => findGame(session, id),
  },
  Game: {
    // The one who sends a reference was shown the game, or guesses: the answer is the same as to
    // `game(id)`.
    __resolveReference: ({ id }: { id: string }, session: Session) =>
      parseId(id) === null ? null : findGame(session, id),
    creator: ({ creator }: GameRow) => person(creator),
    participants: async ({ id }: GameRow, _arguments: object, session: Session) => {
      const [people = [], hidden] = await Promise.all([
        session.participants.load(id),
        session.hidden(),
      ])
      return people.filter((each) => !hidden.includes(each)).map(person)
    },
    invites: async ({ id, creator }: GameRow, _arguments: object, session: Session) => {
      const [invites = [], hidden] = await Promise.all([session.invites.load(id), session.hidden()])
      const { viewer } = session
      return invites.filter(
        ({ inviter, recipient }) =>
          (viewer === creator || (viewer !== null && viewer === recipient)) &&
          !hidden.includes(inviter) &&
          (recipient === null || !hidden.includes(recipient)),
      )
    },
  },
  GameInvite: {
    game: ({ gameId }: InviteRow, _arguments: object, { games }: Session) => games.load(gameId),
    inviter: ({ inviter }: InviteRow) => person(inviter),
    recipient: ({ recipient }: InviteRow) => (recipient === null ? null : person(recipient)),
    // Declining is silent: who invited sees who has joined, and nothing of who does not want to.
    answer: ({ recipient, answer }: InviteRow, _arguments: object, { viewer }: Session) =>
      recipient === viewer ? answer : null,
  },
  Mutation: {
    createGame: (_root: unknown, { title, visibility }: CreateArguments, session: Session) =>
      createGame(session, title, visibility),
    inviteToGame: (_root: unknown, { gameId, userId }: InviteArguments, session: Session) =>
      inviteToGame(session, gameId, userId),
    joinGame: (_root: unknown, { gameId }: { gameId: string }, session: Session) =>
      joinGame(session, gameId),
    claimInvite: (_root: unknown, { inviteId }: { inviteId: string }, session: Session) =>
      claimInvite(session, inviteId),
    declineInvite: (_root: unknown, { inviteId }: { inviteId: string }, session: Session) =>
      declineInvite(session, inviteId),
    reportPerson: (_root: unknown, { gameId, userId }: ReportArguments, session: Session) =>
      reportPerson(session, gameId, userId),
  },
}

interface PageArguments {
  readonly first?: number | null
  readonly after?: string | null
}

interface CreateArguments {
  readonly title: string
  readonly visibility?: GameAudience | null
}

interface InviteArguments {
  readonly gameId: string
  readonly userId?: string | null
}

interface ReportArguments {
  readonly gameId: string
  readonly userId: string
}
