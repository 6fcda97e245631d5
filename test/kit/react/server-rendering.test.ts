import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import {
  dehydrate,
  type DehydratedState,
  HydrationBoundary,
  QueryClient,
} from '@tanstack/react-query'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  createConnectionsClient,
  infiniteQueryOptions,
  listContacts,
} from '../../../src/kit/client/client.ts'
import * as kit from '../../../src/kit/react/react.ts'
import { ContactsList } from '../../../src/kit/react/ui/ui.ts'
import { inApp } from './tab.ts'

// Without a window, as on a server.

/** A client that answers a list of one contact, and counts what it is asked. */
function openClient() {
  let asked = 0
  const client = createConnectionsClient({
    url: 'http://127.0.0.1/graphql',
    viewer: 'alice',
    fetch: () => {
      asked++
      const node = { id: 'bob', username: 'bob', profile: null }
      const edges = [{ cursor: '1', node, addedAt: '2026-02-28T23:30:00.000Z' }]
      const contacts = { edges, pageInfo: { hasNextPage: false, endCursor: null } }
      return Promise.resolve(Response.json({ data: { viewer: { id: 'alice', contacts } } }))
    },
  })
  return { client, asked: () => asked }
}

function Contacts() {
  const { isPending, people } = kit.useContacts()
  kit.useRelationshipChanges()
  kit.usePresenceHeartbeat()
  return isPending ? 'Wait' : people.map(({ username }) => username).join()
}

function SuspendedContacts() {
  return kit
    .useSuspenseContacts()
    .people.map(({ username }) => username)
    .join()
}

describe('on a server', () => {
  it('hooks ask nothing, and a list for Suspense leaves its fallback', async () => {
    const { client, asked } = openClient()
    const render = (page: () => string) =>
      renderToString(inApp(client, new QueryClient(), createElement(page)))
    expect(render(Contacts)).toContain('Wait')
    expect(render(SuspendedContacts)).toContain('Loading')
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(asked()).toBe(0)
  })

  it('what was prefetched is rendered', async () => {
    const { client, asked } = openClient()
    const prefetched = new QueryClient()
    await prefetched.infiniteQuery(infiniteQueryOptions(client, listContacts))
    expect(asked()).toBe(1)
    const state = JSON.parse(JSON.stringify(dehydrate(prefetched))) as DehydratedState
    for (const page of [Contacts, SuspendedContacts]) {
      const hydrated = createElement(HydrationBoundary, { state }, createElement(page))
      expect(renderToString(inApp(client, new QueryClient(), hydrated))).toContain('bob')
    }
    expect(asked()).toBe(1)
  })
})

describe('components', () => {
  it('write the same on a server as in a browser of another place, some time later', async () => {
    onTestFinished(() => {
      vi.unstubAllEnvs()
      vi.useRealTimers()
    })
    vi.useFakeTimers({ toFake: ['Date'] })
    const prefetched = new QueryClient()
    const { client } = openClient()
    const options = infiniteQueryOptions(client, listContacts, { first: 20 })
    await prefetched.infiniteQuery(options)
    const render = () => {
      const list = createElement(ContactsList, { search: false })
      return renderToString(inApp(client, prefetched, list))
    }
    vi.stubEnv('TZ', 'Asia/Tokyo')
    vi.setSystemTime('2026-03-01T10:00:00Z')
    const onServer = render()
    expect(onServer).toContain('Added Feb 28, 2026')
    vi.stubEnv('TZ', 'America/Los_Angeles')
    vi.setSystemTime('2026-03-01T12:00:00Z')
    expect(render()).toBe(onServer)
  })

  it('leave effects on layout to browsers: React 18 complains of them on a server', async () => {
    const folder = join(import.meta.dirname, '../../../src/kit/react')
    const files = await Array.fromAsync(glob('**/*.{ts,tsx}', { cwd: folder }))
    const direct = files.filter((file) =>
      /\buseLayoutEffect\(|useLayoutEffect[,\s}].*from 'react'/s.test(
        readFileSync(join(folder, file), 'utf8'),
      ),
    )
    expect(direct).toEqual(['ui/layout-effect.ts'])
  })
})

describe('hooks', () => {
  it('say that they want a provider', () => {
    const page = () => kit.useConnectionsClient().viewer
    expect(() => renderToString(createElement(page))).toThrow('ConnectionsProvider')
  })
})
