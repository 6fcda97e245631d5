import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createElement, type ReactNode, StrictMode, Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import { onTestFinished } from 'vitest'
import type { ConnectionsClient } from '../../../src/kit/client/client.ts'
import { ConnectionsProvider } from '../../../src/kit/react/react.ts'
import { kitClient } from '../../support/kit-client.ts'
import type { Person, TestService } from '../../support/test-service.ts'

/** A client whose operations are counted, and can be held, spoiled or answered by their names. */
export function openClient(app: Pick<TestService, 'server'>, person: Person) {
  const asked: string[] = []
  const answered: string[] = []
  const held = new Map<string, Promise<unknown>>()
  const spoiled = new Set<string>()
  const answers = new Map<string, object>()
  const client = kitClient(app, person, {
    fetch: async (url, init) => {
      const name = /^\w+ (\w+)/.exec(
        (JSON.parse(init?.body as string) as { query: string }).query,
      )?.[1]
      asked.push(name ?? '')
      await held.get(name ?? '')
      if (spoiled.has(name ?? '')) return new Response('<h1>Not here</h1>', { status: 404 })
      const answer = answers.get(name ?? '')
      const response = answer === undefined ? await fetch(url, init) : Response.json(answer)
      answered.push(name ?? '')
      return response
    },
  })
  onTestFinished(() => {
    client.close()
  })
  /** Lets nothing of this name through until the returned function is called. */
  const hold = (name: string) => {
    const { promise, resolve } = Promise.withResolvers<unknown>()
    held.set(name, promise)
    return () => {
      held.delete(name)
      resolve(undefined)
    }
  }
  return { client, asked, answered, hold, spoiled, answers }
}

export function newCache(): QueryClient {
  return new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } })
}

/** The providers that an app has. */
export function inApp(client: ConnectionsClient, queryClient: QueryClient, child: ReactNode) {
  return createElement(
    QueryClientProvider,
    { client: queryClient },
    createElement(
      ConnectionsProvider,
      { client },
      createElement(Suspense, { fallback: 'Loading' }, child),
    ),
  )
}

/** A page that uses hooks, and what they have given it: now, and each time. */
export function openTab<Shown>(
  client: ConnectionsClient,
  useShown: () => Shown,
  { strict = false, queryClient = newCache() } = {},
) {
  const history: Shown[] = []
  const Page = () => {
    history.push(useShown())
    return null
  }
  const root = createRoot(document.createElement('div'))
  const app = inApp(client, queryClient, createElement(Page))
  root.render(strict ? createElement(StrictMode, null, app) : app)
  let isOpen = true
  const close = () => {
    if (isOpen) root.unmount()
    isOpen = false
  }
  onTestFinished(close)
  return {
    history,
    queryClient,
    close,
    now: () => {
      const last = history.at(-1)
      if (last === undefined) throw new Error('Nothing is shown yet.')
      return last
    },
  }
}
