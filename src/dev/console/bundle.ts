import { join } from 'node:path'
import { type Bundle, keptBundle } from '../pages/bundle.ts'

const here = (path: string) => join(import.meta.dirname, path)

/** The built console. */
export function consoleBundle(): Bundle {
  return keptBundle({
    name: 'console',
    config: here('vite.config.ts'),
    sources: [
      here('page'),
      here('../../kit/client'),
      here('../../kit/react'),
      here('../../kit/generated'),
      here('../../kit/styles'),
      here('../explorer/page/identity.ts'),
      here('../explorer/page/tokens.ts'),
      here('../seed/people.ts'),
    ],
  })
}
