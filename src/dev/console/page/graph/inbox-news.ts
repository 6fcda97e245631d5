import { type ConnectionsClient, type Document, subscribe } from '../../../../kit/client/client.ts'
import { inStreamPlace } from './stream-places.ts'

const notificationAdded = `subscription NotificationAdded {
  notificationAdded { id }
}` as Document<unknown, never>

/** What the windows of one person tell each other. */
type Message =
  /** By a new window: does anybody listen? */
  | 'hello'
  /** The answer. */
  | 'live'
  /** There is something new, or there can be, because a stream has begun. */
  | 'news'
  /** The stream has ended. */
  | 'lost'
  /** The viewer has read or answered something. */
  | 'done'

const channels = new WeakMap<ConnectionsClient, BroadcastChannel>()
const live = new WeakSet<ConnectionsClient>()

/** Whether this window hears of what is new in the viewer's inbox. */
export function isInboxLive(client: ConnectionsClient): boolean {
  return live.has(client)
}

/** Tells the viewer's other windows that the viewer has read or answered something in this one. */
export function tellOtherWindows(client: ConnectionsClient): void {
  channels.get(client)?.postMessage('done' satisfies Message)
}

/**
 * Listens for notifications. One window of a person has a stream and tells their others.
 * @param told called when there is something new, and whenever something may have been missed;
 *   with `true` when the viewer has read or answered something in another window
 * @returns ends it
 */
export function listenToInbox(
  client: ConnectionsClient,
  told: (isDone: boolean) => void,
): () => void {
  const leaving = new AbortController()
  const left = AbortSignal.any([leaving.signal, client.closed])
  const name = `console inbox of ${client.viewer ?? ''}`
  const channel = new BroadcastChannel(name)
  channels.set(client, channel)
  let isLeading = false
  const tell = (message: Message) => {
    if (!left.aborted) channel.postMessage(message)
  }
  const setLive = (isLive: boolean) => {
    if (isLive) live.add(client)
    else live.delete(client)
  }
  channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    if (data === 'hello') {
      if (isLeading && isInboxLive(client)) tell('live')
      return
    }
    if (data !== 'done') setLive(data !== 'lost')
    if (data !== 'live') told(data === 'done')
  })
  left.addEventListener('abort', () => {
    channels.delete(client)
    channel.close()
  })
  tell('hello')
  const news = () => {
    setLive(true)
    tell('news')
    told(false)
  }
  const lost = () => {
    if (!isInboxLive(client) || left.aborted) return
    setLive(false)
    tell('lost')
    told(false)
  }
  const lead = () => {
    isLeading = true
    keepListening(client, news, lost, left)
    return new Promise((resolve) => {
      left.addEventListener('abort', resolve)
      if (left.aborted) resolve(null)
    })
  }
  navigator.locks.request(name, { signal: left }, lead).catch(() => undefined)
  return () => {
    leaving.abort()
  }
}

/** Also where there is no stream for another reason than the network, it can come later. */
const againMs = 60_000

function keepListening(
  client: ConnectionsClient,
  news: () => void,
  lost: () => void,
  left: AbortSignal,
): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const listen = () => {
    subscribe(client, notificationAdded, {
      signal: left,
      onOpen: news,
      onData: news,
      onEnd: lost,
      onError: () => {
        if (!left.aborted) timer = setTimeout(listen, againMs)
      },
      within: (free, hold) => inStreamPlace('inbox', free, hold),
    })
  }
  left.addEventListener('abort', () => {
    clearTimeout(timer)
  })
  listen()
}
