import { randomInt } from 'node:crypto'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { UserFacingError } from '../user-facing-error.ts'
import { run, seeProcess } from './processes.ts'

/** A port that was asked for, and the one that is used. */
interface PortChoice {
  readonly port: number
  /** One sentence for the developer when the two differ. */
  readonly notice?: string
}

/**
 * Takes the port that is asked for when it is free. When not, a free one, with a notice that names
 * the holder.
 * @throws UserFacingError instead of taking another one when `strict`.
 */
export async function choosePort(
  purpose: string,
  wanted: number,
  strict: boolean,
  host = '127.0.0.1',
): Promise<PortChoice> {
  if (wanted === 0) return { port: await freePort(host) }
  if (await isFree(wanted, host)) return { port: wanted }
  const busy = `Port ${wanted} (${purpose}) is taken by ${await holderOf(wanted)}`
  if (strict)
    throw new UserFacingError(
      `${busy}.\nFix: stop that process, or start without --strict-port to take a free one.`,
    )
  const port = await freePort(host)
  return { port, notice: `${busy}; using ${port} instead.` }
}

/**
 * Ports below those that systems give to whoever listens on any port, or connects somewhere. One
 * of theirs could be somebody else's by the time that a program has started and listens on it.
 */
const quietPorts = { first: 20_000, count: 10_000 } as const
let nextPort = randomInt(quietPorts.count)

/**
 * A free port, and another one each time. Another process hardly ever gets the same: it begins
 * somewhere else.
 * @throws UserFacingError when none is free
 */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const { first, count } = quietPorts
  for (let tries = 0; tries < count; tries++) {
    const port = first + (nextPort++ % count)
    if (await isFree(port, host)) return port
  }
  throw new UserFacingError(`No port is free on ${host}.`)
}

async function isFree(port: number, host: string): Promise<boolean> {
  return (await tryToListen(port, host)) !== null
}

/**
 * Why nobody can begin to listen on this port now, as the system's code (`EADDRINUSE`); null when
 * one could.
 */
export async function whyNotFree(port: number, host: string): Promise<string | null> {
  let reason: string | null = null
  await tryToListen(port, host, (error) => (reason = error.code ?? error.message))
  return reason
}

/**
 * The port that was listened on for a moment; null when somebody else has it or it may not be used.
 */
async function tryToListen(
  port: number,
  host: string,
  onRefusal: (error: NodeJS.ErrnoException) => void = () => undefined,
): Promise<number | null> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', (error) => {
      onRefusal(error)
      resolve(null)
    })
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address() as AddressInfo
      server.close(() => {
        resolve(address.port)
      })
    })
  })
}

/** Who listens on a port, in words: `pid 42 (node server.js)`, or at least whose process it is. */
export async function holderOf(port: number): Promise<string> {
  const sockets = await listeningSockets(port)
  const pid = (await openerOf(sockets)) ?? (await askLsof(port))
  const holder = pid === null ? null : await seeProcess(pid)
  if (holder !== null) {
    const { command } = holder
    return `pid ${holder.pid} (${command.length > 60 ? `${command.slice(0, 59)}…` : command})`
  }
  const owner = sockets[0] === undefined ? '' : (await run('id', ['-nu', sockets[0].uid])).trim()
  return owner === ''
    ? 'a process that this user cannot inspect'
    : `a process of ${owner} that this user cannot inspect`
}

interface ListeningSocket {
  readonly inode: string
  readonly uid: string
}

/** Linux: the sockets that listen on a port. Empty elsewhere. */
async function listeningSockets(port: number): Promise<ListeningSocket[]> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
  )
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return tables
    .flatMap((table) => table.split('\n').slice(1))
    .map((row) => row.trim().split(/\s+/))
    .filter(([, address, , state]) => address?.endsWith(suffix) === true && state === listening)
    .map((row) => ({ uid: row[7] ?? '', inode: row[9] ?? '' }))
}

/** The state in `/proc/net/tcp`. */
const listening = '0A'

/** The process that has one of these sockets open, among those we may look at. */
async function openerOf(sockets: readonly ListeningSocket[]): Promise<number | null> {
  if (sockets.length === 0) return null
  const links = new Set(sockets.map(({ inode }) => `socket:[${inode}]`))
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const files = await readdir(`/proc/${pid}/fd`).catch(() => [])
    const opened = await Promise.all(
      files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')),
    )
    if (opened.some((link) => links.has(link))) return Number(pid)
  }
  return null
}

/** Where there is no `/proc`. */
async function askLsof(port: number): Promise<number | null> {
  const pid = parseInt(await run('lsof', ['-nP', '-t', `-iTCP:${port}`, '-sTCP:LISTEN']), 10)
  return Number.isNaN(pid) ? null : pid
}
