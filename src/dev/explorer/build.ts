import { join } from 'node:path'
import { workerData } from 'node:worker_threads'
import { build } from 'vite'

// Builds the page into the folder that the worker is given. A thread of its own, so that the dev world answers while this takes seconds.
await build({
  root: join(import.meta.dirname, 'page'),
  configFile: false,
  logLevel: 'error',
  base: '/explorer/page/',
  build: {
    outDir: workerData as string,
    target: 'es2024',
    // Browsers that know `light-dark()`, which would otherwise be rewritten so that our shell could not switch it.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    chunkSizeWarningLimit: 4000,
    // Nobody waits for a network here.
    reportCompressedSize: false,
    rolldownOptions: {
      input: join(import.meta.dirname, 'page', 'start.ts'),
      output: { entryFileNames: 'start.js' },
    },
  },
})
