import type { ConnectionsClient, Document } from '../../../../kit/client/client.ts'
import { streamOnce } from './stream-once.ts'
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

const live = new WeakSet<ConnectionsClient>()

/** Whether this window hears of what is new in the viewer's inbox. */
export function isInboxLive(client: ConnectionsClient): boolean {
  return live.has(client)
}

/**
 * Listens for notifications. One window of a person has a stream and tells their others.
 * @param told called when there is something new, and whenever something may have been missed
 * @returns ends it
 */
export function listenToInbox(client: ConnectionsClient, told: () => void): () => void {
  const leaving = new AbortController()
  const left = AbortSignal.any([leaving.signal, client.closed])
  const name = `console inbox of ${client.viewer ?? ''}`
  const channel = new BroadcastChannel(name)
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
    setLive(data !== 'lost')
    if (data !== 'live') told()
  })
  left.addEventListener('abort', () => {
    channel.close()
  })
  tell('hello')
  const news = () => {
    setLive(true)
    tell('news')
    told()
  }
  const lost = () => {
    if (!isInboxLive(client) || left.aborted) return
    setLive(false)
    tell('lost')
    told()
  }
  const lead = async () => {
    isLeading = true
    await keepListening(client, news, lost, left)
  }
  navigator.locks.request(name, { signal: left }, lead).catch(() => undefined)
  return () => {
    leaving.abort()
  }
}

const shortestWaitMs = 5_000
const longestWaitMs = 60_000

/** A stream that has ended is opened again, after a wait that grows while there is none. */
async function keepListening(
  client: ConnectionsClient,
  news: () => void,
  lost: () => void,
  left: AbortSignal,
): Promise<void> {
  let waitMs = shortestWaitMs
  const heard = () => {
    waitMs = shortestWaitMs
    news()
  }
  while (!left.aborted) {
    await inStreamPlace(left, (signal) => streamOnce(client, notificationAdded, heard, signal))
    lost()
    await wait(waitMs, left)
    waitMs = Math.min(waitMs * 2, longestWaitMs)
  }
}

/** Also over when the window does not listen any more: others wait to lead. */
function wait(ms: number, left: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      left.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    left.addEventListener('abort', end)
    if (left.aborted) end()
  })
}
