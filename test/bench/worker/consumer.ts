import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

// A consumer as a process of its own, for `npm run bench -- worker`: it takes everything, and tells
// its parent when each event came.

export interface Arrival {
  readonly id: string
  /** In milliseconds of the machine's clock. */
  readonly at: number
}

let arrivals: Arrival[] = []

const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    arrivals.push({ id: String(request.headers['webhook-id']), at: Date.now() })
    response.writeHead(204).end()
  })
})

server.listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port)
})

// Asked for what came since it was asked last.
process.on('message', () => {
  process.send?.(arrivals)
  arrivals = []
})
process.on('disconnect', () => process.exit())
