import {
  dehydrate,
  type DehydratedState,
  HydrationBoundary,
  QueryClient,
} from '@tanstack/react-query'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import {
  createConnectionsClient,
  infiniteQueryOptions,
  listContacts,
} from '../../../src/kit/client/client.ts'
import * as kit from '../../../src/kit/react/react.ts'
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
      const edges = [{ cursor: '1', node: { id: 'bob', username: 'bob', profile: null } }]
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

describe('hooks', () => {
  it('say that they want a provider', () => {
    const page = () => kit.useConnectionsClient().viewer
    expect(() => renderToString(createElement(page))).toThrow('ConnectionsProvider')
  })
})
