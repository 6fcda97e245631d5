import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client'
import { QueryClient } from '@tanstack/query-core'
import { Client, fetchExchange } from '@urql/core'
import { cacheExchange } from '@urql/exchange-graphcache'
import { print } from 'graphql'
import { newCache, update } from '../../../docs/guides/frontends/apollo.ts'
import { mutation, query, type Send } from '../../../docs/guides/frontends/tanstack.ts'
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

/**
 * urql with Graphcache and the guide's configuration, or with nothing but names for what has no id.
 */
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

/** Sends a document with `fetch`, as the guide's `Send` says. */
export const sendWith =
  (url: string, headers: Record<string, string>): Send =>
  async (document, variables, signal) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: document, variables }),
      ...(signal && { signal }),
    })
    const { data, errors } = (await response.json()) as { data?: unknown; errors?: unknown }
    if (errors !== undefined) throw new Error(JSON.stringify(errors))
    return data
  }

/** TanStack Query with the guide's options. It keeps whole answers, by document and variables. */
export const tanstack = (): NewClient => (url, headers) => {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const send = sendWith(url, headers)
  const options = (name: string, variables: object) =>
    query(send, 'alice', print(operation(name)), variables)
  return {
    fetch: async (name, variables) => plain(await client.query(options(name, variables))),
    shown: (name, variables) => {
      const { queryKey } = options(name, variables)
      const stale = client.getQueryState(queryKey)?.isInvalidated !== false
      return Promise.resolve(stale ? null : plain(client.getQueryData(queryKey) ?? null))
    },
    async send(name, variables) {
      const { mutationFn, onSuccess } = mutation(send, client, print(operation(name)))
      const data = (await mutationFn(variables)) as object
      await onSuccess(data)
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
