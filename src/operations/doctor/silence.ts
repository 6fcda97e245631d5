/**
 * Why a `fetch` with this patience came to nothing, in words without the URL, which may hold a
 * password.
 */
export function silence(error: unknown, patienceMs: number): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `no answer within ${patienceMs / 1000} s`
  const { cause } = error as { cause?: { code?: string; message?: string } }
  if (cause?.code === 'ECONNREFUSED') return 'nothing is listening there'
  if (cause?.code === 'ENOTFOUND' || cause?.code === 'EAI_AGAIN') return 'unknown host'
  return cause?.message ?? error.message
}
