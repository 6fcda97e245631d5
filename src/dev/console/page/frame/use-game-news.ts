import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useConnectionsClient } from '../../../../kit/react/react.ts'
import { listenToGame } from '../graph/game-news.ts'
import { reloadGames } from '../graph/games.ts'

/**
 * Reads a game again as soon as something changes in it.
 * @returns whether it hears of changes
 */
export function useGameNews(id: string): boolean {
  const client = useConnectionsClient()
  const queryClient = useQueryClient()
  const [isLive, setLive] = useState(false)
  useEffect(() => {
    const stop = listenToGame(client, id, {
      onData: () => {
        setLive(true)
        void reloadGames(queryClient)
      },
      onEnd: () => setLive(false),
    })
    return () => {
      stop()
      setLive(false)
    }
  }, [client, queryClient, id])
  return isLive
}
