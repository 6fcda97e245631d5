import { settings } from '../../config/settings.ts'
import { holderOf, whyNotFree } from '../../dev/ports.ts'
import { failed, type Found, note, ok, skipped } from './finding.ts'
import { takePulse } from './pulse.ts'
import { given, type Subject } from './subject.ts'

type Environment = Record<string, string | undefined>

/** The ports of a dev stack: the variable, the usual one, what for. */
const ofTheStack = [
  ['GATEWAY_PORT', 4000, 'the gateway'],
  ['PORT', 4001, 'the subgraph'],
  ['ACCOUNTS_PORT', 4010, 'accounts'],
  ['GAMES_PORT', 4011, 'games'],
  ['NOTIFICATIONS_PORT', 4012, 'notifications'],
  ['POSTGRES_PORT', 54321, 'Postgres'],
] as const

/** What listens on HOST; the rest of a dev stack stays on the loopback. */
const onHost: readonly string[] = ['GATEWAY_PORT', 'PORT']

/**
 * Whether the ports can be had, or who has them. A service that already answers on its port is no
 * fault; a dev stack takes a free port where the usual one is taken, so for one that is to come a
 * busy port is worth a note.
 */
export async function checkPorts(env: Environment, { kind }: Subject): Promise<Found[]> {
  const host = given(env, 'HOST') ?? settings.HOST.parse(undefined)
  if (kind === 'service') return [await checkServicePort(env, host)]
  return Promise.all(
    ofTheStack.map(async ([variable, usual, purpose]) => {
      const port = portFrom(given(env, variable), usual)
      if (port === null) return skipped(`${variable} is not a port`)
      const problem = await whyNotFree(port, onHost.includes(variable) ? host : '127.0.0.1')
      if (problem === null) return ok(`${port} (${purpose}) is free`)
      return note(
        `${await inWords(problem, port, host)} (${purpose}); a dev stack would use another one`,
      )
    }),
  )
}

/**
 * Whether somebody else can reach what listens on HOST: in a container, the loopback is the
 * container's own.
 */
export function checkHost(env: Environment): Found {
  const host = given(env, 'HOST') ?? settings.HOST.parse(undefined)
  return /^(127\.|::1$|localhost$)/.test(host)
    ? note(`${host}: reachable from this machine only; in a container, set HOST to 0.0.0.0`)
    : ok(`${host}: reachable from other machines`)
}

async function checkServicePort(env: Environment, host: string): Promise<Found> {
  const port = portFrom(given(env, 'PORT'), settings.PORT.parse(undefined))
  if (port === null) return skipped('PORT is not a port')
  const problem = await whyNotFree(port, host)
  if (problem === null) return ok(port === 0 ? 'any free port' : `${port} on ${host} is free`)
  const words = await inWords(problem, port, host)
  if (problem === 'EADDRINUSE') {
    const { live } = await takePulse(originOf(host, port), 2_000)
    if (live) return note(`${words}, which answers like this service`)
  }
  const fix =
    problem === 'EACCES'
      ? 'set PORT to a port above 1023'
      : problem === 'EADDRINUSE'
        ? 'stop that process, or set PORT'
        : 'set HOST to an address of this machine, or to 0.0.0.0 for all of them'
  return failed(words, fix)
}

async function inWords(problem: string, port: number, host: string): Promise<string> {
  if (problem === 'EADDRINUSE') return `${port} is taken by ${await holderOf(port)}`
  if (problem === 'EACCES') return `${port} is not allowed for this user`
  return `cannot listen on ${host}:${port} here (${problem})`
}

/**
 * Where to ask a service that listens on this address; one that listens on all of them is asked on
 * this machine's own.
 */
export function originOf(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}

/** Null for a text that is no port. */
export function portFrom(text: string | undefined, usual: number): number | null {
  const port = text === undefined ? usual : Number(text)
  return Number.isInteger(port) && port >= 0 && port <= 65535 ? port : null
}
