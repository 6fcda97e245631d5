import { randomUUID } from 'node:crypto'
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway'
import { ApolloServer } from '@apollo/server'
import { afterAll, inject } from 'vitest'
import type { Session } from '../../src/database/session.ts'
import { compose, readSchemas, type Subgraph } from '../../src/dev/gateway/supergraph.ts'
import { accountsSubgraph } from '../../src/dev/sample-subgraphs/accounts.ts'
import { startGames } from '../../src/dev/sample-subgraphs/games/games.ts'
import { startNotifications } from '../../src/dev/sample-subgraphs/notifications/notifications.ts'
import { gameEventsSecret } from '../../src/dev/sample-subgraphs/secrets.ts'
import { listen, serveSubgraph, subgraphServer } from '../../src/dev/sample-subgraphs/subgraph.ts'
import { createConnectionsClient } from '../../src/kit/server/client.ts'
import { gamesContent } from './content.ts'
import { type Event, serveEvents } from './events-subgraphs.ts'
import { endpointSecret, makeEvent, sendEvent } from './signed-events.ts'
import { startTestGateway } from './test-gateway.ts'
import {
  type Asker,
  gatewaySecret,
  startStack,
  type TestPostgres,
  type TestService,
} from './test-service.ts'

/**
 * What came back through a gateway, and what it cost connections: one entry a request, with its SQL
 * statements.
 */
export interface Federated {
  // A test knows the shape that it asked for.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly data: any
  readonly errors: readonly { message: string; extensions?: { code?: string } }[]
  /** Of the requests that came by the gateway. */
  readonly fromGateway: readonly (readonly string[])[]
  /** Of the requests of the games service. */
  readonly fromServices: readonly (readonly string[])[]
}

/** Sends a document with a token, and gives the body of the answer. */
type Send = (query: string, variables: object, token: string | null) => Promise<Body>
interface Body {
  readonly data?: unknown
  readonly errors?: Federated['errors']
}

/**
 * The real service with games, the sample subgraphs around it, and a gateway of each kind over all
 * of them.
 * @param settings environment on top of the usual one
 * @param events beside the sample subgraphs, subgraphs that know these events
 */
export async function openFederation(
  settings: Record<string, string> = {},
  events: readonly Event[] | null = null,
) {
  const { close, ...federation } = await startFederation(settings, events)
  afterAll(close)
  return federation
}

/**
 * The same with one gateway, Hive's with its planner in Rust: for what does not depend on the
 * gateway.
 */
export async function openRustFederation() {
  const { close: closeServices, ...federation } = await startServices({}, null, inject('postgres'))
  const gateway = await openRust(federation.subgraphs)
  afterAll(async () => {
    await gateway.close()
    await closeServices()
  })
  return { ...federation, gateways: { rust: gateway.send }, url: gateway.url }
}

/**
 * The same as `openFederation`, for the caller to close.
 * @param postgres where every service of it has its database
 */
export async function startFederation(
  settings: Record<string, string> = {},
  events: readonly Event[] | null = null,
  postgres: TestPostgres = inject('postgres'),
) {
  const { close: closeServices, ...federation } = await startServices(settings, events, postgres)
  const { subgraphs } = federation
  const opened = await Promise.all([
    openHive(subgraphs),
    openRust(subgraphs),
    openApollo(subgraphs),
  ])
  return {
    ...federation,
    gateways: { javascript: opened[0].send, rust: opened[1].send, apollo: opened[2].send },
    /** Where the gateways of Hive listen, for subscriptions. */
    urls: { javascript: opened[0].url, rust: opened[1].url },
    close: async () => {
      await Promise.all(opened.map((gateway) => gateway.close()))
      await closeServices()
    },
  }
}

/** What is behind the gateways. */
async function startServices(
  settings: Record<string, string>,
  events: readonly Event[] | null,
  postgres: TestPostgres,
) {
  const app = await startStack({ CONTENT: gamesContent, ...settings }, undefined, postgres)
  const { inbox, games, stopGames, sendBlock, ...samples } = await startSampleSubgraphs(
    app,
    postgres,
  )
  const { config } = app
  const trust = { gatewaySecrets: [gatewaySecret], auth: config.auth }
  const more = events === null ? null : await serveEvents(events, trust)
  const close = async () => {
    await samples.close()
    await more?.close()
    await app.close()
  }
  const sessions = countSessions(app)
  return {
    app,
    subgraphs: [...samples.subgraphs, ...(more?.subgraphs ?? [])],
    /** Where notifications takes events, signed with `endpointSecret`. */
    eventsUrl: inbox.eventsUrl,
    /** Where games does. */
    gameEventsUrl: games.eventsUrl,
    /** Delivers an event to notifications, as the worker does. */
    sendToInbox: inbox.sendToInbox,
    /** Tells games and notifications that a block between two people began or ended. */
    sendBlock,
    /** Ends the games service, as if it had crashed. */
    stopGames,
    /** How many subscriptions to somebody's inbox there are. */
    listeners: inbox.listeners,
    /** How many subscriptions to a game there are. */
    watchers: games.listeners,
    /** Has the games service tell connections and notifications what has happened. */
    tellFacts: games.tell,
    close,
    /** Asks through a gateway as somebody, and says what it cost connections. */
    async ask(send: Send, asker: Asker, query: string, variables = {}): Promise<Federated> {
      const token = await asker.token()
      sessions.length = 0
      const { data, errors = [] } = await send(query, variables, token)
      const costs = (services: boolean) =>
        sessions
          .filter(({ identity }) => (identity.kind === 'service') === services)
          .map(({ statistics }) => statistics.statements)
      return { data, errors, fromGateway: costs(false), fromServices: costs(true) }
    },
  }
}

async function startSampleSubgraphs(app: TestService, { superuserUrl }: TestPostgres) {
  const { config, issuer } = app
  const trust = { gatewaySecrets: [gatewaySecret], auth: config.auth }
  const connections = createConnectionsClient({
    url: app.server.url,
    secret: gatewaySecret,
    token: async () => (await app.service.token()) ?? '',
  })
  const own = (name: string) => `${name}_${randomUUID()}`
  const options = { superuserUrl, connections, trust, port: 0 }
  const notifications = await startNotifications({
    ...options,
    database: own('notifications'),
    webhookSecrets: [endpointSecret],
    gameEventsSecret,
  })
  // Told when a test says so: what a request costs is counted.
  const games = await startGames({
    ...options,
    database: own('games'),
    webhookSecrets: [endpointSecret],
    inbox: { url: notifications.eventsUrl, secret: gameEventsSecret },
    firstGames: '',
    tellEveryMs: null,
  })
  const accounts = subgraphServer()
  const tokenFor = (sub: string) => issuer.token({ sub })
  await serveSubgraph(accounts, accountsSubgraph({ tokenFor }), trust)
  const accountsUrl = `${await listen(accounts, 0)}/graphql`
  const subgraphs: Subgraph[] = [
    { name: 'accounts', url: accountsUrl },
    { name: 'connections', url: app.server.url },
    { name: 'games', url: games.url },
    { name: 'notifications', url: notifications.url },
  ]
  let stopped: Promise<void> | null = null
  const stopGames = () => (stopped ??= games.close())
  const close = async () => {
    await Promise.all([stopGames(), notifications.close(), accounts.close()])
  }
  const { eventsUrl, listeners } = notifications
  const deliver = async (url: string, event: ReturnType<typeof makeEvent>) => {
    const status = await sendEvent(url, event)
    if (status !== 204) throw new Error(`${url} answered ${String(status)}`)
  }
  const inbox = {
    eventsUrl,
    listeners,
    sendToInbox: (recipient: string, actor: string) =>
      deliver(eventsUrl, makeEvent('follow.created', { followerId: actor, targetId: recipient })),
  }
  const sendBlock = async (one: string, other: string) => {
    const event = makeEvent('block.changed', { userIds: [one, other].sort(), blockers: [one] })
    for (const url of [eventsUrl, games.eventsUrl]) await deliver(url, event)
  }
  return { subgraphs, inbox, games, stopGames, sendBlock, close }
}

type Gateway = Readonly<{ send: Send; close: () => Promise<void> }>
/** One that has subscriptions, at its URL. */
type HiveGateway = Gateway & Readonly<{ url: string }>

/** Hive Gateway with its planner in JavaScript. */
export function openHive(subgraphs: readonly Subgraph[]): Promise<HiveGateway> {
  return openHiveWith(subgraphs, 'javascript')
}

/** Hive Gateway with its planner in Rust. */
export function openRust(subgraphs: readonly Subgraph[]): Promise<HiveGateway> {
  return openHiveWith(subgraphs, 'rust')
}

async function openHiveWith(
  subgraphs: readonly Subgraph[],
  planner: 'javascript' | 'rust',
): Promise<HiveGateway> {
  const gateway = await upToFiveTimes(() =>
    startTestGateway({
      subgraphs,
      planner,
    }),
  )
  return {
    url: gateway.url,
    close: gateway.close,
    send: async (query, variables, token) => {
      const response = await fetch(gateway.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token !== null && { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ query, variables }),
      })
      return (await response.json()) as Body
    },
  }
}

/**
 * The gateway that many have, in front of the same subgraphs. Its licence is why it is here, and
 * nowhere in `src`.
 */
export async function openApollo(subgraphs: readonly Subgraph[]): Promise<Gateway> {
  const gateway = new ApolloGateway({
    supergraphSdl: await upToFiveTimes(() => composed(subgraphs)),
    buildService: ({ url }) =>
      new RemoteGraphQLDataSource<{ token?: string | null }>({
        ...(url !== undefined && { url }),
        willSendRequest({ request, context }) {
          request.http?.headers.set('x-gateway-secret', gatewaySecret)
          if (context.token != null)
            request.http?.headers.set('authorization', `Bearer ${context.token}`)
        },
      }),
  })
  const server = new ApolloServer<{ token?: string | null }>({ gateway })
  await server.start()
  return {
    close: () => server.stop(),
    send: async (query, variables, token) => {
      const { body } = await server.executeOperation(
        { query, variables },
        { contextValue: { token } },
      )
      if (body.kind !== 'single') throw new Error('An answer in parts.')
      return JSON.parse(JSON.stringify(body.singleResult)) as Body
    },
  }
}

async function composed(subgraphs: readonly Subgraph[]): Promise<string> {
  const { sdl, problems } = compose(await readSchemas(subgraphs, gatewaySecret))
  if (sdl === null) throw new Error(problems.join('\n'))
  return sdl
}

/** What asks subgraphs that a busy machine may keep from answering in time. */
async function upToFiveTimes<Done>(work: () => Promise<Done>): Promise<Done> {
  for (let time = 1; time < 5; time++) {
    try {
      return await work()
    } catch {
      // The last time tells why.
    }
  }
  return work()
}

/** Every session that is opened from now on: each is one request to connections. */
function countSessions({ server }: TestService): Session[] {
  const sessions: Session[] = []
  const open = server.database.as.bind(server.database)
  server.database.as = ((identity: never) => {
    const session: Session = open(identity)
    sessions.push(session)
    return session
  }) as typeof open
  return sessions
}
