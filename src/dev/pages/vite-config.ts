import { join } from 'node:path'
import type { UserConfig } from 'vite'

/**
 * How a page is built; `bundle.ts` says where.
 * @param root the folder of its sources, with `start.ts`
 * @param base the address below which its files are served
 */
export function pageConfig(root: string, base: string): UserConfig {
  return {
    root,
    base,
    logLevel: 'error',
    build: {
      target: 'es2024',
      // Browsers that know `light-dark()`. For older ones Vite would rewrite it, and the page could
      // not switch the theme.
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
      // The page is only served on this machine.
      reportCompressedSize: false,
      chunkSizeWarningLimit: 4000,
      emptyOutDir: true,
      rolldownOptions: {
        input: join(root, 'start.ts'),
        output: { entryFileNames: 'start.js' },
      },
    },
  }
}
