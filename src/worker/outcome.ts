import { limits } from '../limits.ts'
import type { Answer } from './post.ts'

/** What becomes of a delivery after one attempt. */
export interface Outcome {
  readonly state: 'delivered' | 'pending' | 'dead'
  /** The status of the answer, if there was one. */
  readonly status: number | null
  /** Why it failed, for operators. */
  readonly error: string | null
  /** When it is `pending`: after how many milliseconds it is tried again. */
  readonly delayMs: number
  /** Whether it counts: an attempt that we broke off ourselves does not. */
  readonly isCounted: boolean
  readonly endpoint: {
    /** It is overloaded or gone: it gets fewer messages at the same time. */
    readonly isSlow: boolean
    /** Milliseconds in which it wants to hear nothing at all. */
    readonly pauseMs: number
    /** It answered 410: it wants to hear nothing any more. */
    readonly isGone: boolean
  }
}

/** Too many requests, and what says that an endpoint is away or too slow, often a proxy's words. */
const slow = [429, 502, 503, 504]

/**
 * Judges one attempt. Only 2xx is a success; a redirect is a failure, because following it would
 * send what is meant for one address to another.
 * @param before how many attempts were made before this one
 * @param random from 0 to 1, so that what failed together does not come back together
 * @param now in milliseconds, for a `Retry-After` that names a date
 */
export function outcomeOf(answer: Answer, before: number, random: number, now: number): Outcome {
  if (answer === 'interrupted')
    return { ...kept, state: 'pending', error: null, delayMs: 0, isCounted: false }
  if ('failure' in answer)
    return {
      ...failed(before, random, 0),
      error: answer.failure,
      endpoint: { ...well, isSlow: true },
    }
  const { status } = answer
  if (status >= 200 && status < 300) return { ...kept, state: 'delivered', status }
  const wished = retryAfterMs(answer.retryAfter, now)
  return {
    ...failed(before, random, wished),
    status,
    error: `answered ${status}`,
    endpoint: {
      isSlow: slow.includes(status),
      // What one message is told holds for all of an endpoint that is overloaded.
      pauseMs: slow.includes(status) ? Math.min(wished, limits.webhooks.longestPauseMs) : 0,
      isGone: status === 410,
    },
  }
}

const well = { isSlow: false, pauseMs: 0, isGone: false } as const
const kept = { status: null, error: null, delayMs: 0, isCounted: true, endpoint: well } as const

function failed(before: number, random: number, wishedMs: number) {
  const { schedule, jitterPercent, longestDelayMs } = limits.webhooks
  const wait = schedule[before + 1]
  if (wait === undefined) return { ...kept, state: 'dead' } as const
  const jitter = 1 + ((2 * random - 1) * jitterPercent) / 100
  const delayMs = Math.max(milliseconds(wait) * jitter, Math.min(wishedMs, longestDelayMs))
  return { ...kept, state: 'pending', delayMs: Math.round(delayMs) } as const
}

const units = { s: 1_000, min: 60_000, h: 3_600_000 }

/** Of a time as the schedule writes it: `5 min`. */
function milliseconds(time: (typeof limits.webhooks.schedule)[number]): number {
  const [amount, unit] = time.split(' ') as [string, keyof typeof units]
  return Number(amount) * units[unit]
}

/** `Retry-After` in milliseconds, from seconds or a date (RFC 9110); 0 for anything else. */
function retryAfterMs(text: string | undefined, now: number): number {
  if (text === undefined) return 0
  if (/^\d+$/.test(text)) return Number(text) * 1_000
  const at = Date.parse(text)
  return Number.isNaN(at) ? 0 : Math.max(at - now, 0)
}
