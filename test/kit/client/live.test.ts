import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { QueryClient, QueryObserver } from '@tanstack/query-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import * as kit from '../../../src/kit/client/client.ts'
import { kitClient } from '../../support/kit-client.ts'
import { dispatch } from '../../support/streams.ts'
import { openIsolatedTestService, openTestService } from '../../support/test-service.ts'
import { verbs } from '../../support/verbs.ts'

const app = await openTestService({ NODE_ENV: 'production' })

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(10)
}

async function openStreams(service = app): Promise<number> {
  const { values } = await service.server.metrics.liveStreams.get()
  return values.reduce((sum, { value }) => sum + value, 0)
}

describe('what others do', () => {
  it('arrives in a cache: the relationship, and the lists that have changed', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const client = kitClient(app, bob)
    const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } })
    const requests = kit.queryOptions(client, kit.listFriendRequests, { direction: 'INCOMING' })
    const contacts = kit.queryOptions(client, kit.listContacts)
    for (const options of [requests, contacts])
      new QueryObserver(queryClient, options as typeof requests).subscribe(() => undefined)
    const relationship = kit.keyOf(client, ['relationship'], { userId: alice.id })

    const heard: string[] = []
    let isOpen = false
    const stop = kit.syncRelationshipChanges(client, queryClient, {
      onChange: ({ kind, user }) => heard.push(`${kind} ${String(user?.id === alice.id)}`),
      onOpen: () => (isOpen = true),
    })
    await until(() => isOpen && queryClient.isFetching() === 0)
    const readBefore = queryClient.getQueryState(contacts.queryKey)?.dataUpdatedAt

    await verbs.requestFriend(alice, bob)
    await dispatch(app)
    await until(() => heard.length === 1)
    expect(heard).toEqual(['FRIEND_REQUESTED true'])
    expect(queryClient.getQueryData(relationship)).toMatchObject({
      incomingRequest: { status: 'PENDING' },
    })
    await until(
      () => queryClient.getQueryData<kit.Page<object>>(requests.queryKey)?.edges.length === 1,
    )

    await verbs.followUser(alice, bob)
    await dispatch(app)
    await until(() => heard.length === 2)
    expect(queryClient.getQueryData(relationship)).toMatchObject({ isFollowedBy: true })
    expect(queryClient.getQueryState(contacts.queryKey)?.dataUpdatedAt).toBe(readBefore)

    stop()
    await until(async () => (await openStreams()) === 0)
  })

  it('are friends, counts and requests when a request was accepted', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const client = kitClient(app, alice)
    const queryClient = new QueryClient()
    const topics = ['friends', 'friend-requests', 'counts', 'followers', 'blocks'] as const
    const { request } = await verbs.requestFriend(alice, bob)
    const heard: string[] = []
    const stop = kit.syncRelationshipChanges(client, queryClient, {
      onChange: ({ kind }) => heard.push(kind),
      onOpen: () => heard.push('open'),
    })
    await until(() => heard.length === 1)
    for (const topic of topics) queryClient.setQueryData(kit.keyOf(client, [topic], {}), {})
    await verbs.accept(bob, request)
    await dispatch(app)
    await until(() => heard.length === 2)
    const stale = topics.filter(
      (topic) => queryClient.getQueryState(kit.keyOf(client, [topic], {}))?.isInvalidated,
    )
    expect(stale).toEqual(['friends', 'friend-requests', 'counts'])
    stop()
    await until(async () => (await openStreams()) === 0)
  })

  it('does not come without a token, and that is said once', async () => {
    const [alice] = await app.people('alice')
    const client = kitClient(app, alice, { getToken: () => null })
    const code = await new Promise((resolve) =>
      kit.subscribeRelationshipChanges(client, () => undefined, {
        onError: (error) => {
          resolve(error.code)
        },
      }),
    )
    expect(code).toBe('UNAUTHENTICATED')
  })
})

describe('a service that restarts', () => {
  it('is found again, and everything in view is fetched again', async () => {
    const first = await openIsolatedTestService()
    const [alice] = await first.people('alice')
    let url = first.server.url
    const client = kitClient(first, alice, {
      fetch: (_url, init) => fetch(url, init),
    })
    const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } })
    const options = kit.queryOptions(client, kit.listContacts)
    let updates = 0
    new QueryObserver(queryClient, options).subscribe(({ dataUpdatedAt }) => {
      if (dataUpdatedAt > 0) updates++
    })
    const opened: boolean[] = []
    const stop = kit.syncRelationshipChanges(client, queryClient, {
      onOpen: (again) => opened.push(again),
    })
    onTestFinished(stop)
    await until(() => opened.length === 1 && queryClient.isFetching() === 0)
    const before = queryClient.getQueryState(options.queryKey)?.dataUpdatedAt ?? 0
    expect(updates).toBeGreaterThan(0)

    // The same people, and another process.
    const second = await openIsolatedTestService({
      AUTH_JWKS_URL: first.issuer.jwksUrl,
      AUTH_ISSUER: first.issuer.url,
    })
    await first.server.drain()
    url = second.server.url
    await until(() => opened.length === 2)
    expect(opened).toEqual([false, true])
    await until(() => (queryClient.getQueryState(options.queryKey)?.dataUpdatedAt ?? 0) > before)
  })
})

describe('a stream that opens at the second attempt', () => {
  it('lets what was read before that be fetched again, and nothing that was read with it', async () => {
    let answer: () => void = () => undefined
    const { url, times } = await scripted(
      (_request, response) => response.writeHead(503).end(),
      (_request, response) => {
        answer = () => response.writeHead(200, stream).flushHeaders()
      },
    )
    const client = kit.createConnectionsClient({ url, viewer: 'alice', getToken: () => 'token' })
    const queryClient = new QueryClient()
    const isStale = (topic: kit.Topic) =>
      queryClient.getQueryState(kit.keyOf(client, [topic], {}))?.isInvalidated
    let isOpen = false
    onTestFinished(
      kit.syncRelationshipChanges(client, queryClient, { onOpen: () => (isOpen = true) }),
    )
    await until(() => times.length === 1)
    queryClient.setQueryData(kit.keyOf(client, ['friends'], {}), {})
    await until(() => times.length === 2)
    queryClient.setQueryData(kit.keyOf(client, ['followers'], {}), {})
    answer()
    await until(() => isOpen)
    expect([isStale('friends'), isStale('followers')]).toEqual([true, false])
  })
})

/** Somebody who is to be told, by a server that does as it is told: one script a connection. */
async function scripted(
  ...scripts: ((request: IncomingMessage, response: ServerResponse) => void)[]
) {
  const times: number[] = []
  const tokens: (string | undefined)[] = []
  const server = createServer((request, response) => {
    times.push(performance.now())
    tokens.push(request.headers.authorization)
    const script = scripts.shift()
    request.resume()
    if (script === undefined) response.writeHead(200, stream).flushHeaders()
    else script(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return { url, times, tokens }
}

const stream = { 'content-type': 'text/event-stream' }
const change = (id: string) => ({
  data: { relationshipChanged: { id, kind: 'FOLLOWED', at: '', user: null, relationship: null } },
})
const refusal = (code: string, more: object = {}) => ({
  errors: [{ message: 'No.', extensions: { code, ...more } }],
})
const next = (answer: object) => `event: next\ndata: ${JSON.stringify(answer)}\n\n`

/** Listens with a client until the test is over. */
function listen(
  url: string,
  options: kit.LiveOptions & Partial<kit.ConnectionsClientOptions> = {},
) {
  const heard: string[] = []
  const errors: string[] = []
  const client = kit.createConnectionsClient({ url, viewer: 'alice', ...options })
  const stop = kit.subscribeRelationshipChanges(client, ({ id }) => heard.push(id), {
    onError: ({ code }) => errors.push(code),
    ...options,
  })
  onTestFinished(stop)
  return { heard, errors, stop }
}

describe('a stream', () => {
  it('may come in pieces, with other line ends and comments, and repeat itself', async () => {
    const { url } = await scripted((_request, response) => {
      response.writeHead(200, stream)
      const text = `:\n\n${next(change('1'))}${next(change('1'))}${next(change('2')).replaceAll('\n', '\r\n')}`
      void (async () => {
        for (const letter of text) {
          response.write(letter)
          await sleep(0)
        }
      })()
    })
    const { heard } = listen(url)
    await until(() => heard.length === 2)
    await sleep(50)
    expect(heard).toEqual(['1', '2'])
  })

  it('that ends is opened again, after a longer wait each time', async () => {
    const close = (_request: IncomingMessage, response: ServerResponse) => {
      response.writeHead(200, stream).end('event: complete\ndata:\n\n')
    }
    const { url, times } = await scripted(close, close, (_request, response) => {
      response.writeHead(200, stream).write(next(change('3')))
    })
    const { heard } = listen(url)
    await until(() => heard.length === 1)
    const waits = times.slice(1).map((time, place) => time - (times[place] ?? 0))
    expect(waits[0]).toBeGreaterThanOrEqual(490)
    expect(waits[1]).toBeGreaterThanOrEqual(990)
  })

  it('that breaks or cannot be reached is opened again, as is a silent one', async () => {
    const tell = (_request: IncomingMessage, response: ServerResponse) => {
      response.writeHead(200, stream).write(next(change('4')))
    }
    const { url, times } = await scripted(
      (_request, response) => {
        response.writeHead(200, stream).flushHeaders()
        setTimeout(() => response.destroy(), 20)
      },
      (request) => request.socket.destroy(),
      (_request, response) => {
        response.writeHead(200, stream).flushHeaders()
      },
      // A busy machine may be silent for as long as the third.
      ...Array.from({ length: 9 }, () => tell),
    )
    const { heard } = listen(url, { silenceMs: 1_500 })
    await until(() => heard.length === 1)
    expect(times.length).toBeGreaterThanOrEqual(4)
  })

  it('waits as long as the service asks for', async () => {
    const { url, times } = await scripted(
      (_request, response) => {
        response.writeHead(200, stream).end(next(refusal('OVERLOADED', { retryAfter: 1.5 })))
      },
      (_request, response) => {
        response.writeHead(200, stream).write(next(change('5')))
      },
    )
    const { heard } = listen(url)
    await until(() => heard.length === 1)
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(1_490)
  })

  it('whose token has expired is opened at once with a new one, and given up without', async () => {
    const expired = (_request: IncomingMessage, response: ServerResponse) => {
      response.writeHead(200, stream).end(next(refusal('UNAUTHENTICATED')))
    }
    const asked: boolean[] = []
    const getToken = ({ refresh }: { refresh: boolean }) => {
      asked.push(refresh)
      return refresh ? 'new' : 'old'
    }
    const { url, tokens } = await scripted(expired, expired)
    const { errors } = listen(url, { getToken })
    await until(() => errors.length === 1)
    expect(tokens).toEqual(['Bearer old', 'Bearer new'])
    expect(asked).toEqual([false, true])
    expect(errors).toEqual(['UNAUTHENTICATED'])
  })

  it('that the graph does not have is not asked for again', async () => {
    const { url, times } = await scripted((_request, response) => {
      response.writeHead(400, { 'content-type': 'application/json' })
      response.end(JSON.stringify(refusal('GRAPHQL_VALIDATION_FAILED')))
    })
    const { errors } = listen(url)
    await until(() => errors.length === 1)
    await sleep(100)
    expect(times).toHaveLength(1)
    expect(errors).toEqual(['GRAPHQL_VALIDATION_FAILED'])
  })

  it('is left for good when the client is closed or the caller has enough', async () => {
    let closed = 0
    const quiet = (request: IncomingMessage, response: ServerResponse) => {
      response.writeHead(200, stream).flushHeaders()
      request.socket.on('close', () => closed++)
    }
    const { url, times } = await scripted(quiet, quiet)
    const { stop, errors } = listen(url)
    const client = kit.createConnectionsClient({ url, viewer: 'bob' })
    kit.subscribeRelationshipChanges(client, () => undefined)
    await until(() => times.length === 2)
    await sleep(20)
    stop()
    client.close()
    await until(() => closed === 2)
    await sleep(600)
    expect({ requests: times.length, errors }).toEqual({ requests: 2, errors: [] })
  })
})
