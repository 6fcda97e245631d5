import { randomBytes, randomUUID } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'

/** A secret as Standard Webhooks write it, of 24 to 64 bytes. */
const secretForm = /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/

/**
 * The secret of the webhook endpoints of the sample subgraphs, in a file of the data directory that
 * only its owner can read. Made at the first start; the same after that.
 */
export async function keptWebhookSecret(file: string): Promise<string> {
  const kept = (await readFile(file, 'utf8').catch(() => '')).trim()
  if (secretForm.test(kept)) return kept
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  const half = `${file}.${randomUUID()}`
  await writeFile(half, `${secret}\n`, { mode: 0o600 })
  await rename(half, file)
  return secret
}
