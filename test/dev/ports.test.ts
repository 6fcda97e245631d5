import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { freePort } from '../../src/dev/ports.ts'

/** The first port that this system gives to whoever listens on any port. */
function firstOfSystem(): number {
  const told = '/proc/sys/net/ipv4/ip_local_port_range'
  return existsSync(told) ? parseInt(readFileSync(told, 'utf8'), 10) : 49_152
}

it('a free port is another one each time, and stays free until somebody asks for just this one', async () => {
  const ports = [await freePort(), await freePort(), await freePort()]
  expect(new Set(ports).size).toBe(3)
  expect(Math.max(...ports)).toBeLessThan(firstOfSystem())
  for (const port of ports) {
    const server = createServer().listen(port, '127.0.0.1')
    await once(server, 'listening')
    server.close()
  }
})
