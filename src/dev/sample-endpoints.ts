import pg from 'pg'
import type { EventKind } from '../events/catalogue.ts'

/**
 * The webhook endpoints of the sample subgraphs. The ids are the same on every machine, so that
 * each start finds the endpoints of the one before. No kinds are all kinds.
 */
const endpoints = {
  notifications: { id: '00000000-0000-4000-a000-000000000001', kinds: null },
  games: { id: '00000000-0000-4000-a000-000000000002', kinds: ['block.changed'] },
} as const satisfies Record<string, { id: string; kinds: readonly EventKind[] | null }>

/** A sample subgraph that takes events. */
export type EndpointOf = keyof typeof endpoints

/**
 * Registers the webhook endpoint of a sample subgraph. Where it is registered already, its URL and
 * its secret are brought up to date, and nothing else: an endpoint that the developer disabled
 * stays disabled.
 * @param workerUrl the database as the worker
 * @param secret as Standard Webhooks write it
 */
export async function registerEndpoint(
  workerUrl: string,
  of: EndpointOf,
  url: string,
  secret: string,
): Promise<void> {
  const { id, kinds } = endpoints[of]
  const worker = new pg.Client({ connectionString: workerUrl })
  await worker.connect()
  try {
    await worker.query(
      `insert into webhook_endpoints as endpoint (id, url, secret, kinds) values ($1, $2, $3, $4)
           on conflict (id) do update
          set url = excluded.url, secret = excluded.secret,
              previous_secret = null, previous_secret_until = null
        where (endpoint.url, endpoint.secret) is distinct from (excluded.url, excluded.secret)`,
      [id, url, Buffer.from(secret.replace(/^whsec_/, ''), 'base64'), kinds],
    )
  } finally {
    await worker.end()
  }
}
