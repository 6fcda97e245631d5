import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, normalize } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { registryItems } from '../../src/kit/registry.ts'

// The components as shadcn's command line puts them into an app.

const root = join(import.meta.dirname, '../..')
const app = mkdtempSync(join(tmpdir(), 'connections-registry-'))
afterAll(() => {
  rmSync(app, { recursive: true })
})

const items = registryItems()

describe('the registry', () => {
  it('has each component with a sentence about it', () => {
    expect(items.map(({ name }) => name)).toEqual([
      'friend-request-button',
      'friend-request-list',
      'friends-list',
      'friendship-level-badge',
      'block-user-action',
      'blocked-users-list',
      'contacts-list',
      'suggestions-list',
      'contact-link-sharing',
      'contact-link-preview',
      'username-claim',
      'privacy-settings',
      'profile-card',
    ])
    for (const { description, title } of items) {
      expect([title, description]).toEqual([title, expect.stringMatching(/^[A-Z][^*]+\.$/)])
    }
  })

  it.each(items)('$name brings every file that it imports, and says where each goes', (item) => {
    const paths = item.files.map(({ path }) => path)
    expect(paths).toContain(`connections/${item.name}.tsx`)
    expect(paths).toEqual([...new Set(paths)])
    for (const { path, target, content } of item.files) {
      expect(target).toBe(`components/${path}`)
      const imported = [...content.matchAll(/ from '(\.[^']+)'/g)].map(([, from = '']) =>
        normalize(join(dirname(path), from)),
      )
      for (const each of imported)
        expect([`${each}.ts`, `${each}.tsx`].some((file) => paths.includes(file))).toBe(true)
    }
    const usesCodes = item.files.some(({ content }) => content.includes("'uqr'"))
    expect(item.dependencies).toEqual(usesCodes ? [expect.stringMatching(/^uqr@\d/)] : [])
  })

  it('compiles in an app that has the kit', async () => {
    for (const { target, content } of items.flatMap(({ files }) => files)) {
      mkdirSync(join(app, dirname(target)), { recursive: true })
      writeFileSync(join(app, target), content)
    }
    symlinkSync(join(root, 'node_modules'), join(app, 'node_modules'))
    const kit = (path: string) => [join(root, 'src/kit', path)]
    const compilerOptions = {
      strict: true,
      noEmit: true,
      jsx: 'react-jsx',
      target: 'es2022',
      lib: ['es2024', 'dom', 'dom.iterable'],
      module: 'esnext',
      moduleResolution: 'bundler',
      skipLibCheck: true,
      // The kit's sources stand for the package.
      allowImportingTsExtensions: true,
      types: [],
      paths: {
        'connections-kit/client': kit('client/client.ts'),
        'connections-kit/react': kit('react/react.ts'),
      },
    }
    const config = { compilerOptions, include: ['components'] }
    writeFileSync(join(app, 'tsconfig.json'), JSON.stringify(config))
    const tsc = promisify(execFile)(join(root, 'node_modules/.bin/tsc'), ['-p', app])
    const { stdout } = await tsc.catch((error: unknown) => error as { stdout: string })
    expect(stdout).toBe('')
  })
})
