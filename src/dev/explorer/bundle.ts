import { join } from 'node:path'
import { type Build, type Bundle, keptBundle } from '../pages/bundle.ts'

const here = (path: string) => join(import.meta.dirname, path)

/**
 * The built explorer.
 * @param cache the folder to keep it in, if not below `node_modules/.cache`
 * @param build writes the files, if not Vite does
 */
export function explorerBundle(cache?: string, build?: Build): Bundle {
  const config = here('vite.config.ts')
  const sources = [here('page'), here('example.ts'), here('../seed/people.ts')]
  return keptBundle({ name: 'explorer', config, sources }, cache, build)
}
