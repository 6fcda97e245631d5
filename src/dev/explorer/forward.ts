import type { FastifyReply } from 'fastify'

/**
 * Sends a JSON body on to a neighbour and its answer back as it is. A neighbour that cannot be reached is status 502 with a message that
 * says so, in the form of a GraphQL error as well, so that whoever asked can show it.
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
    const message = `Nothing answers at ${url}. Is it still running? The terminal of \`npm start\` says.`
    return reply
      .code(502)
      .send({ message, errors: [{ message, extensions: { code: 'UNREACHABLE' } }] })
  }
}
