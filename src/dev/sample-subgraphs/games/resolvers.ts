import { GraphQLDateTimeISO } from 'graphql-scalars'
import { decodeTimeCursor, encodeTimeCursor, toConnection } from '../../../graphql/connections.ts'
import { parseId, parseUserId } from '../../../graphql/ids.ts'
import { cutPage, pageSize } from '../../../graphql/pages.ts'
import type { GameAudience, GameRow, InviteRow } from './game.ts'
import { claimInvite, declineInvite, inviteToGame } from './inviting.ts'
import { findGame, listGames, listInvites, listJoined } from './lists.ts'
import { watchGame } from './live.ts'
import { invitesSeen, participantsSeen } from './seen.ts'
import { createGame, deleteGame, joinGame, leaveGame, reportPerson } from './service.ts'
import type { Session } from './session.ts'
import { inviteOf } from './visibility.ts'

interface Person {
  readonly id: string
}

/** What the gateway says of a notification: which game it is about, if any. */
interface Notified {
  readonly gameId?: string | null
}

const person = (id: string): Person => ({ id })

/** What a cursor of a list is a place in: each viewer has a list of their own. */
const listName = (name: string, { viewer }: Session, ...of: readonly string[]) =>
  [name, viewer ?? 'nobody', ...of].join(':')

/** A page of a list that was asked for one row more. */
function pageOf<Row extends { readonly id: string }>(
  list: string,
  { first, after }: PageArguments,
  rows: readonly Row[],
  momentOf: (row: Row) => Date,
) {
  const page = cutPage(rows, pageSize(first))
  const edgeOf = (row: Row) => ({
    cursor: encodeTimeCursor(list, momentOf(row), row.id),
    node: row,
  })
  // Nobody can ask for the count: to know it, every row would have to be judged.
  return toConnection(page, edgeOf, after, () => Promise.resolve(page.rows.length))
}

export const gamesResolvers = {
  DateTime: GraphQLDateTimeISO,
  Query: {
    viewer: (_root: unknown, _arguments: object, { viewer }: Session): Person | null =>
      viewer === null ? null : person(viewer),
    games: async (_root: unknown, page: PageArguments, session: Session) => {
      const list = listName('games', session)
      const [size, position] = [pageSize(page.first), decodeTimeCursor(list, page.after)]
      const rows = await listGames(session, size, position)
      return pageOf(list, page, rows, ({ createdAt }) => createdAt)
    },
    game: (_root: unknown, { id }: { id: string }, session: Session) => findGame(session, id),
  },
  User: {
    __resolveReference: ({ id }: Person): Person | null => {
      const userId = parseUserId(id)
      return userId === null ? null : person(userId)
    },
    games: async ({ id }: Person, page: PageArguments, session: Session) => {
      const list = listName('joined', session, id)
      const [size, position] = [pageSize(page.first), decodeTimeCursor(list, page.after)]
      const rows = await listJoined(session, id, size, position)
      return rows === null ? null : pageOf(list, page, rows, ({ joinedAt }) => joinedAt)
    },
    gameInvites: async ({ id }: Person, page: PageArguments, session: Session) => {
      const { viewer } = session
      if (id !== viewer) return null
      const list = listName('invites', session)
      const [size, position] = [pageSize(page.first), decodeTimeCursor(list, page.after)]
      const rows = await listInvites(session, viewer, size, position)
      return pageOf(list, page, rows, ({ invitedAt }) => invitedAt)
    },
  },
  Game: {
    // The one who sends a reference was shown the game, or guesses: the answer is the same as to
    // `game(id)`.
    __resolveReference: ({ id }: { id: string }, session: Session) =>
      parseId(id) === null ? null : findGame(session, id),
    creator: ({ creator }: GameRow) => person(creator),
    participants: async ({ id }: GameRow, _arguments: object, session: Session) =>
      (await participantsSeen(session, id)).map(person),
    viewerTakesPart: async ({ id }: GameRow, _arguments: object, session: Session) => {
      const people = (await session.participants.load(id)) ?? []
      return session.viewer !== null && people.includes(session.viewer)
    },
    viewerInvite: ({ id }: GameRow, _arguments: object, session: Session) => inviteOf(session, id),
    invites: (game: GameRow, _arguments: object, session: Session) => invitesSeen(session, game),
  },
  Notification: {
    __resolveReference: (reference: Notified) => reference,
    game: ({ gameId }: Notified, _arguments: object, session: Session) =>
      gameId == null ? null : findGame(session, gameId),
  },
  GameInvite: {
    game: ({ gameId }: InviteRow, _arguments: object, { games }: Session) => games.load(gameId),
    inviter: ({ inviter }: InviteRow) => person(inviter),
    recipient: ({ recipient }: InviteRow) => (recipient === null ? null : person(recipient)),
    invitedAt: (invite: InviteRow, _arguments: object, { viewer }: Session) =>
      invite.recipient === viewer ? invite.invitedAt : invite.firstInvitedAt,
    // Declining is silent: who invited sees who has joined, and nothing of who does not want to.
    answer: ({ recipient, answer }: InviteRow, _arguments: object, { viewer }: Session) =>
      recipient === viewer ? answer : null,
  },
  Subscription: {
    gameChanged: {
      subscribe: (_root: unknown, { gameId }: { gameId: string }, session: Session) =>
        watchGame(session, gameId),
      resolve: (id: string) => id,
    },
  },
  Mutation: {
    createGame: (_root: unknown, { title, visibility }: CreateArguments, session: Session) =>
      createGame(session, title, visibility),
    inviteToGame: (_root: unknown, { gameId, userId }: InviteArguments, session: Session) =>
      inviteToGame(session, gameId, userId),
    joinGame: (_root: unknown, { gameId }: { gameId: string }, session: Session) =>
      joinGame(session, gameId),
    leaveGame: (_root: unknown, { gameId }: { gameId: string }, session: Session) =>
      leaveGame(session, gameId),
    deleteGame: (_root: unknown, { gameId }: { gameId: string }, session: Session) =>
      deleteGame(session, gameId),
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
