import type { FastifyInstance } from 'fastify'
import { Webhook } from 'standardwebhooks'

/** More than the largest event by far. */
const bodyLimit = 64 * 1024

/** A service whose events are taken. */
export interface Sender<Told> {
  /** The endpoint's; two while one replaces the other. */
  readonly secrets: readonly string[]
  /** @throws ZodError for an event without the fields of its type */
  readonly read: (body: unknown) => Told
}

/**
 * Takes events at `POST /events` of a sample subgraph. It verifies each with the reference library
 * of Standard Webhooks on the body as it was sent, and answers as soon as it is kept. Whatever is
 * not answered with 2xx comes again. The secret says who sends, and so what the event may be.
 * @param keep must bear the same event twice, and events of a pair in any order
 */
export async function receiveEvents<Told extends object>(
  app: FastifyInstance,
  senders: readonly Sender<Told>[],
  keep: (told: Told) => Promise<void>,
): Promise<void> {
  const readers = senders.flatMap(({ secrets, read }) =>
    secrets.map((secret) => ({ verifier: new Webhook(secret), read })),
  )
  await app.register((events) => {
    // A signature is over the bytes: what was parsed and printed again would not match it.
    events.removeAllContentTypeParsers()
    events.addContentTypeParser('*', { parseAs: 'string', bodyLimit }, (_request, body, done) => {
      done(null, body)
    })
    events.post('/events', async ({ body, headers }, reply) => {
      const text = typeof body === 'string' ? body : ''
      const signed = headers as Record<string, string>
      const sender = readers.find(({ verifier }) => isGood(verifier, text, signed))
      if (sender === undefined)
        return reply.code(401).send({ error: 'The signature is missing, wrong or too old.' })
      const told = readSafely(text, sender.read)
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

function readSafely<Told>(text: string, read: Sender<Told>['read']): Told | null {
  try {
    return read(JSON.parse(text))
  } catch {
    return null
  }
}
