import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { publint } from 'publint'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// The package as others install it: packed, and installed in a folder of its own, without a
// network.

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'connections-kit-'))
const app = join(folder, 'app')
const manifest = JSON.parse(readFileSync(join(root, 'src/kit/package.json'), 'utf8')) as {
  version: string
  exports: Record<string, unknown>
}
const tarball = join(folder, `connections-kit-${manifest.version}.tgz`)
let packed: readonly string[] = []

/** Runs something, and fails with its own words. */
async function run(cwd: string, command: string, ...options: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, options, { cwd, maxBuffer: 2 ** 24 })
  return stdout
}
const tool = (name: string) => join(root, 'node_modules/.bin', name)

beforeAll(async () => {
  const told = await run(
    root,
    'npm',
    'pack',
    '-w',
    'src/kit',
    '--json',
    '--pack-destination',
    folder,
  )
  // What `prepack` prints comes first.
  const [pack] = JSON.parse(told.slice(told.search(/^\[$/m))) as [{ files: { path: string }[] }]
  packed = pack.files.map(({ path }) => path)
  mkdirSync(app)
  writeFileSync(join(app, 'package.json'), '{ "type": "module", "private": true }')
  // Its one dependency, as it is installed here.
  const words = ['./node_modules/uqr', '--ignore-scripts', '--silent']
  const uqr = await run(root, 'npm', 'pack', ...words, '--pack-destination', folder)
  const both = [tarball, join(folder, uqr.trim())]
  await run(app, 'npm', 'install', '--offline', '--no-audit', '--no-fund', ...both)
}, 600_000)
afterAll(() => {
  rmSync(folder, { recursive: true })
})

// The compiler of TypeScript takes a while on a busy machine.
describe('the packed kit', { timeout: 240_000 }, () => {
  it('has what was built, its README and nothing else', () => {
    const others = packed.filter((path) => !/^dist\/[\w/-]+\.(d\.ts|js|css|json)$/.test(path))
    expect(others.toSorted()).toEqual(['README.md', 'dist/LICENSE', 'package.json'])
  })

  it('brings no other package along than the one that draws QR codes', () => {
    const lock = JSON.parse(readFileSync(join(app, 'package-lock.json'), 'utf8')) as {
      packages: object
    }
    const installed = Object.keys(lock.packages)
    expect(installed).toEqual(['', 'node_modules/connections-kit', 'node_modules/uqr'])
  })

  it('is imported by its names', async () => {
    const program = `
      const names = ${JSON.stringify(Object.keys(manifest.exports))}
      for (const name of names.filter((each) => /^.\\/(client|server)$/.test(each))) {
        const made = await import('connections-kit' + name.slice(1))
        console.log(name, typeof made.createConnectionsClient)
      }
      const { default: manifest } = await import('connections-kit/package.json', { with: { type: 'json' } })
      console.log(manifest.name)`
    expect(await run(app, process.execPath, '--input-type=module', '--eval', program)).toBe(
      './client function\n./server function\nconnections-kit\n',
    )
  })

  it('has types for those who import it, with no other package installed', async () => {
    writeFileSync(join(app, 'app.ts'), consumer)
    const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2022']
    const lib = ['--lib', 'es2022,dom,dom.iterable']
    for (const way of [
      ['--module', 'nodenext'],
      ['--module', 'esnext', '--moduleResolution', 'bundler'],
    ])
      expect(await run(app, tool('tsc'), ...strict, ...lib, ...way, 'app.ts')).toBe('')
  })

  it('has hooks for those who have React and TanStack Query, marked for the browser', async () => {
    const page = join(folder, 'page')
    const modules = join(page, 'node_modules')
    mkdirSync(modules, { recursive: true })
    symlinkSync(join(app, 'node_modules/connections-kit'), join(modules, 'connections-kit'))
    for (const name of ['react', 'csstype', '@types', '@tanstack'])
      symlinkSync(join(root, 'node_modules', name), join(modules, name))
    writeFileSync(join(page, 'package.json'), '{ "type": "module", "private": true }')
    writeFileSync(join(page, 'page.ts'), hooks)
    const strict = ['--noEmit', '--strict', '--preserveSymlinks', '--skipLibCheck']
    const lib = ['--target', 'es2022', '--lib', 'es2022,dom,dom.iterable', '--types', 'react']
    const way = ['--module', 'esnext', '--moduleResolution', 'bundler']
    expect(await run(page, tool('tsc'), ...strict, ...lib, ...way, 'page.ts')).toBe('')
    const entry = readFileSync(join(modules, 'connections-kit/dist/react/react.js'), 'utf8')
    expect(entry).toMatch(/^["']use client["']/)
  })

  it('is as publint and attw want packages', async () => {
    const { messages } = await publint({
      pack: { tarball: Uint8Array.from(readFileSync(tarball)).buffer },
      strict: true,
    })
    expect(messages).toEqual([])
    await run(
      root,
      tool('attw'),
      tarball,
      '--profile',
      'esm-only',
      '--exclude-entrypoints',
      './styles.css',
    )
  })
})

const consumer = `
import { createConnectionsClient, infiniteQueryOptions, listFriends, mutationOptions, requestFriend, type Friend } from 'connections-kit/client'
import { createConnectionsClient as forBackends } from 'connections-kit/server'

const client = createConnectionsClient({ url: '/graphql', viewer: 'alice', getToken: () => 'token' })
export async function friends(): Promise<readonly Friend[]> {
  const { edges } = await listFriends(client, { level: 'CLOSE' })
  return edges
}
// @ts-expect-error There is no such level.
void listFriends(client, { level: 'BEST' })
// @ts-expect-error Somebody has to be asked.
void requestFriend(client, {})
export const options = infiniteQueryOptions(client, listFriends, { first: 50 })
export const username: string | null | undefined = (await options.queryFn({ signal: new AbortController().signal, pageParam: null })).edges[0]?.node.username
export const asked: Promise<{ readonly changed: boolean }> = mutationOptions(client, requestFriend).mutationFn({ userId: 'bob' })
export const backend = forBackends({ url: '', secret: '', token: () => '' })
`

const hooks = `
import { createConnectionsClient, type Friend } from 'connections-kit/client'
import { ConnectionsProvider, useFriends, useRequestFriend, useUpgradeFriendship } from 'connections-kit/react'
import { ConnectionsUi, de, FriendRequestButton, FriendsList } from 'connections-kit/react/ui'
import { createElement } from 'react'

const client = createConnectionsClient({ url: '/graphql', viewer: 'alice' })
export function Page() {
  const { rows, people, hasNextPage, fetchNextPage } = useFriends({ level: 'CLOSE' })
  const friends: readonly Friend[] = rows
  const username: string | null | undefined = people[0]?.username
  if (hasNextPage) void fetchNextPage()
  useRequestFriend('bob').mutate()
  useRequestFriend('bob').mutate({ message: 'Hello' })
  useUpgradeFriendship('bob').mutate({ level: 'CLOSE' })
  // @ts-expect-error To which level?
  useUpgradeFriendship('bob').mutate()
  // @ts-expect-error There is no such level.
  useFriends({ level: 'BEST' })
  return createElement('p', null, username, friends.length)
}
const ui = createElement(
  ConnectionsUi,
  { messages: { ...de, friends: { ...de.friends, empty: 'Noch niemand.' } } },
  createElement(FriendsList, { level: 'CLOSE', onInvite: (user) => user.id }),
  createElement(FriendRequestButton, { user: { id: 'bob' } }),
)
export const page = createElement(ConnectionsProvider, { client }, createElement(Page), ui)
`

/** The seed's eight functions. */
const agreed = `requestFriend, respondFriendRequest, listFriendRequests, listFriends,
  upgradeFriendship, blockUser, unblockUser, listBlockedUsers`
const options = 'queryOptions, infiniteQueryOptions, mutationOptions'

const components = `FriendRequestButton, FriendRequestList, FriendsList, FriendshipLevelBadge,
  BlockUserAction, BlockedUsersList`
const hooksOfComponents = `useRequestFriend, useRespondFriendRequest, useCancelFriendRequest,
  useRemoveFriend, useUpgradeFriendship, useBlockUser, useUnblockUser, useFriends,
  useFriendRequests, useBlockedUsers, useQuotas, useRelationship, useRevealedMessage, useUndo,
  useUndoToast`

describe('what a frontend downloads', () => {
  /** Bytes of a bundle, compressed. */
  async function sizeOf(program: string): Promise<number> {
    const entry = join(app, 'entry.js')
    writeFileSync(entry, program)
    const built = await build({
      root: app,
      configFile: false,
      logLevel: 'silent',
      build: {
        write: false,
        target: 'es2022',
        modulePreload: { polyfill: false },
        rolldownOptions: {
          input: entry,
          preserveEntrySignatures: 'strict',
          // Their own, not ours.
          external: ['react', 'react/jsx-runtime', '@tanstack/react-query'],
        },
      },
    })
    if (!('output' in built)) throw new Error('No bundle.')
    const [{ code }] = built.output
    return gzipSync(code, { level: 9 }).length
  }

  it('is at most 4 KB for the agreed operations, with everything to put them in a cache', async () => {
    const size = await sizeOf(
      `export { createConnectionsClient, ${options}, resetOnSignOut, ${agreed} } from 'connections-kit/client'`,
    )
    expect(size).toBeGreaterThan(2_000)
    expect(size).toBeLessThanOrEqual(4_096)
  })

  it('is at most 8 KB for all of the client', async () => {
    const size = await sizeOf(`export * from 'connections-kit/client'`)
    expect(size).toBeGreaterThan(4_096)
    expect(size).toBeLessThanOrEqual(8_192)
  })

  it('is at most 6 KB for the agreed hooks, and 12 KB for all, with the client', async () => {
    const agreedHooks = await sizeOf(
      `export { createConnectionsClient } from 'connections-kit/client'
      export { ConnectionsProvider, useRequestFriend, useRespondFriendRequest, useUpgradeFriendship, useBlockUser, useUnblockUser, useFriends, useFriendRequests, useBlockedUsers } from 'connections-kit/react'`,
    )
    expect(agreedHooks).toBeLessThanOrEqual(6_144)
    const all = await sizeOf(
      `export * from 'connections-kit/client'\nexport * from 'connections-kit/react'`,
    )
    expect(all).toBeGreaterThan(agreedHooks)
    expect(all).toBeLessThanOrEqual(12_288)
  })

  it('is at most 13.5 KB for the six agreed components in English with all that they need, 8 KB of it their own', async () => {
    const below = await sizeOf(
      `export { createConnectionsClient } from 'connections-kit/client'
      export { ConnectionsProvider, ${hooksOfComponents} } from 'connections-kit/react'`,
    )
    const all = await sizeOf(
      `export { createConnectionsClient } from 'connections-kit/client'
      export { ConnectionsProvider } from 'connections-kit/react'
      export { ConnectionsUi, ${components} } from 'connections-kit/react/ui'`,
    )
    expect(all).toBeLessThanOrEqual(13_850)
    expect(all - below).toBeLessThanOrEqual(8_192)
  })

  it('has no operation that is not used', async () => {
    const one = await sizeOf(
      `export { createConnectionsClient, listFriends } from 'connections-kit/client'`,
    )
    expect(one).toBeLessThanOrEqual(2_048)
  })
})
