import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { serveBuiltPage } from '../pages/built-page.ts'
import type { Bundle } from '../pages/bundle.ts'
import { consoleBundle } from './bundle.ts'

/**
 * Mounts the console at `/console` of an app that answers GraphQL at `/graphql` and has the
 * explorer's way to sign in. Only for developers' machines, because everyone who reaches it can
 * sign in as anyone.
 * @param bundle the built page; by default it is built at the first visit and kept
 */
export function consoleRoutes(app: FastifyInstance, bundle: Bundle = consoleBundle()): void {
  app.register((pages) =>
    serveBuiltPage(pages, {
      name: 'The console',
      bundle,
      shell: join(import.meta.dirname, 'page', 'shell.html'),
      // The page itself knows which of its addresses exist.
      addresses: ['/console', '/console/*'],
      files: '/console/page/',
      // Profiles name pictures on other servers.
      pictures: 'https:',
    }),
  )
}
