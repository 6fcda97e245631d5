import { defineConfig } from 'tsdown'

// For packing only: inside the repository everything imports the sources.
export default defineConfig({
  entry: ['client/client.ts', 'react/react.ts', 'server/client.ts'],
  outDir: 'dist',
  // One file for each module, so that a bundle takes only those that it uses.
  unbundle: true,
  root: '.',
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  fixedExtension: false,
  dts: true,
  tsconfig: 'tsconfig.build.json',
  deps: { neverBundle: [/^node:/] },
  clean: true,
  copy: ['../../LICENSE'],
})
