import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useConnectionsClient } from '../../../../kit/react/react.ts'
import { reloadGames } from '../graph/games.ts'
import { reloadInbox } from '../graph/inbox.ts'
import { listenToInbox } from '../graph/inbox-news.ts'

/** Keeps the inbox, and the games that it tells of, up to date. */
export function useInboxNews(): void {
  const client = useConnectionsClient()
  const queryClient = useQueryClient()
  useEffect(
    () =>
      listenToInbox(client, () => {
        void reloadInbox(queryClient)
        void reloadGames(queryClient)
      }),
    [client, queryClient],
  )
}
