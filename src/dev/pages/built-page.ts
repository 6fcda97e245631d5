import { readFile } from 'node:fs/promises'
import serveStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import type { Bundle } from './bundle.ts'
import { contentSecurityPolicy } from './content-security-policy.ts'

/** A built page, and where a browser finds it. */
export interface BuiltPage {
  /** What to call it when it cannot be built: `The explorer`. */
  readonly name: string
  readonly bundle: Bundle
  /** The file of its HTML, which loads `start.js`. */
  readonly shell: string
  /** The addresses that answer with the HTML. */
  readonly addresses: readonly string[]
  /** The address below which its other files are: `/explorer/page/`. */
  readonly files: string
  /** Where pictures may come from besides: `https:`. */
  readonly pictures?: string
}

/** Serves a built page. A running build is stopped when the app closes. */
export async function serveBuiltPage(
  app: FastifyInstance,
  { name, bundle, shell, addresses, files, pictures }: BuiltPage,
): Promise<void> {
  await app.register(serveStatic, { root: import.meta.dirname, serve: false })
  app.addHook('onClose', () => bundle.stop())
  const html = await readFile(shell, 'utf8')
  const policy = contentSecurityPolicy(html, pictures)
  for (const address of addresses) {
    app.get(address, (_request, reply) =>
      reply
        .type('text/html; charset=utf-8')
        .headers({ 'content-security-policy': policy, 'cache-control': 'no-cache' })
        .send(html),
    )
  }
  app.get<{ Params: { '*': string } }>(`${files}*`, async (request, reply) => {
    try {
      await bundle.ready()
    } catch (error) {
      // The developer who sees the reason can fix it.
      const reason = error instanceof Error ? error.message : String(error)
      return reply.code(500).type('text/plain').send(`${name} could not be built. ${reason}`)
    }
    // All names except start.js contain a hash of their content.
    const file = request.params['*']
    const caching = file === 'start.js' ? { maxAge: 0 } : { maxAge: '1y', immutable: true }
    return reply.sendFile(file, bundle.directory, caching)
  })
}
