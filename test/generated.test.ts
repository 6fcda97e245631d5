import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')

/**
 * Runs a tool of this project, with the Node that runs the tests. Fails with the tool's own words.
 */
const run = (tool: string, ...options: string[]) =>
  promisify(execFile)(process.execPath, [join(root, 'node_modules/.bin', tool), ...options], {
    cwd: root,
  })

/** Every file below a folder, with its text. */
function textsIn(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return Object.fromEntries(
    entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [path.slice(folder.length), readFileSync(path, 'utf8')]),
  )
}

// A failure here is cured by `npm run codegen`.
describe('the generated code', () => {
  it('has the resolver types of the present schema/', async () => {
    await expect(run('graphql-codegen', '--check')).resolves.toBeDefined()
  })

  it('has the Prisma Client of the present prisma/', async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'connections-generated-'))
    try {
      cpSync(join(root, 'prisma'), join(scratch, 'prisma'), { recursive: true })
      await run('prisma', 'generate', '--schema', join(scratch, 'prisma'))
      const present = textsIn(join(root, 'src/generated/prisma'))
      const wanted = textsIn(join(scratch, 'src/generated/prisma'))
      const paths = Object.keys({ ...present, ...wanted })
      expect(paths.filter((path) => present[path] !== wanted[path])).toEqual([])
    } finally {
      rmSync(scratch, { recursive: true })
    }
  })
})
