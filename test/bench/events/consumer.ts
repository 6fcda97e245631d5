import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { asAdmin, type Dataset } from '../dataset.ts'

/** Somebody who takes every delivery and says so at once. */
export async function startConsumer() {
  let taken = 0
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      taken++
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${String(port)}/events`,
    /** Deliveries so far. */
    count: () => taken,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(resolve)
      }),
  }
}

/** An endpoint for all kinds of events. */
export async function addEndpoint(dataset: Dataset, url: string): Promise<void> {
  await asAdmin(dataset, (admin) =>
    admin.query('insert into webhook_endpoints (url, secret) values ($1, $2)', [
      url,
      randomBytes(32),
    ]),
  )
}
