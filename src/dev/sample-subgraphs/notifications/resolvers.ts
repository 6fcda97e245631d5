import { GraphQLDateTimeISO } from 'graphql-scalars'
import { decodeTimeCursor, encodeTimeCursor, toConnection } from '../../../graphql/connections.ts'
import { requireAtMost, unauthenticated } from '../../../graphql/errors.ts'
import { parseId, parseUserId } from '../../../graphql/ids.ts'
import { cutPage, pageSize } from '../../../graphql/pages.ts'
import type { Session } from './session.ts'
import { countUnread, type NotificationRow, selectNotifications, updateRead } from './sql.ts'

interface Recipient {
  readonly id: string
}

/** How many notifications can be marked by their ids at once: a page of them. */
const mostMarked = 100

export const notificationsResolvers = {
  DateTime: GraphQLDateTimeISO,
  Query: {
    viewer: (_root: unknown, _arguments: object, { viewer }: Session): Recipient | null =>
      viewer === null ? null : { id: viewer },
  },
  User: {
    __resolveReference: ({ id }: Recipient): Recipient | null => {
      const userId = parseUserId(id)
      return userId === null ? null : { id: userId }
    },
    notifications: async ({ id }: Recipient, { first, after }: PageArguments, session: Session) => {
      const { viewer, store } = session
      if (id !== viewer) return null
      const list = `notifications:${viewer}`
      const [size, position] = [pageSize(first), decodeTimeCursor(list, after)]
      const hidden = await session.hidden()
      const page = cutPage(
        await selectNotifications(store, viewer, hidden, position, size + 1),
        size,
      )
      const edgeOf = (row: NotificationRow) => ({
        cursor: encodeTimeCursor(list, row.createdAt, row.id),
        node: row,
      })
      return {
        ...toConnection(page, edgeOf, after, () => Promise.resolve(page.rows.length)),
        unreadCount: () => countUnread(store, viewer, hidden),
      }
    },
  },
  Notification: {
    actor: ({ actor }: NotificationRow) => ({ id: actor }),
  },
  Subscription: {
    notificationAdded: {
      subscribe: (_root: unknown, _arguments: object, { viewer, live }: Session) => {
        if (viewer === null) throw unauthenticated()
        return live.listen(viewer)
      },
      resolve: (row: NotificationRow) => row,
    },
  },
  Mutation: {
    markNotificationsRead: async (
      _root: unknown,
      { ids }: { readonly ids?: readonly string[] | null },
      session: Session,
    ) => {
      const { viewer, store } = session
      if (viewer === null) throw unauthenticated()
      requireAtMost(mostMarked, 'ids', ids ?? [])
      // What is no id is the id of no notification.
      const marked = ids?.map(parseId).filter((id) => id !== null) ?? null
      const changed = await updateRead(store, viewer, await session.hidden(), marked)
      return { changed, viewer: { id: viewer } }
    },
  },
}

interface PageArguments {
  readonly first?: number | null
  readonly after?: string | null
}
