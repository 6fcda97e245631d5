import { agentFor } from '../worker/endpoints/addresses.ts'
import { allowedAddresses } from '../worker/endpoints/networks.ts'
import type { TaskSettings } from '../worker/schedule/task.ts'
import { type RunningWorker, startWorker } from '../worker/worker.ts'
import type { WorkerLog } from '../worker/worker-log.ts'
import { type EndpointOf, registerEndpoint } from './sample-endpoints.ts'

interface Delivery {
  /** The database as the worker. */
  readonly workerUrl: string
  /** Where the sample subgraphs take events. */
  readonly eventsUrls: Readonly<Record<EndpointOf, string>>
  /** Of their endpoints. */
  readonly webhookSecret: string
  /** Where webhooks may be sent to, beside the public internet and this machine. */
  readonly allowed: readonly string[]
  /** What tasks need to know of the configuration. */
  readonly settings: TaskSettings
  readonly log: WorkerLog
}

/**
 * Starts the worker of the dev stack, which the sample subgraphs hear from. In production it is a
 * process of its own, `connections worker`; here it is in the process of the stack, so that a start
 * does not load everything twice.
 */
export async function startDelivery(delivery: Delivery): Promise<RunningWorker> {
  const { workerUrl, eventsUrls, webhookSecret, allowed, settings, log } = delivery
  for (const [of, url] of Object.entries(eventsUrls) as [EndpointOf, string][])
    await registerEndpoint(workerUrl, of, url, webhookSecret)
  const addresses = allowedAddresses(allowed, false)
  return startWorker({
    databaseUrl: workerUrl,
    settings,
    log,
    agentFor: (url) => agentFor(url, addresses),
  })
}
