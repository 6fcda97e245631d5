import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { createConnectionsClient } from '../../../src/kit/client/client.ts'
import * as kit from '../../../src/kit/react/react.ts'

// The page of browser.test.ts: what the viewer is to one other person.

const { token, viewer, other } = globalThis as unknown as Record<
  'token' | 'viewer' | 'other',
  string
>
const client = createConnectionsClient({ url: '/graphql', viewer, getToken: () => token })

function Page() {
  const { isLive } = kit.useRelationshipChanges()
  kit.usePresenceHeartbeat()
  const { data } = kit.useRelationship(other)
  const { rows } = kit.useFriendRequests({ direction: 'INCOMING', status: 'PENDING' })
  const ask = kit.useRequestFriend(other)
  const respond = kit.useRespondFriendRequest(other)
  const shown = {
    isLive,
    level: data?.friendshipLevel,
    asked: data?.outgoingRequest != null,
    requests: rows.length,
  }
  return createElement(
    'main',
    null,
    createElement('output', null, JSON.stringify(shown)),
    createElement('button', { onClick: () => ask.mutate() }, 'Ask'),
    createElement('button', { onClick: () => respond.mutate({ decision: 'ACCEPT' }) }, 'Accept'),
  )
}

const app = createElement(kit.ConnectionsProvider, { client }, createElement(Page))
const root = document.body.appendChild(document.createElement('div'))
createRoot(root).render(createElement(QueryClientProvider, { client: new QueryClient() }, app))
