import http from 'node:http'
import https from 'node:https'
import { limits } from '../limits.ts'

/** What came of one request: the status and what the endpoint wants, or why there was no answer. */
export type Answer =
  | { readonly status: number; readonly retryAfter: string | undefined }
  | { readonly failure: string }
  /** The worker ends: nothing is known of what the endpoint did. */
  | 'interrupted'

export interface Message {
  readonly url: string
  /**
   * Decides which addresses may be connected to, and keeps connections. Throws for a URL that may
   * not be asked at all.
   */
  readonly agent: () => http.Agent
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Sends one message and gives the answer. No redirect is followed. The status decides: what follows
 * it is read so far that the connection can be used again, and cut after 1 KB. It is over when that
 * is: an endpoint that never ends its answers holds no more connections than messages under way.
 * Never throws.
 * @param signal ends it at once
 * @param timeoutMs until the status has come
 */
export async function post(
  message: Message,
  signal: AbortSignal,
  timeoutMs: number = limits.webhooks.timeoutMs,
): Promise<Answer> {
  const deadline = { timeoutMs, at: performance.now() + timeoutMs }
  const send = () => attempt(message, signal, deadline)
  try {
    return await send().catch((error: unknown) => {
      if (!(error instanceof StaleConnection)) throw error
      return send()
    })
  } catch (error) {
    return signal.aborted ? 'interrupted' : { failure: reasonOf(error) }
  }
}

/** When it must be over, and how long that was from the beginning. */
interface Deadline {
  readonly timeoutMs: number
  readonly at: number
}

/**
 * A kept connection was closed by the endpoint, as servers do, in the moment in which we used it.
 * Once that is no failure. Twice, it is an endpoint that hangs up on what it is told, and would be
 * told it as often as it has connections.
 */
class StaleConnection extends Error {}

function attempt(
  { url, agent, headers, body }: Message,
  signal: AbortSignal,
  { timeoutMs, at }: Deadline,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { request } = url.startsWith('https:') ? https : http
    const sent = request(url, {
      method: 'POST',
      agent: agent(),
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    })
    const timer = setTimeout(
      () => sent.destroy(new Error(`no answer within ${timeoutMs / 1_000} s`)),
      Math.max(0, at - performance.now()),
    )
    const interrupt = () => {
      sent.destroy()
    }
    signal.addEventListener('abort', interrupt, { once: true })
    let answered: Answer | null = null
    let bodyTimer: NodeJS.Timeout | undefined
    sent.on('close', () => {
      clearTimeout(timer)
      clearTimeout(bodyTimer)
      signal.removeEventListener('abort', interrupt)
      // Node says nothing else of an endpoint that wants to speak another protocol (101).
      if (answered === null) reject(new Error('closed without an answer'))
      else resolve(answered)
    })
    sent.on('response', (answer) => {
      clearTimeout(timer)
      bodyTimer = setTimeout(() => sent.destroy(), Math.min(timeoutMs, limits.webhooks.bodyMs))
      let bytes = 0
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > limits.webhooks.answerBytes) sent.destroy()
      })
      answer.on('error', () => undefined)
      answered = { status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'] }
    })
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // What comes after a status is of no account.
      if (answered !== null) return
      const isStale = sent.reusedSocket && error.code === 'ECONNRESET' && !signal.aborted
      reject(isStale ? new StaleConnection(error.message) : error)
    })
    sent.end(body)
  })
}

/** Longest reason that is kept on a delivery, in characters. */
const reasonLength = 200

/** Why a request failed, for operators: what the system says, never anything that was sent. */
function reasonOf(error: unknown): string {
  const { code, message, errors } = error as Partial<AggregateError> & NodeJS.ErrnoException
  // Of several addresses that were tried, Node gathers the failures.
  const [first] = (errors ?? []) as NodeJS.ErrnoException[]
  const reason = first?.message ?? (message === '' ? (code ?? 'unknown') : message)
  return reason.slice(0, reasonLength)
}
