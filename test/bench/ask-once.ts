/**
 * Asks over a connection of its own. `fetch` keeps connections for the next request, and a server
 * that is not ours closes them after five seconds: a request that is on its way at that moment
 * fails, and one that changes something is not sent again by itself.
 */
export function askOnce(
  url: string,
  init: { method?: string; headers?: Readonly<Record<string, string>>; body?: string } = {},
): Promise<Response> {
  return fetch(url, { ...init, headers: { ...init.headers, connection: 'close' } })
}
