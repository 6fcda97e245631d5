import { join } from 'node:path'
import { defineConfig } from 'vite'

/** How the page is built; `bundle.ts` says where. */
export default defineConfig({
  root: join(import.meta.dirname, 'page'),
  base: '/explorer/page/',
  logLevel: 'error',
  build: {
    target: 'es2024',
    // Browsers that know `light-dark()`. For older ones Vite would rewrite it, and the shell could
    // not switch the theme.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The page is only served on this machine.
    reportCompressedSize: false,
    chunkSizeWarningLimit: 4000,
    emptyOutDir: true,
    rolldownOptions: {
      input: join(import.meta.dirname, 'page', 'start.ts'),
      output: { entryFileNames: 'start.js' },
    },
  },
})
