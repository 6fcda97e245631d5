import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * What stands between the service and Postgres: a network that can be broken in the ways in which
 * networks break.
 */
export interface Proxy {
  readonly port: number
  /** Connections that are open. */
  readonly open: number
  /** Nothing comes through on the connections that are open, in either direction; new ones work. */
  silence(): void
  /** What was held back comes through after all, where somebody still listens. */
  speak(): void
  /** No connection is open any more, and none can be opened. */
  refuse(): Promise<void>
  /** Connections can be opened again. */
  accept(): Promise<void>
  close(): Promise<void>
}

export async function openProxy(to: { host: string; port: number }): Promise<Proxy> {
  const pairs = new Set<readonly [Socket, Socket]>()
  const held = new Set<readonly [Socket, Socket]>()
  const server = createServer((near) => {
    const far = connect(to)
    const pair = [near, far] as const
    pairs.add(pair)
    for (const [from, into] of [pair, [far, near] as const]) {
      from.on('data', (part) => into.write(part))
      from.on('error', () => undefined)
      from.on('close', () => {
        pairs.delete(pair)
        // A network that is silent does not tell that the other side has gone.
        if (!held.has(pair)) into.destroy()
      })
    }
  })
  const listen = (port: number) =>
    new Promise<void>((resolve) => {
      server.listen(port, '127.0.0.1', resolve)
    })
  const end = () => {
    for (const pair of [...pairs, ...held]) for (const socket of pair) socket.destroy()
    held.clear()
    return new Promise<void>((resolve) => {
      server.close(() => {
        resolve()
      })
    })
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  return {
    port,
    get open() {
      return pairs.size
    },
    silence() {
      for (const pair of pairs) {
        held.add(pair)
        for (const socket of pair) socket.pause()
      }
    },
    speak() {
      for (const pair of held) for (const socket of pair) socket.resume()
    },
    refuse: end,
    accept: () => listen(port),
    close: end,
  }
}
