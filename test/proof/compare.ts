import type { Answer } from './question.ts'

/** In which way two answers, or what they have left behind, differ. */
export type Difference = 'status' | 'data' | 'errors' | 'bytes' | 'tables'

/**
 * What may differ, and why. Everything else is compared byte for byte.
 *
 * - `errorId`: a new one for each unexpected error, by design.
 * - tokens of contact links: made by this process, at random. Each token of one side stands for one
 *   of the other.
 * - the order of `errors`: graphql-js lists them as they happen, so it hangs on which statement
 *   answers first.
 */
export const tolerated = ['errorId', 'token', 'order of errors'] as const
export type Tolerated = (typeof tolerated)[number]

/**
 * Compares answers of the served side with those of the reference. One for each pair of worlds, for
 * tokens live on in them.
 */
export class Comparison {
  readonly counts = new Map<Tolerated, number>()
  readonly #referenceOf = new Map<string, string>()
  readonly #servedOf = new Map<string, string>()

  /** The same question as the reference is asked it: with its own tokens. */
  translated(text: string): string {
    return text.replace(tokens, (token) => this.#referenceOf.get(token) ?? token)
  }

  /** Tokens that the served side has given away so far. */
  get tokens(): readonly string[] {
    return [...this.#referenceOf.keys()]
  }

  difference(served: Answer, reference: Answer): Difference | null {
    if (served.status !== reference.status) return 'status'
    if (served.body === reference.body) return null
    const own = this.#normalized(served.body, reference.body)
    const right = withoutErrorIds(reference.body)
    if (own === right) {
      if (right !== reference.body) this.#count('errorId')
      return null
    }
    const [one, other] = [parsed(own), parsed(right)]
    if (one === null || other === null) return 'bytes'
    if (JSON.stringify(one.data) !== JSON.stringify(other.data)) return 'data'
    if (inOrder(one.errors) !== inOrder(other.errors)) return 'errors'
    if (JSON.stringify(one.errors) === JSON.stringify(other.errors)) return 'bytes'
    this.#count('order of errors')
    return null
  }

  /**
   * The served body in the words of the reference. A token that would stand for two is left as it
   * is, and so differs.
   */
  #normalized(served: string, reference: string): string {
    const theirs = [...reference.matchAll(tokens)].map(([token]) => token)
    let place = 0
    const translated = served.replace(tokens, (token) => {
      const twin = theirs[place++] ?? token
      if (twin === token) return token
      if (!this.#referenceOf.has(token) && !this.#servedOf.has(twin)) {
        this.#referenceOf.set(token, twin)
        this.#servedOf.set(twin, token)
        this.#count('token')
      }
      return this.#referenceOf.get(token) ?? token
    })
    return withoutErrorIds(translated)
  }

  #count(what: Tolerated): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1)
  }
}

/** 32 bytes as base64url, in an answer or in a document. */
const tokens = /(?<![\w-])[\w-]{43}(?![\w-])/g

function withoutErrorIds(body: string): string {
  return body.replace(/"errorId":"[0-9a-f-]{36}"/g, '"errorId":""')
}

interface Body {
  readonly data?: unknown
  readonly errors?: readonly unknown[]
}

function parsed(body: string): Body | null {
  try {
    return JSON.parse(body) as Body
  } catch {
    return null
  }
}

function inOrder(errors: Body['errors'] = []): string {
  return errors
    .map((error) => JSON.stringify(error))
    .sort()
    .join()
}
