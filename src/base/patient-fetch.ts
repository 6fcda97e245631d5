/**
 * A `fetch` for a document that changes rarely and must not be lost: while its server fails, the last good answer
 * stands in, and a server that never answered is left alone for a while after each failure.
 * @param pauseMs how long to leave it alone, in milliseconds
 */
export function patientFetch(pauseMs: number): (url: string, options: RequestInit) => Promise<Response> {
  let good: Response | null = null
  let failure: { readonly error: Error; readonly until: number } | null = null
  return async (url, options) => {
    if (failure !== null && good === null && Date.now() < failure.until) throw failure.error
    try {
      const response = await fetch(url, options)
      if (!response.ok) throw new Error(`${url} answered ${String(response.status)}.`)
      // Read here, so that an answer that breaks off half-way is a failure too.
      good = new Response(await response.text())
      failure = null
    } catch (error) {
      failure = { error: error instanceof Error ? error : new Error(String(error)), until: Date.now() + pauseMs }
      if (good === null) throw failure.error
    }
    return good.clone()
  }
}
