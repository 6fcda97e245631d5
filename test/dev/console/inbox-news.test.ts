import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { isInboxLive, listenToInbox } from '../../../src/dev/console/page/graph/inbox-news.ts'
import { createConnectionsClient } from '../../../src/kit/client/client.ts'

// The console's own stream, by a server that does as it is told.

const next = (answer: object) => `event: next\ndata: ${JSON.stringify(answer)}\n\n`
const refused = { errors: [{ message: 'No.', extensions: { code: 'UNAUTHENTICATED' } }] }
const added = { data: { notificationAdded: { id: '1' } } }

it('alice goes on hearing of her inbox when her token has run out during a long visit', async () => {
  const tokens: (string | undefined)[] = []
  const server = createServer(({ headers }, response) => {
    tokens.push(headers.authorization)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    if (headers.authorization === 'Bearer new') response.write(next(added))
    else response.end(next(refused))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const client = createConnectionsClient({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    viewer: crypto.randomUUID(),
    getToken: ({ refresh }) => (refresh ? 'new' : 'old'),
  })
  let told = 0
  const stop = listenToInbox(client, () => told++)
  onTestFinished(stop)
  await expect.poll(() => tokens).toEqual(['Bearer old', 'Bearer new'])
  // Of both openings, of the end between them, and of what was added.
  await expect.poll(() => told).toBe(4)
  expect(isInboxLive(client)).toBe(true)
})
