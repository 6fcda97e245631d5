/** Who may see a game. */
export type GameAudience = 'PUBLIC' | 'FRIENDS' | 'CLOSE'

/** A game as the table has it. */
export interface GameRow {
  readonly id: string
  readonly creator: string
  readonly title: string
  readonly visibility: GameAudience
  readonly createdAt: Date
}

/** A game that somebody takes part in. */
export interface JoinedRow extends GameRow {
  readonly joinedAt: Date
}

export interface InviteRow {
  readonly id: string
  readonly gameId: string
  readonly inviter: string
  /** Null: everybody who has the id. */
  readonly recipient: string | null
  readonly invitedAt: Date
  /** When its sender sent it, as they know it: a block between others may have ended it since. */
  readonly firstInvitedAt: Date
  /** Whether a block has ended it, and between the recipient and whom. */
  readonly partedFromInviter: boolean
  readonly partedFromCreator: boolean
  /** What the recipient has answered; null for nothing. */
  readonly answer: 'ACCEPTED' | 'DECLINED' | null
}

type GameErrorCode = 'INVALID_INPUT' | 'NOT_FOUND' | 'UNAVAILABLE' | 'INVITE_UNAVAILABLE'

const messages: Record<GameErrorCode, string> = {
  INVALID_INPUT: 'An argument has the wrong format.',
  NOT_FOUND: 'There is no such game.',
  UNAVAILABLE: 'This person is not available.',
  INVITE_UNAVAILABLE: 'This invitation is not available.',
}

/** What a mutation answers when it has done nothing. */
export function refuse(code: GameErrorCode, message = messages[code]) {
  return { changed: false, errors: [{ code, message }] }
}
