import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * A pooler that loses prepared statements, as PgBouncer did before 1.21: between two transactions
 * it forgets them all.
 */
export async function openForgetfulPooler(to: { host: string; port: number }) {
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(to)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => other.destroy())
    }
    const forget = simpleQuery('deallocate all')
    let [idle, forgetting] = [false, false]
    near.on('data', (part) => {
      if (idle) far.write(forget)
      forgetting ||= idle
      idle = false
      far.write(part)
    })
    let rest = Buffer.alloc(0) as Buffer
    far.on('data', (part: Buffer) => {
      rest = Buffer.concat([rest, part])
      // A message is a letter, its length without the letter, and its content.
      while (rest.length >= 5 && rest.length > rest.readUInt32BE(1)) {
        const message = rest.subarray(0, rest.readUInt32BE(1) + 1)
        rest = rest.subarray(message.length)
        const isReady = message[0] === 'Z'.charCodeAt(0)
        if (forgetting) forgetting = !isReady
        else {
          idle = isReady && message[5] === 'I'.charCodeAt(0)
          near.write(message)
        }
      }
    })
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => {
          resolve()
        })
      }),
  }
}

function simpleQuery(text: string): Buffer {
  const message = Buffer.alloc(text.length + 6)
  message.write('Q')
  message.writeUInt32BE(text.length + 5, 1)
  message.write(text, 5)
  return message
}
