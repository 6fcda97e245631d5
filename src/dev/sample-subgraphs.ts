import { createConnectionsClient } from '../kit/server/client.ts'
import { choosePortOf, type PortSettings } from './port-settings.ts'
import { demoGames } from './sample-subgraphs/games/demo.ts'
import { startGames } from './sample-subgraphs/games/games.ts'
import { startNotifications } from './sample-subgraphs/notifications/notifications.ts'
import { gameEventsSecret, sampleSecrets } from './sample-subgraphs/secrets.ts'
import { serviceToken } from './sample-subgraphs/service-token.ts'
import type { Trust } from './sample-subgraphs/subgraph.ts'

/** The subgraphs beside ours, other than accounts. */
interface SampleSubgraphs {
  readonly gamesUrl: string
  readonly notificationsUrl: string
  /** Where they take events. */
  readonly eventsUrls: { readonly games: string; readonly notifications: string }
}

/** What the sample subgraphs must know of the stack that they are in. */
interface Surroundings {
  readonly superuserUrl: string
  /** Where connections will answer by the time that anybody asks. */
  readonly connectionsUrl: string
  /** Where accounts gives tokens. */
  readonly accountsOrigin: string
  /** Of the gateway that asks them; what they send to connections is a secret of their own. */
  readonly trust: Trust
  /** Of their webhook endpoints. */
  readonly webhookSecret: string
  readonly ports: PortSettings
}

/** Starts games and notifications, each with a database, a port and a service token of its own. */
export async function startSampleSubgraphs(
  { superuserUrl, connectionsUrl, accountsOrigin, trust, webhookSecret, ports }: Surroundings,
  started: (stop: () => Promise<void>) => void,
): Promise<SampleSubgraphs> {
  const clientOf = (name: keyof typeof sampleSecrets) =>
    createConnectionsClient({
      url: connectionsUrl,
      secret: sampleSecrets[name],
      token: serviceToken(accountsOrigin, name),
    })
  const notifications = await startNotifications({
    superuserUrl,
    database: 'notifications',
    connections: clientOf('notifications'),
    trust,
    webhookSecrets: [webhookSecret],
    gameEventsSecret,
    port: await choosePortOf(ports, 'notifications', 'NOTIFICATIONS_PORT', 4012),
  })
  started(notifications.close)
  const games = await startGames({
    superuserUrl,
    database: 'games',
    connections: clientOf('games'),
    trust,
    webhookSecrets: [webhookSecret],
    inbox: { url: notifications.eventsUrl, secret: gameEventsSecret },
    firstGames: demoGames,
    tellEveryMs: 500,
    port: await choosePortOf(ports, 'games', 'GAMES_PORT', 4011),
  })
  started(games.close)
  return {
    gamesUrl: games.url,
    notificationsUrl: notifications.url,
    eventsUrls: { games: games.eventsUrl, notifications: notifications.eventsUrl },
  }
}
