import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { invalidate } from '../../../../kit/client/client.ts'
import { useConnectionsClient } from '../../../../kit/react/react.ts'
import { reloadGames } from '../graph/games.ts'
import { reloadInbox } from '../graph/inbox.ts'
import { listenToInbox } from '../graph/inbox-news.ts'

/** Keeps the inbox, and what it tells of, up to date. */
export function useInboxNews(): void {
  const client = useConnectionsClient()
  const queryClient = useQueryClient()
  useEffect(
    () =>
      listenToInbox(client, (isDone) => {
        void reloadInbox(queryClient)
        void reloadGames(queryClient)
        // The stream of the kit does not tell somebody what they did themselves.
        if (isDone)
          void invalidate(queryClient, ['relationship', 'friend-requests', 'friends', 'counts'])
      }),
    [client, queryClient],
  )
}
