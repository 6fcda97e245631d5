/** An answer that is not a document. */
export class BadStatus extends Error {
  readonly status: number
  constructor(status: number) {
    super(`The answer was ${status}.`)
    this.status = status
  }
}

/**
 * A `fetch` for a document that changes rarely and must not be lost: while its server fails, the
 * last good answer stands in, and a server that never answered is left alone for a while after each
 * failure.
 * @param pauseMs how long to leave it alone, in milliseconds
 * @param read what to keep of a text; throws when it is not such a document: a proxy's page of
 * apology must not replace a good answer
 */
export function patientFetch(
  pauseMs: number,
  read: (text: string) => Promise<string>,
): (url: string, options: RequestInit) => Promise<Response> {
  let good: string | null = null
  let failure: { readonly error: Error; readonly until: number } | null = null
  return async (url, options) => {
    if (failure !== null && good === null && Date.now() < failure.until) throw failure.error
    try {
      const response = await fetch(url, options)
      if (!response.ok) throw new BadStatus(response.status)
      // Read here, so that an answer that breaks off half-way is a failure too.
      good = await read(await response.text())
      failure = null
    } catch (cause) {
      failure = {
        error: new Error(`${url} could not be read.`, { cause }),
        until: Date.now() + pauseMs,
      }
      if (good === null) throw failure.error
    }
    return new Response(good)
  }
}
