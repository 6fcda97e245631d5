import pg from 'pg'

/** The same on every machine, so that each start finds the endpoint of the one before. */
const endpointId = '00000000-0000-4000-a000-000000000001'

/**
 * Registers the webhook endpoint of the sample subgraph notifications: all kinds of events. Where
 * it is registered already, its URL and its secret are brought up to date, and nothing else: an
 * endpoint that the developer disabled stays disabled.
 * @param workerUrl the database as the worker
 * @param secret as Standard Webhooks write it
 */
export async function registerNotifications(
  workerUrl: string,
  url: string,
  secret: string,
): Promise<void> {
  const worker = new pg.Client({ connectionString: workerUrl })
  await worker.connect()
  try {
    await worker.query(
      `insert into webhook_endpoints as endpoint (id, url, secret) values ($1, $2, $3)
           on conflict (id) do update
          set url = excluded.url, secret = excluded.secret,
              previous_secret = null, previous_secret_until = null
        where (endpoint.url, endpoint.secret) is distinct from (excluded.url, excluded.secret)`,
      [endpointId, url, Buffer.from(secret.replace(/^whsec_/, ''), 'base64')],
    )
  } finally {
    await worker.end()
  }
}
