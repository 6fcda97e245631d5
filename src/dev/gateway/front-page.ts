import type { FastifyInstance } from 'fastify'

/** What a browser finds at `/`: where the graph is. */
export function frontPage(app: FastifyInstance): void {
  app.get('/', (_request, reply) =>
    reply.type('text/plain').send('GraphQL is at /graphql, the composed graph at /supergraph.\n'),
  )
}
