import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client'
import { cacheExchange } from '@urql/exchange-graphcache'
import { Client, fetchExchange } from '@urql/core'
import { newCache, update } from '../../../docs/guides/frontends/apollo.ts'
import { graph } from '../../../docs/guides/frontends/urql.ts'
import { operation } from './documents.ts'

/** A client with a normalized cache, signed in as somebody. */
export interface CachingClient {
  /** Asks the server, and keeps the answer. */
  fetch(name: string, variables: object): Promise<unknown>
  /** What a screen would show without asking; null when the client would have to ask. */
  shown(name: string, variables: object): Promise<unknown>
  /** Sends a verb; its payload. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  send(name: string, variables: object): Promise<any>
}

export type NewClient = (url: string, headers: Record<string, string>) => CachingClient

/** Apollo Client with the guide's cache, or as it comes out of the box. */
export const apollo =
  (withPolicy = true): NewClient =>
  (uri, headers) => {
    const client = new ApolloClient({
      cache: withPolicy ? newCache() : new InMemoryCache(),
      link: new HttpLink({ uri, headers }),
      defaultOptions: withPolicy ? { mutate: { update } } : {},
    })
    return {
      async fetch(name, variables) {
        const { data } = await client.query({
          query: operation(name),
          variables,
          fetchPolicy: 'network-only',
        })
        return plain(data)
      },
      shown: (name, variables) =>
        Promise.resolve(plain(client.readQuery({ query: operation(name), variables }))),
      async send(name, variables) {
        const { data } = await client.mutate({ mutation: operation(name), variables })
        return payloadOf(data)
      },
    }
  }

/** urql with Graphcache and the guide's configuration, or with nothing but names for what has no id. */
export const urql =
  (withPolicy = true): NewClient =>
  (url, headers) => {
    const { keys } = graph
    const client = new Client({
      url,
      preferGetMethod: false,
      fetchOptions: { headers },
      exchanges: [cacheExchange(withPolicy ? graph : keys ? { keys } : {}), fetchExchange],
    })
    const query = async (
      name: string,
      variables: object,
      requestPolicy: 'network-only' | 'cache-only',
    ) => {
      const { data, error } = await client.query(operation(name), variables, { requestPolicy })
      if (error !== undefined) throw error
      return plain(data ?? null)
    }
    return {
      fetch: (name, variables) => query(name, variables, 'network-only'),
      shown: (name, variables) => query(name, variables, 'cache-only'),
      async send(name, variables) {
        const { data, error } = await client.mutation(operation(name), variables)
        if (error !== undefined) throw error
        return payloadOf(data)
      },
    }
  }

/** The data alone, without what a client hides in it. */
function plain(data: unknown): unknown {
  return JSON.parse(JSON.stringify(data))
}

function payloadOf(data: unknown): unknown {
  return Object.values(data ?? {}).find((value) => typeof value === 'object')
}
