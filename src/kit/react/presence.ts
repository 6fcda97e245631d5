import { useEffect } from 'react'
import { type ConnectionsClient, heartbeat } from '../client/client.ts'
import { leadOneTab } from './one-tab.ts'
import { useConnectionsClient } from './provider.ts'

export interface HeartbeatOptions {
  /** False for people who do not want to be seen. */
  readonly enabled?: boolean
  /** 30,000 unless told, as the graph expects it. */
  readonly everyMs?: number
}

/**
 * Says that the viewer is here, every 30 seconds while the page is visible. Of several visible tabs
 * one does so. Use it once, near the root.
 */
export function usePresenceHeartbeat({
  enabled = true,
  everyMs = 30_000,
}: HeartbeatOptions = {}): void {
  const client = useConnectionsClient()
  const isBeating = enabled && client.viewer !== null
  useEffect(
    () => (isBeating ? beatWhileVisible(client, everyMs) : undefined),
    [client, everyMs, isBeating],
  )
}

function beatWhileVisible(client: ConnectionsClient, everyMs: number): () => void {
  let last = 0
  let leave: (() => void) | null = null
  const beatRegularly = () => {
    let timer: ReturnType<typeof setTimeout>
    const wait = (ms: number) => {
      timer = setTimeout(beat, ms)
    }
    const beat = () => {
      last = Date.now()
      wait(everyMs)
      // The next one is as good.
      heartbeat(client).catch(() => undefined)
    }
    // Whoever leaves and comes back at once need not say so.
    wait(Math.max(0, last + everyMs - Date.now()))
    return () => {
      clearTimeout(timer)
    }
  }
  const look = () => {
    if (document.visibilityState === 'visible')
      leave ??= leadOneTab(`connections-kit presence ${client.viewer ?? ''}`, beatRegularly)
    else stop()
  }
  const stop = () => {
    leave?.()
    leave = null
  }
  look()
  document.addEventListener('visibilitychange', look)
  return () => {
    document.removeEventListener('visibilitychange', look)
    stop()
  }
}
