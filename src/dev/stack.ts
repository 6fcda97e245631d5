import { realpath } from 'node:fs/promises'
import { readConfig } from '../config.ts'
import { DEVELOPMENT_GATEWAY_SECRET } from '../config/settings.ts'
import { startServer } from '../server/server.ts'
import { UserFacingError } from '../user-facing-error.ts'
import { type DatabaseUrls, prepareDatabase } from './database.ts'
import { startDelivery } from './delivery.ts'
import { planners } from './gateway/planners.ts'
import type { GatewayThread } from './gateway/thread.ts'
import { createIssuer, keptKey } from './issuer.ts'
import { choosePortOf } from './port-settings.ts'
import { type RunningPostgres, startPostgres } from './postgres.ts'
import { startSampleSubgraphs } from './sample-subgraphs.ts'
import { startAccounts } from './sample-subgraphs/accounts.ts'
import { serviceSecretsOf } from './sample-subgraphs/secrets.ts'
import { seedPeople } from './seed/seed.ts'
import { claim, clusterOf, keyOf, type StackPlaces, webhookSecretOf } from './stack-file.ts'
import { markFolder } from './stack-folder.ts'
import { keptWebhookSecret } from './webhook-secret.ts'

/** What the stack is started with. */
export interface StackOptions {
  readonly dataDirectory: string
  /** The process that will own the data directory. */
  readonly pid: number
  /**
   * The ports, `HOST`, `GATEWAY_SECRETS`, `SERVICE_SECRETS`, `GATEWAY_PLANNER`, `LOG_LEVEL`,
   * `WEBHOOK_ALLOWED_ADDRESSES`; the rest is the stack's own to say. `HISTORY_TURN` keeps the same
   * people of the history online, for pictures.
   */
  readonly env: Record<string, string | undefined>
  /** Adds some months of life of invented people, if it is not there yet. */
  readonly history: boolean
  /** A busy port is an error, instead of a reason to take another one. */
  readonly strictPort: boolean
  /** Told what the developer should know before the stack is ready. */
  readonly notice: (sentence: string) => void
  /** Told what is being done, at the beginning of each step. */
  readonly step: (doing: string) => void
  /** Already loading; the stack's from now on, to stop as well. */
  readonly gateway: GatewayThread
}

/** A dev stack, from its first moment. */
export interface DevStack {
  /** Rejects with what went wrong, after everything that was started has been stopped. */
  readonly ready: Promise<StackPlaces>
  /**
   * Resolves when it cannot continue because its Postgres stopped unexpectedly. Nothing else has
   * been stopped then.
   */
  readonly broken: Promise<UserFacingError>
  /** Stops everything in the reverse order, also in the middle of a start. */
  readonly stop: () => Promise<void>
}

/**
 * Starts the stack around the service, and the service in it as production would: Postgres,
 * accounts, the subgraph and its worker, its sample subgraphs, and the gateway over all of them.
 */
export function startStack(options: StackOptions): DevStack {
  const stops: (() => Promise<void>)[] = []
  let stopping = false
  const stopAll = async (): Promise<void> => {
    const failures: unknown[] = []
    for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) {
      await stop().catch((error: unknown) => failures.push(error))
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be stopped.')
  }
  // What has been started when the developer presses Ctrl-C is stopped, and nothing further is
  // begun.
  const started = (stop: () => Promise<void>): void => {
    stops.push(stop)
    if (stopping) throw new Error('The dev stack was stopped while it was starting.')
  }
  const ending = new AbortController()
  const broken = Promise.withResolvers<UserFacingError>()
  let trouble: UserFacingError | null = null
  const breakDown = (found: UserFacingError): void => {
    trouble = found
    broken.resolve(found)
  }
  const ready = start(options, started, breakDown, ending.signal).catch(async (error: unknown) => {
    await stopAll()
    throw trouble ?? error
  })
  return {
    ready,
    broken: broken.promise,
    stop: async () => {
      stopping = true
      ending.abort()
      // First of all, so that it does not see the subgraphs end.
      await options.gateway.stop()
      await ready.catch(() => undefined)
      await stopAll()
    },
  }
}

async function start(
  options: StackOptions,
  started: (stop: () => Promise<void>) => void,
  breakDown: (trouble: UserFacingError) => void,
  ending: AbortSignal,
): Promise<StackPlaces> {
  const { dataDirectory, env, gateway } = options
  started(gateway.stop)
  const planner = plannerFrom(env['GATEWAY_PLANNER'])
  const ours = await claim(dataDirectory, options.pid)
  started(ours.release)
  await markFolder(dataDirectory)

  options.step('Starting Postgres')
  const postgres = await startPostgres({
    dataDir: clusterOf(dataDirectory),
    port: () => choosePortOf(options, 'Postgres', 'POSTGRES_PORT', 54321),
    durable: true,
  })
  started(postgres.stop)
  void postgres.ended.then((how) => {
    breakDown(
      new UserFacingError(
        `Postgres stopped unexpectedly: ${how}\nThe dev stack stops too.\nFix: start it again; the data is kept.`,
      ),
    )
  })
  if (!postgres.directory.startsWith(await realpath(dataDirectory))) {
    options.notice(
      `The user of Postgres cannot enter this folder, so its data is in ${postgres.directory}.`,
    )
  }
  options.step('Migrating the database')
  const database = await prepareDatabase(postgres.superuserUrl, 'connections')
  options.step('Adding the demo people')
  await seedPeople(database, postgres.superuserUrl)
  const history = options.history ? await startHistory(options, database, postgres, ending) : null
  if (history !== null) started(history.stop)

  const issuer = await createIssuer({ key: await keptKey(keyOf(dataDirectory)) })
  const gatewaySecrets = env['GATEWAY_SECRETS'] ?? DEVELOPMENT_GATEWAY_SECRET
  const host = env['HOST']
  const accountsPort = await choosePortOf(options, 'accounts', 'ACCOUNTS_PORT', 4010)
  const config = readConfig({
    NODE_ENV: 'development',
    HOST: host,
    PORT: String(await choosePortOf(options, 'the subgraph', 'PORT', 4001, host)),
    DATABASE_URL: database.loginUrl,
    AUTH_JWKS_URL: `http://127.0.0.1:${accountsPort}/.well-known/jwks.json`,
    AUTH_ISSUER: issuer.issuer,
    AUTH_AUDIENCE: issuer.audience,
    GATEWAY_SECRETS: gatewaySecrets,
    SERVICE_SECRETS: serviceSecretsOf(env['SERVICE_SECRETS']),
    CONTENT: 'Game:creator:visibility:GameVisibility',
    LOG_LEVEL: env['LOG_LEVEL'] ?? 'warn',
    WEBHOOK_ALLOWED_ADDRESSES: env['WEBHOOK_ALLOWED_ADDRESSES'],
    // Nothing balances load here, and Ctrl-C should end at once.
    SHUTDOWN_GRACE: '0',
  })
  options.step('Starting accounts and connections')
  const accounts = await startAccounts(issuer, config.gatewaySecrets, accountsPort)
  started(accounts.close)
  const server = await startServer(config)
  started(() => server.drain())

  options.step('Starting games, notifications and the worker')
  const webhookSecret = await keptWebhookSecret(webhookSecretOf(dataDirectory))
  const { gamesUrl, notificationsUrl, eventsUrls } = await startSampleSubgraphs(
    {
      superuserUrl: postgres.superuserUrl,
      connectionsUrl: server.url,
      accountsOrigin: accounts.origin,
      trust: config,
      webhookSecret,
      ports: options,
    },
    started,
  )
  await history?.addToSamples()
  const worker = await startDelivery({
    workerUrl: database.workerUrl,
    eventsUrls,
    webhookSecret,
    allowed: config.webhookAllowedAddresses,
    settings: config,
    log: server.app.log,
  })
  started(() => worker.stop())
  options.step('Composing the supergraph and starting the gateway')
  const gatewayUrl = await gateway.serve({
    host: config.host,
    port: await choosePortOf(options, 'the gateway', 'GATEWAY_PORT', 4000, host),
    subgraphs: [
      { name: 'accounts', url: accounts.url },
      { name: 'connections', url: server.url },
      { name: 'games', url: gamesUrl },
      { name: 'notifications', url: notificationsUrl },
    ],
    gatewaySecret: config.gatewaySecrets[0] ?? '',
    planner,
    interval: 2_000,
    explorer: {
      subgraphUrl: server.url,
      gatewaySecret: config.gatewaySecrets[0] ?? '',
      accountsUrl: accounts.origin,
    },
  })

  const places = {
    gatewayUrl,
    graphqlUrl: server.url,
    accountsUrl: accounts.origin,
    gamesUrl,
    notificationsUrl,
    ownerUrl: database.ownerUrl,
    loginUrl: database.loginUrl,
    workerUrl: database.workerUrl,
  }
  await ours.announce(places)
  return places
}

/** Adds the history; to the sample subgraphs when they have their tables. */
async function startHistory(
  { step, env }: Pick<StackOptions, 'step' | 'env'>,
  database: DatabaseUrls,
  { superuserUrl }: Pick<RunningPostgres, 'superuserUrl'>,
  ending: AbortSignal,
) {
  step('Adding 90 days of history')
  const { addHistory } = await import('./history/add-history.ts')
  const turn = env['HISTORY_TURN'] === undefined ? undefined : Number(env['HISTORY_TURN'])
  const { history, stop } = await addHistory(database, superuserUrl, ending, turn)
  const addToSamples = async () => {
    const { addSampleHistory } = await import('./history/samples/add.ts')
    await addSampleHistory(superuserUrl, history, ending)
  }
  return { stop, addToSamples }
}

function plannerFrom(text: string | undefined): (typeof planners)[number] {
  const planner = planners.find((name) => name === (text ?? 'javascript'))
  if (planner === undefined)
    throw new UserFacingError(`GATEWAY_PLANNER must be one of ${planners.join(', ')}.`)
  return planner
}
