import { connect, type Socket } from 'node:net'
import type { ClientBase, PoolClient } from 'pg'
import { serialize } from 'pg-protocol'
import { limits } from '../limits.ts'

/** What the driver knows of a connection and does not tell: it has no way of its own to cancel. */
interface Driven {
  readonly host: string
  readonly port: number
  readonly processID: number | null
  readonly secretKey: number | null
  readonly connection: { readonly stream: Socket }
}

/**
 * Asks Postgres to give up what it does on a connection, over a socket of its own (PostgreSQL
 * 54.2.8): best effort, and nobody hears whether it worked. What is pipelined behind the statement
 * fails with it.
 *
 * @NOTE It may arrive late, so a connection that was canceled must not be used again.
 */
export function cancel(connection: PoolClient): void {
  const { host, port, processID, secretKey } = connection as unknown as Driven
  if (processID === null || secretKey === null) return
  const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host)
  socket.on('error', () => undefined)
  socket.on('connect', () => socket.end(serialize.cancel(processID, secretKey)))
  socket.setTimeout(limits.deadlines.graceMs, () => socket.destroy())
  socket.resume()
}

/**
 * Closes a connection without a goodbye. Everything that was asked on it fails, and no late answer
 * is heard.
 */
export function breakOff(connection: ClientBase): void {
  ;(connection as unknown as Driven).connection.stream.destroy()
}
