import { type EventKind, eventKinds, isEventKind } from '../../events/catalogue.ts'
import { UserFacingError } from '../../user-facing-error.ts'
import {
  type DeadDelivery,
  type Delivery,
  type EventHistory,
  type RecordedEvent,
  selectDead,
  selectEvent,
  selectEvents,
} from '../../worker/history/events.ts'
import { replayEvent, replaySince } from '../../worker/history/replay.ts'
import { type ExitCode, exitCodes, type Host } from './host.ts'
import { inShort } from './moments.ts'
import { inFull } from './progress.ts'
import { asWorker } from './service-database.ts'
import { say } from './webhook-commands.ts'

/** What every `events` command takes. */
export interface EventOptions {
  readonly json?: true
  readonly data?: string
}

export interface ListOptions extends EventOptions {
  readonly kind?: string
  readonly pair?: readonly string[]
  readonly since?: Date
  readonly limit: number
}

export interface ReplayOptions extends EventOptions {
  readonly endpoint?: string
  readonly since?: Date
  readonly undelivered?: true
}

export interface DeadOptions extends EventOptions {
  readonly endpoint?: string
  readonly limit: number
}

/** `events list`: see its `--help`. */
export async function listEvents(host: Host, options: ListOptions): Promise<ExitCode> {
  const kind = options.kind === undefined ? null : checkKind(options.kind)
  const [one, other] = options.pair ?? []
  const pair = one === undefined || other === undefined ? null : ([one, other] as const)
  const { since = null, limit: most } = options
  return asWorker(host, options.data, async (session) => {
    const events = await selectEvents(session.read, { kind, pair, since, most })
    say(host, options, events, events.length === 0 ? ['No events.'] : events.map(line))
    return exitCodes.done
  })
}

/** `events show`: see its `--help`. */
export async function showEvent(host: Host, id: string, options: EventOptions): Promise<ExitCode> {
  return asWorker(host, options.data, async (session) => {
    const history = await selectEvent(session.read, id)
    if (history === null) throw new UserFacingError(`No event has the id ${id}.`)
    say(host, options, history, describe(history))
    return exitCodes.done
  })
}

/** `events replay`: see its `--help`. */
export async function replayEvents(
  host: Host,
  id: string | null,
  options: ReplayOptions,
): Promise<ExitCode> {
  const { endpoint = null, since, undelivered } = options
  return asWorker(host, options.data, async (session) => {
    const deliveries =
      endpoint !== null && since !== undefined
        ? await replaySince(session, endpoint, { since, undelivered: undelivered === true })
        : await replayEvent(session, id ?? '', endpoint)
    say(host, options, { deliveries }, [
      deliveries === 1
        ? '1 delivery will be made by the worker.'
        : `${inFull(deliveries)} deliveries will be made by the worker.`,
    ])
    return exitCodes.done
  })
}

/** `events dead`: see its `--help`. */
export async function listDead(host: Host, options: DeadOptions): Promise<ExitCode> {
  return asWorker(host, options.data, async (session) => {
    const dead = await selectDead(session.read, options.endpoint ?? null, options.limit)
    const lines =
      dead.length === 0 ? ['No delivery failed for the last time.'] : dead.map(describeDead)
    say(host, options, dead, lines)
    return exitCodes.done
  })
}

function checkKind(text: string): EventKind {
  if (isEventKind(text)) return text
  throw new UserFacingError(`Unknown kind: ${text}.\nFix: use one of ${eventKinds.join(', ')}.`)
}

function line({
  id,
  kind,
  actorId,
  otherId,
  createdAt,
  dueAt,
  dispatchedAt,
}: RecordedEvent): string {
  const state =
    dispatchedAt !== null ? '' : dueAt > createdAt ? `  waits until ${inShort(dueAt)}` : '  waits'
  return `${inShort(createdAt)}  ${kind.padEnd(23)}  ${id}  ${actorId} -> ${otherId}${state}`
}

function describe({ event, envelope, deliveries }: EventHistory): string[] {
  return [
    ...Object.entries<string | Date | null>({ ...event }).flatMap(([name, value]) =>
      value === null
        ? []
        : [`${name.padEnd(16)}${typeof value === 'string' ? value : inShort(value)}`],
    ),
    '',
    envelope === null ? 'Not dispatched yet.' : `Envelope:\n${JSON.stringify(envelope, null, 2)}`,
    '',
    ...(deliveries.length === 0 ? ['No deliveries.'] : ['Deliveries:', ...deliveries.map(way)]),
  ]
}

function way({ endpointId, url, state, attempts, nextAt, finishedAt, ...last }: Delivery): string {
  const when = nextAt ?? finishedAt
  const moment = when === null ? '' : `  ${nextAt === null ? 'at' : 'next at'} ${inShort(when)}`
  const answer = attempts === 0 ? '' : `  ${lastAnswer(last)}`
  return `  ${state.padEnd(9)}  ${endpointId}  ${url}  attempts ${attempts}${moment}${answer}`
}

function lastAnswer(last: { lastStatus: number | null; lastError: string | null }): string {
  const status = last.lastStatus === null ? 'no answer' : `status ${last.lastStatus}`
  return last.lastError === null ? status : `${status}: ${last.lastError}`
}

function describeDead(dead: DeadDelivery): string {
  const { finishedAt, kind, eventId, endpointId, url, attempts } = dead
  return `${inShort(finishedAt)}  ${kind.padEnd(23)}  ${eventId}  to ${endpointId}  ${url}  attempts ${attempts}  ${lastAnswer(dead)}`
}
