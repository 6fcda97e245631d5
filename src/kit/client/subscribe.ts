import { dataOf } from './answer.ts'
import type { Document } from './document.ts'
import { readEvents } from './event-stream.ts'
import { type CallOptions, type ConnectionsClient, openStream } from './request.ts'
import { ConnectionsRequestError } from './request-error.ts'

export interface LiveOptions extends CallOptions {
  /**
   * Called when the stream has opened. `again` when there was one before: changes between the two
   * are not told, nor those before `askedAt`, in milliseconds since 1970.
   */
  readonly onOpen?: (again: boolean, askedAt: number) => void
  /** Called when there is no stream and no further attempt, for example without a token. */
  readonly onError?: (error: ConnectionsRequestError) => void
  /** A stream that is silent for longer is opened again; 60,000 unless told. */
  readonly silenceMs?: number
}

export interface SubscribeOptions<Data> extends LiveOptions {
  readonly onData: (data: Data) => void
  /** Called when a stream that had opened has ended. */
  readonly onEnd?: () => void
  /** Says when there may be a stream, for example when a connection is free. */
  readonly within?: Within
}

/**
 * Calls `listen`, and ends when it does, with its error; or does not call it, and is asked again
 * after a wait. The signal that `listen` gets ends the stream, at the latest with `left`.
 */
export type Within = (
  left: AbortSignal,
  listen: (signal: AbortSignal) => Promise<void>,
) => Promise<unknown>

/** A stream that has lived so long was a good one. */
const soundAfterMs = 5_000
const longestWaitMs = 30_000

/**
 * Listens to a subscription of the graph. A stream that is lost is opened again, after a wait that
 * grows; one whose token was refused at once, with a new token.
 * @returns ends it
 */
export function subscribe<Data>(
  client: ConnectionsClient,
  document: Document<Data, never>,
  options: SubscribeOptions<Data>,
): () => void {
  const leaving = new AbortController()
  const { signal } = options
  const left = AbortSignal.any([leaving.signal, client.closed, ...(signal ? [signal] : [])])
  void keepListening(client, document, options, left)
  return () => {
    leaving.abort()
  }
}

async function keepListening<Data>(
  client: ConnectionsClient,
  document: Document<Data, never>,
  options: SubscribeOptions<Data>,
  left: AbortSignal,
): Promise<void> {
  const { onOpen, onEnd, onError } = options
  let streams = 0
  let failures = 0
  let refresh = false
  const open = (askedAt: number) => {
    const again = streams++ > 0
    later(() => onOpen?.(again, askedAt))
  }
  while (!left.aborted) {
    const [before, began] = [streams, Date.now()]
    const error: ConnectionsRequestError | null = await listenOnce(
      client,
      document,
      refresh,
      options,
      left,
      open,
    )
    if (streams > before) later(() => onEnd?.())
    const isSound = Date.now() - began >= soundAfterMs
    const isOutdated: boolean = error?.code === 'UNAUTHENTICATED' && (!refresh || isSound)
    if (error !== null && !error.retryable && !isOutdated) {
      later(() => onError?.(error))
      return
    }
    refresh = isOutdated
    if (isOutdated) continue
    failures = isSound ? 0 : failures + 1
    const longer = Math.min(1_000 * 2 ** (failures - 1), longestWaitMs) * (0.5 + Math.random() / 2)
    await wait(Math.max((error?.retryAfter ?? 0) * 1_000, longer), left)
  }
}

/**
 * Listens to one stream until it ends.
 * @param refresh whether the last stream ended because its token was refused
 * @returns why it ended, if the graph has said so; null when it broke or was closed
 */
async function listenOnce<Data>(
  client: ConnectionsClient,
  document: Document<Data, never>,
  refresh: boolean,
  { onData, within = always, silenceMs = 60_000 }: SubscribeOptions<Data>,
  left: AbortSignal,
  open: (askedAt: number) => void,
): Promise<ConnectionsRequestError | null> {
  const silence = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const heard = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      silence.abort()
    }, silenceMs)
  }
  const listen = async (given: AbortSignal) => {
    heard()
    const signal = AbortSignal.any([given, silence.signal])
    const askedAt = Date.now()
    const stream = await openStream(client, document, { signal, refresh })
    open(askedAt)
    for await (const answer of readEvents(stream, heard)) {
      const data = dataOf(answer) as Data
      later(() => {
        onData(data)
      })
    }
  }
  try {
    await within(left, listen)
    return null
  } catch (error) {
    return error instanceof ConnectionsRequestError ? error : null
  } finally {
    clearTimeout(timer)
  }
}

const always: Within = (left, listen) => listen(left)

/** An error of the caller's function is theirs, and does not end the stream. */
function later(call: () => void): void {
  void Promise.resolve().then(call)
}

/** Also over when the subscription ends. */
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
