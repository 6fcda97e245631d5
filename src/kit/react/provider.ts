import { createContext, createElement, type ReactElement, type ReactNode, useContext } from 'react'
import type { ConnectionsClient } from '../client/client.ts'

const ClientContext = /* @__PURE__ */ createContext<ConnectionsClient | null>(null)

export interface ConnectionsProviderProps {
  /** Asks as the signed-in person. Make it once, outside of components, and anew at sign-in. */
  readonly client: ConnectionsClient
  readonly children?: ReactNode
}

/** Gives the hooks below it a client. A `QueryClientProvider` has to be around it, too. */
export function ConnectionsProvider({ client, children }: ConnectionsProviderProps): ReactElement {
  return createElement(ClientContext.Provider, { value: client }, children)
}

/**
 * The client of the provider, for functions of `connections-kit/client`.
 * @throws Error outside of a provider
 */
export function useConnectionsClient(): ConnectionsClient {
  const client = useContext(ClientContext)
  if (client === null) throw new Error('Put a ConnectionsProvider around it.')
  return client
}
