import { z } from 'zod'
import { type BlockChange, readBlockChange, typeOf } from '../block-change.ts'
import type { NewNotification } from './sql.ts'

/** What an event asks of the inbox. */
export type Told =
  | { readonly what: 'notify'; readonly notification: NewNotification }
  | { readonly what: 'forget pair'; readonly change: BlockChange }
  | { readonly what: 'forget game'; readonly gameId: string }
  | { readonly what: 'nothing' }

/** Any UUID, as connections has it; not only those that a generator makes. */
const id = z.guid()
const level = z.enum(['FRIEND', 'CLOSE'])

/** What every event has around its data. */
const envelope = z.object({ id, time: z.iso.datetime({ offset: true }) })

/** The same of connections, for an event about two people. */
const pairEnvelope = envelope.extend({ pairversion: z.string().regex(/^\d{1,19}$/) })

type Notified = Pick<NewNotification, 'kind' | 'actor' | 'recipient'> &
  Partial<Pick<NewNotification, 'gameId' | 'creator'>>

/** The kinds that tell a person something: who did it, and who is told. */
const notifying: Readonly<Record<string, z.ZodType<Notified>>> = {
  'friend_request.created': z
    .object({ requesterId: id, targetId: id, level })
    .transform(({ requesterId, targetId, level: asked }) => ({
      kind: asked === 'CLOSE' ? 'CLOSE_FRIEND_REQUESTED' : 'FRIEND_REQUESTED',
      actor: requesterId,
      recipient: targetId,
    })),
  'friend_request.accepted': z
    .object({ requesterId: id, targetId: id, level })
    .transform(({ requesterId, targetId, level: asked }) => ({
      kind: asked === 'CLOSE' ? 'CLOSE_FRIEND_ACCEPTED' : 'FRIEND_REQUEST_ACCEPTED',
      actor: targetId,
      recipient: requesterId,
    })),
  'follow.created': z
    .object({ followerId: id, targetId: id })
    .transform(({ followerId, targetId }) => ({
      kind: 'FOLLOWED',
      actor: followerId,
      recipient: targetId,
    })),
  'game.friend_joined': z
    .object({ gameId: z.string(), userId: id, creatorId: id })
    .transform(({ gameId, userId, creatorId }) => ({
      kind: 'FRIEND_JOINED_GAME',
      actor: userId,
      recipient: creatorId,
      gameId,
    })),
}

/** What there is beside the envelope. */
const content = z.object({ data: z.unknown() })

/** What no event of connections has, unless it says so. */
const about = { gameId: null, creator: null }

/**
 * Reads a CloudEvent of connections.
 * @throws ZodError for a known type without what it must have
 */
export function readConnectionsEvent(body: unknown): Told {
  const type = typeOf(body)
  if (type === 'block.changed') return { what: 'forget pair', change: readBlockChange(body) }
  const { data } = content.parse(body)
  const notified = notifying[type]
  if (notified === undefined) return { what: 'nothing' }
  const { id: eventId, time, pairversion } = pairEnvelope.parse(body)
  const notification = {
    ...about,
    ...notified.parse(data),
    id: eventId,
    version: pairversion,
    createdAt: new Date(time),
  }
  return { what: 'notify', notification }
}

const invited = z.object({ gameId: id, inviterId: id, recipientId: id, creatorId: id })
const deleted = z.object({ gameId: id })

/**
 * Reads a CloudEvent of games, in the same way. It says nothing of the order in which a pair did
 * things, so its time stands for that.
 * @throws ZodError for a known type without what it must have
 */
export function readGamesEvent(body: unknown): Told {
  const { data } = content.parse(body)
  switch (typeOf(body)) {
    case 'game.invited': {
      const { id: eventId, time } = envelope.parse(body)
      const { gameId, inviterId, recipientId, creatorId } = invited.parse(data)
      const notification = {
        id: eventId,
        kind: 'GAME_INVITED',
        actor: inviterId,
        recipient: recipientId,
        gameId,
        creator: creatorId,
        version: null,
        createdAt: new Date(time),
      } as const
      return { what: 'notify', notification }
    }
    case 'game.deleted':
      return { what: 'forget game', gameId: deleted.parse(data).gameId }
    default:
      return { what: 'nothing' }
  }
}
