import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'tsdown'
import { registryItems } from './registry.ts'

const styles = join(import.meta.dirname, 'styles')
const read = (file: string) => readFileSync(join(styles, file), 'utf8')

// For packing only: inside the repository everything imports the sources.
export default defineConfig({
  entry: ['client/client.ts', 'react/react.ts', 'react/ui/ui.ts', 'server/client.ts'],
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
  onSuccess: () => {
    // One file for one request.
    const together = read('styles.css').replace(/@import '\.\/(.+)';/g, (_, file) =>
      read(file as string),
    )
    writeFileSync(join(import.meta.dirname, 'dist/styles.css'), together)
    const registry = join(import.meta.dirname, 'dist/registry')
    mkdirSync(registry, { recursive: true })
    for (const item of registryItems())
      writeFileSync(join(registry, `${item.name}.json`), JSON.stringify(item, null, 2))
  },
})
