import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { build } from 'vite'

/** The files of the test page, by their names. */
export type BuiltPage = ReadonlyMap<string, string | Uint8Array>

const folder = join(import.meta.dirname, '..', 'page')

let built: Promise<BuiltPage> | undefined

/**
 * The page with every component, built as an app is; React stays the one that warns. Files that run
 * in one process share it.
 */
export function builtPage(): Promise<BuiltPage> {
  return (built ??= buildPage())
}

async function buildPage(): Promise<BuiltPage> {
  const result = await build({
    root: folder,
    base: '/kit-ui/',
    configFile: false,
    logLevel: 'error',
    mode: 'development',
    define: { 'process.env.NODE_ENV': '"development"' },
    build: {
      write: false,
      target: 'es2024',
      // Browsers that know `light-dark()`, which Vite would rewrite for older ones.
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
      minify: false,
      reportCompressedSize: false,
      rolldownOptions: {
        input: join(folder, 'start.tsx'),
        output: { entryFileNames: 'start.js', assetFileNames: '[name][extname]' },
      },
    },
  })
  if (!('output' in result)) throw new Error('No page.')
  return new Map(
    result.output.map((file) => [file.fileName, file.type === 'chunk' ? file.code : file.source]),
  )
}

/** Serves the page below `/kit-ui/`. */
export function servePage(app: FastifyInstance, files: BuiltPage): void {
  const styles = [...files.keys()].filter((name) => name.endsWith('.css'))
  const html = `<!doctype html>
<html><head><meta charset="utf-8"><title>Kit</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
${styles.map((name) => `<link rel="stylesheet" href="/kit-ui/${name}">`).join('\n')}
</head><body><script type="module" src="/kit-ui/start.js"></script></body></html>`
  app.get('/kit-ui/', (_request, reply) => reply.type('text/html; charset=utf-8').send(html))
  app.get<{ Params: { '*': string } }>('/kit-ui/*', (request, reply) => {
    const name = request.params['*']
    const file = files.get(name)
    if (file === undefined) return reply.code(404).send()
    const type = name.endsWith('.css') ? 'text/css' : 'text/javascript'
    return reply.type(`${type}; charset=utf-8`).send(file)
  })
}
