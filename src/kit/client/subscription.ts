import {
  RelationshipChangedDocument,
  type RelationshipChangedSubscription,
} from '../generated/operations.ts'
import { dataOf } from './answer.ts'
import { readEvents } from './event-stream.ts'
import { type CallOptions, type ConnectionsClient, openStream } from './request.ts'
import { ConnectionsRequestError } from './request-error.ts'

/** What somebody else did that concerns the viewer. */
export type RelationshipChange = RelationshipChangedSubscription['relationshipChanged']

export interface LiveOptions extends CallOptions {
  /**
   * Called when the stream has opened. `again` when there was one before: changes between the two
   * are not told.
   */
  readonly onOpen?: (again: boolean) => void
  /** Called when there is no stream and no further attempt, for example without a token. */
  readonly onError?: (error: ConnectionsRequestError) => void
  /** A stream that is silent for longer is opened again; 60,000 unless told. */
  readonly silenceMs?: number
}

/** A stream that has lived so long was a good one. */
const soundAfterMs = 5_000
const longestWaitMs = 30_000

/**
 * Tells of friend requests, accepted requests and new followers as they happen. A stream that is
 * lost is opened again, after a wait that grows.
 * @returns ends it
 */
export function subscribeRelationshipChanges(
  client: ConnectionsClient,
  onChange: (change: RelationshipChange) => void,
  options: LiveOptions = {},
): () => void {
  const leaving = new AbortController()
  const { signal } = options
  const left = AbortSignal.any([leaving.signal, client.closed, ...(signal ? [signal] : [])])
  void keepListening(client, onChange, options, left)
  return () => {
    leaving.abort()
  }
}

async function keepListening(
  client: ConnectionsClient,
  onChange: (change: RelationshipChange) => void,
  { onOpen, onError, silenceMs = 60_000 }: LiveOptions,
  left: AbortSignal,
): Promise<void> {
  let opened = false
  let last: string | null = null
  let failures = 0
  let refresh = false
  const told = (change: RelationshipChange) => {
    // Some gateways repeat the last change.
    if (change.id !== last) later(() => onChange(change))
    last = change.id
  }
  const open = () => {
    const again = opened
    opened = true
    later(() => onOpen?.(again))
  }
  while (!left.aborted) {
    const began = Date.now()
    const error = await listenOnce(client, refresh, silenceMs, left, open, told)
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
async function listenOnce(
  client: ConnectionsClient,
  refresh: boolean,
  silenceMs: number,
  left: AbortSignal,
  open: () => void,
  told: (change: RelationshipChange) => void,
): Promise<ConnectionsRequestError | null> {
  const silence = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const heard = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      silence.abort()
    }, silenceMs)
  }
  try {
    heard()
    const signal = AbortSignal.any([left, silence.signal])
    const stream = await openStream(client, RelationshipChangedDocument, { signal, refresh })
    open()
    for await (const answer of readEvents(stream, heard))
      told((dataOf(answer) as RelationshipChangedSubscription).relationshipChanged)
    return null
  } catch (error) {
    return error instanceof ConnectionsRequestError ? error : null
  } finally {
    clearTimeout(timer)
  }
}

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
