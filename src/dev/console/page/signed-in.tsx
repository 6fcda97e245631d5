import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import {
  type ConnectionsClient,
  createConnectionsClient,
  resetOnSignOut,
} from '../../../kit/client/client.ts'
import { ConnectionsProvider } from '../../../kit/react/react.ts'
import { ConnectionsUi } from '../../../kit/react/ui/ui.ts'
import type { Identity } from '../../explorer/page/identity.ts'
import { tokenOf } from '../../explorer/page/tokens.ts'
import { renderUser } from './frame/person.tsx'
import { useKitMessages } from './words/words.tsx'

/** Somebody who can be signed in as. */
export type Me = Extract<Identity, { kind: 'person' }>

/** Who is signed in, and how to be somebody else. */
export interface Session {
  readonly me: Me
  /** A demo person's name, a UUID, or `nobody` to sign out. */
  readonly switchTo: (as: string) => void
}

const SessionContext = createContext<Session | null>(null)

/** Who is signed in. */
export function useSession(): Session {
  const session = useContext(SessionContext)
  if (session === null) throw new Error('Nobody is signed in here.')
  return session
}

interface SignedInProps extends Session {
  readonly children: ReactNode
}

/** Everything below asks the graph as one person. */
export function SignedIn({ me, switchTo, children }: SignedInProps) {
  const messages = useKitMessages()
  const [client] = useState(() => clientOf(me))
  const [queryClient] = useState(
    () => new QueryClient({ defaultOptions: { queries: { staleTime: 2_000 } } }),
  )
  useEffect(
    () => () => {
      resetOnSignOut(client, queryClient)
    },
    [client, queryClient],
  )
  const session = useMemo(() => ({ me, switchTo }), [me, switchTo])
  return (
    <SessionContext value={session}>
      <QueryClientProvider client={queryClient}>
        <ConnectionsProvider client={client}>
          <ConnectionsUi messages={messages} renderUser={renderUser}>
            {children}
          </ConnectionsUi>
        </ConnectionsProvider>
      </QueryClientProvider>
    </SessionContext>
  )
}

function clientOf(me: Me): ConnectionsClient {
  let last: string | null = null
  return createConnectionsClient({
    url: '/graphql',
    viewer: me.id,
    getToken: async ({ refresh }) =>
      (last = await tokenOf(me, refresh && last !== null ? last : undefined)),
  })
}
