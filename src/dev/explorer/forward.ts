import type { FastifyReply } from 'fastify'

/**
 * Forwards a JSON body and returns the answer as it is. When there is no answer, it returns status
 * 502 with a message, also in the form of a GraphQL error, so that the page can show it.
 */
export async function forward(
  reply: FastifyReply,
  url: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<FastifyReply> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return await reply
      .code(response.status)
      .type(response.headers.get('content-type') ?? 'application/json')
      .header('cache-control', 'no-store')
      .send(await response.text())
  } catch {
    const message = `No answer from ${url}. Check the terminal where \`npm start\` runs.`
    return reply
      .code(502)
      .send({ message, errors: [{ message, extensions: { code: 'UNREACHABLE' } }] })
  }
}
