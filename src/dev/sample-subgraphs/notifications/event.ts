import { z } from 'zod'
import type { NewNotification } from './sql.ts'

/** What an event asks of the inbox. */
export type Told =
  | { readonly what: 'notify'; readonly notification: NewNotification }
  | {
      readonly what: 'forget'
      readonly userIds: readonly [string, string]
      readonly version: string
    }
  | { readonly what: 'nothing' }

/** Any UUID, as connections has it; not only those that a generator makes. */
const id = z.guid()

/** What every event about two people has around its data. */
const envelope = z.object({
  id,
  time: z.iso.datetime({ offset: true }),
  pairversion: z.string().regex(/^\d{1,19}$/),
})

type Notified = Pick<NewNotification, 'kind' | 'actor' | 'recipient'> & { readonly gameId?: string }

/** The kinds that tell a person something: who did it, and who is told. */
const notifying: Readonly<Record<string, z.ZodType<Notified>>> = {
  'friend_request.created': z
    .object({ requesterId: id, targetId: id })
    .transform(({ requesterId, targetId }) => ({
      kind: 'FRIEND_REQUESTED',
      actor: requesterId,
      recipient: targetId,
    })),
  'friend_request.accepted': z
    .object({ requesterId: id, targetId: id })
    .transform(({ requesterId, targetId }) => ({
      kind: 'FRIEND_REQUEST_ACCEPTED',
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

const blockChanged = z.object({ userIds: z.tuple([id, id]) })

/**
 * Reads a CloudEvent of connections. Fields that this service does not need are not looked at, and
 * a type that it does not know asks for nothing: both may come with a newer version.
 * @throws ZodError for a known type without what it must have
 */
export function readEvent(body: unknown): Told {
  const { type, data } = z.object({ type: z.string(), data: z.unknown() }).parse(body)
  if (type === 'block.changed') {
    const { userIds } = blockChanged.parse(data)
    return { what: 'forget', userIds, version: envelope.parse(body).pairversion }
  }
  const notified = notifying[type]
  if (notified === undefined) return { what: 'nothing' }
  const { id: eventId, time, pairversion } = envelope.parse(body)
  const notification = {
    gameId: null,
    ...notified.parse(data),
    id: eventId,
    version: pairversion,
    createdAt: new Date(time),
  }
  return { what: 'notify', notification }
}
