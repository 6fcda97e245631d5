import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * Forwards a JSON body and returns the answer as it is, a stream as it comes. When there is no
 * answer, it returns status 502 with a message, also in the form of a GraphQL error, so that the
 * page can show it.
 */
export async function forward(
  reply: FastifyReply,
  url: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<FastifyReply> {
  const gone = new AbortController()
  reply.raw.once('close', () => {
    gone.abort()
  })
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      // When the page has gone, a stream must not go on.
      signal: gone.signal,
    })
    const type = response.headers.get('content-type') ?? 'application/json'
    const answer = reply.code(response.status).type(type).header('cache-control', 'no-store')
    if (response.body !== null && type.startsWith('text/event-stream'))
      return await answer.send(response.body)
    return await answer.send(await response.text())
  } catch {
    const message = `No answer from ${url}. Check the terminal where \`npm start\` runs.`
    return reply
      .code(502)
      .send({ message, errors: [{ message, extensions: { code: 'UNREACHABLE' } }] })
  }
}

/** What a page says of itself to the browser. */
const passedOn = [
  'content-type',
  'content-disposition',
  'content-security-policy',
  'referrer-policy',
  'retry-after',
]

/**
 * Gets a page for the browser with credentials that the browser does not have, and returns it as it
 * is. When there is no answer, it returns status 502 with a sentence.
 * @param origin where the page's path and query are asked for
 * @param credentials headers, asked for at each request; fails when there is no answer
 */
export async function forwardPage(
  request: FastifyRequest,
  reply: FastifyReply,
  origin: string,
  credentials: () => Promise<Record<string, string>>,
): Promise<FastifyReply> {
  try {
    const response = await fetch(new URL(request.url, origin), { headers: await credentials() })
    for (const name of passedOn) {
      const value = response.headers.get(name)
      if (value !== null) void reply.header(name, value)
    }
    const answer = reply.code(response.status).header('cache-control', 'no-store')
    return await answer.send(await response.text())
  } catch {
    const sentence = `No answer from ${origin}. Check the terminal where \`npm start\` runs.`
    return reply.code(502).type('text/plain; charset=utf-8').send(`${sentence}\n`)
  }
}
