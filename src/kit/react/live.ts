import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import {
  applyChange,
  blockUser,
  type ConnectionsClient,
  invalidate,
  type RelationshipChange,
  root,
  syncRelationshipChanges,
} from '../client/client.ts'
import { leadOneTab } from './one-tab.ts'
import { useConnectionsClient } from './provider.ts'

export interface RelationshipChangesOptions {
  /** Called for each change, in every tab: for example to tell the viewer of it. */
  readonly onChange?: (change: RelationshipChange) => void
  readonly enabled?: boolean
}

/**
 * Keeps everything on the screen up to date with what others do. One tab of the browser has a
 * stream and tells the others. While there is none, everything is fetched again when the page
 * becomes visible. Use it once, near the root.
 * @returns whether changes come in
 */
export function useRelationshipChanges({
  onChange,
  enabled = true,
}: RelationshipChangesOptions = {}): { readonly isLive: boolean } {
  const client = useConnectionsClient()
  const queryClient = useQueryClient()
  const [isLive, setLive] = useState(false)
  const latest = useRef(onChange)
  useEffect(() => {
    latest.current = onChange
  })
  const isListening = enabled && client.viewer !== null
  useEffect(() => {
    if (!isListening) return undefined
    const stop = shareChanges(client, queryClient, (change) => latest.current?.(change), setLive)
    return () => {
      stop()
      setLive(false)
    }
  }, [client, queryClient, isListening])
  return { isLive }
}

/** What tabs tell each other. */
type Message =
  /** By a new tab: is anybody listening? */
  | { readonly kind: 'hello' }
  /** The answer. */
  | { readonly kind: 'live' }
  /** A stream has opened; what was before it is not told. */
  | { readonly kind: 'opened' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'change'; readonly change: RelationshipChange }
  /** The viewer has blocked somebody, of whom no tab must go on showing anything. */
  | { readonly kind: 'blocked' }

const again = 60_000

function shareChanges(
  client: ConnectionsClient,
  queryClient: QueryClient,
  onChange: (change: RelationshipChange) => void,
  onLive: (isLive: boolean) => void,
): () => void {
  const name = `connections-kit changes ${client.viewer ?? ''}`
  const channel = new BroadcastChannel(name)
  let isStopped = false
  let isLive = false
  let isLeading = false
  const setLive = (now: boolean) => {
    isLive = now
    onLive(now)
  }
  const tell = (message: Message) => {
    if (!isStopped) channel.postMessage(message)
  }
  const hear = ({ data }: MessageEvent<Message>) => {
    switch (data.kind) {
      case 'hello':
        if (isLeading && isLive) tell({ kind: 'live' })
        break
      case 'live':
        setLive(true)
        break
      case 'opened':
        setLive(true)
        void invalidate(queryClient, 'everything')
        break
      case 'lost':
        setLive(false)
        break
      case 'change':
        applyChange(client, queryClient, data.change)
        onChange(data.change)
        break
      case 'blocked':
        void forgetOthers(client, queryClient)
    }
  }
  const unwatch = queryClient.getMutationCache().subscribe(({ type, mutation }) => {
    const isBlock = mutation?.options.mutationKey?.[1] === blockUser.field
    if (type === 'updated' && isBlock && mutation.state.status === 'success')
      tell({ kind: 'blocked' })
  })
  channel.addEventListener('message', hear)
  tell({ kind: 'hello' })

  const lead = () => {
    isLeading = true
    const stopStream = keepStream(client, queryClient, {
      onChange: (change) => {
        tell({ kind: 'change', change })
        onChange(change)
      },
      onOpen: () => {
        if (isStopped) return
        setLive(true)
        tell({ kind: 'opened' })
      },
      onLost: () => {
        if (isStopped) return
        setLive(false)
        tell({ kind: 'lost' })
      },
    })
    return () => {
      isLeading = false
      stopStream()
    }
  }
  const leave = leadOneTab(name, lead)
  const look = () => {
    if (document.visibilityState === 'visible' && !isLive)
      void invalidate(queryClient, 'everything')
  }
  document.addEventListener('visibilitychange', look)
  return () => {
    isStopped = true
    unwatch()
    document.removeEventListener('visibilitychange', look)
    leave()
    channel.close()
  }
}

/** Reads everything anew but the viewer's own profile, which they may be editing. */
function forgetOthers({ viewer }: ConnectionsClient, queryClient: QueryClient): Promise<void> {
  return queryClient.resetQueries({
    queryKey: [root],
    predicate: ({ queryKey: [, topic, asked] }) =>
      topic !== 'profiles' || (asked as { readonly userId?: string }).userId !== viewer,
  })
}

interface StreamListener {
  readonly onChange: (change: RelationshipChange) => void
  readonly onOpen: () => void
  readonly onLost: () => void
}

/** A stream that has given up is opened again when that may help. */
function keepStream(
  client: ConnectionsClient,
  queryClient: QueryClient,
  { onChange, onOpen, onLost }: StreamListener,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let stop: () => void = () => undefined
  const open = () => {
    clearTimeout(timer)
    timer = undefined
    stop = syncRelationshipChanges(client, queryClient, {
      onChange,
      onOpen,
      onError: () => {
        timer = setTimeout(open, again)
        onLost()
      },
    })
  }
  const retry = () => {
    if (timer !== undefined && document.visibilityState === 'visible') open()
  }
  window.addEventListener('online', retry)
  document.addEventListener('visibilitychange', retry)
  open()
  return () => {
    window.removeEventListener('online', retry)
    document.removeEventListener('visibilitychange', retry)
    clearTimeout(timer)
    stop()
  }
}
