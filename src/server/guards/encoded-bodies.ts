import type { FastifyInstance } from 'fastify'

/**
 * Refuses bodies that are compressed (415): a small one could become a large one. The answer names
 * the encoding, because read as it is such a body would only be said not to be JSON.
 */
export function refuseEncodedBodies(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ headers }, reply) => {
    const encoding = headers['content-encoding']?.trim() ?? ''
    if (encoding === '' || encoding.toLowerCase() === 'identity') return
    const known = /^[\w, -]{1,60}$/.test(encoding)
    const which = known ? `Content-Encoding "${encoding}"` : 'This Content-Encoding'
    const message = `${which} is not supported. Send the body uncompressed.`
    return reply
      .code(415)
      .header('accept-encoding', 'identity')
      .send({ errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] })
  })
}
