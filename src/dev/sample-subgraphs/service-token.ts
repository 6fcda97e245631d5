/** Tokens of the dev stack live twelve hours; one is asked for again long before. */
const keptFor = 60 * 60 * 1000

/**
 * A backend's own token, from accounts, asked for when it is first needed and kept for an hour.
 * @param accounts where `/token` is
 * @param client the backend's name
 */
export function serviceToken(accounts: string, client: string): () => Promise<string> {
  let kept: { readonly token: Promise<string>; readonly until: number } | null = null
  return () => {
    if (kept === null || kept.until < Date.now()) {
      const token = askToken(accounts, client)
      // One that could not be had is not kept.
      token.catch(() => (kept = null))
      kept = { token, until: Date.now() + keptFor }
    }
    return kept.token
  }
}

async function askToken(accounts: string, client: string): Promise<string> {
  const response = await fetch(`${accounts}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ service: true, client }),
  })
  if (!response.ok) throw new Error(`accounts gave no token: ${response.status}`)
  return ((await response.json()) as { token: string }).token
}
