import type { FastifyInstance } from 'fastify'
import { Webhook } from 'standardwebhooks'
import { readEvent, type Told } from './event.ts'

/** More than the largest event by far. */
const bodyLimit = 64 * 1024

/**
 * Takes the events of connections at `POST /events`. It verifies each with the reference library of
 * Standard Webhooks on the body as it was sent, and answers as soon as it is kept. Whatever is not
 * answered with 2xx comes again.
 * @param secrets the endpoint's; two while one replaces the other
 * @param keep must bear the same event twice, and events of a pair in any order
 */
export async function receiveEvents(
  app: FastifyInstance,
  secrets: readonly string[],
  keep: (told: Told) => Promise<void>,
): Promise<void> {
  const verifiers = secrets.map((secret) => new Webhook(secret))
  await app.register((events) => {
    // A signature is over the bytes: what was parsed and printed again would not match it.
    events.removeAllContentTypeParsers()
    events.addContentTypeParser('*', { parseAs: 'string', bodyLimit }, (_request, body, done) => {
      done(null, body)
    })
    events.post('/events', async ({ body, headers }, reply) => {
      const text = typeof body === 'string' ? body : ''
      const signed = headers as Record<string, string>
      if (!verifiers.some((verifier) => isGood(verifier, text, signed)))
        return reply.code(401).send({ error: 'The signature is missing, wrong or too old.' })
      const told = readSafely(text)
      if (told === null)
        return reply.code(400).send({ error: 'This event does not have the fields of its type.' })
      await keep(told)
      return reply.code(204).send()
    })
  })
}

function isGood(verifier: Webhook, body: string, headers: Record<string, string>): boolean {
  try {
    verifier.verify(body, headers, { jsonParse: false })
    return true
  } catch {
    return false
  }
}

function readSafely(text: string): Told | null {
  try {
    return readEvent(JSON.parse(text))
  } catch {
    return null
  }
}
