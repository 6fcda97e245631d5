/** Where a condition is written down: once when it begins, once when it is over. */
export type Tell = (level: 'error' | 'info', message: string, details: object) => void

/**
 * Something wrong that lasts for a while. Said again while it lasts, it is not told again: the log
 * has two lines, not one a request.
 */
export class Condition {
  readonly #tell: Tell
  readonly #words: { readonly begins: string; readonly ends: string }
  #since: number | null = null

  constructor(tell: Tell, words: { readonly begins: string; readonly ends: string }) {
    this.#tell = tell
    this.#words = words
  }

  get lasts(): boolean {
    return this.#since !== null
  }

  begin(cause: unknown): void {
    if (this.#since !== null) return
    this.#since = performance.now()
    const { message, code } = reasonOf(cause)
    this.#tell('error', this.#words.begins, {
      reason: message,
      ...(code !== undefined && { code }),
    })
  }

  end(): void {
    if (this.#since === null) return
    const lastedMs = Math.round(performance.now() - this.#since)
    this.#since = null
    this.#tell('info', this.#words.ends, { lastedMs })
  }
}

function reasonOf(cause: unknown): { message: string; code: string | undefined } {
  const { message = '', code, errors } = cause as Partial<AggregateError> & { code?: string }
  // Of several addresses that were tried, Node gathers the failures and says nothing itself.
  const [first] = (errors ?? []) as Error[]
  return { message: message === '' ? (first?.message ?? 'unknown') : message, code }
}
