import { join } from 'node:path'
import { defineConfig } from 'vite'

/** How the page is built; `bundle.ts` says where to. */
export default defineConfig({
  root: join(import.meta.dirname, 'page'),
  base: '/explorer/page/',
  logLevel: 'error',
  build: {
    target: 'es2024',
    // Browsers that know `light-dark()`, which would otherwise be rewritten so that our shell could not switch it.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // Nobody waits for a network here.
    reportCompressedSize: false,
    chunkSizeWarningLimit: 4000,
    emptyOutDir: true,
    rolldownOptions: {
      input: join(import.meta.dirname, 'page', 'start.ts'),
      output: { entryFileNames: 'start.js' },
    },
  },
})
