import { readFile } from 'node:fs/promises'
import { readWorkerConfig } from '../../config/worker-config.ts'
import { UserFacingError } from '../../user-facing-error.ts'
import {
  addEndpoint,
  disable,
  enable,
  listEndpoints,
  remove,
  rotate,
} from '../../worker/endpoints/endpoints.ts'
import { type AllowedAddresses, allowedAddresses } from '../../worker/endpoints/networks.ts'
import { ping } from '../../worker/endpoints/ping.ts'
import { parseSecret, secretForm } from '../../worker/endpoints/secrets.ts'
import type { Endpoint } from '../../worker/endpoints/sql.ts'
import { type ExitCode, exitCodes, type Host } from './host.ts'
import { inShort } from './moments.ts'
import { asWorker } from './service-database.ts'

/** What every `webhooks` command takes. */
export interface WebhookOptions {
  readonly json?: true
  readonly data?: string
}

export interface AddOptions extends WebhookOptions {
  readonly kinds?: string
  readonly secretFile?: string
}

export interface RotateOptions extends WebhookOptions {
  readonly revokeOld?: true
  readonly secretFile?: string
}

/** `webhooks add`: see its `--help`. */
export async function addWebhook(host: Host, url: string, options: AddOptions): Promise<ExitCode> {
  const allowed = addressesOf(host)
  const kinds = options.kinds === undefined ? null : listOf(options.kinds)
  const secret = await givenSecret(host, options.secretFile)
  return asWorker(host, options.data, async (session) => {
    const added = await addEndpoint(session, { url, kinds, secret }, allowed)
    const shown = { id: added.id, url: added.url, secret: secret === null ? added.secret : null }
    say(host, options, shown, [
      `Added endpoint ${added.id}: ${added.url}`,
      `Kinds: ${kinds === null ? 'all' : kinds.join(', ')}`,
      ...secretLines(shown.secret),
    ])
    return exitCodes.done
  })
}

/** `webhooks list`: see its `--help`. */
export async function listWebhooks(host: Host, options: WebhookOptions): Promise<ExitCode> {
  return asWorker(host, options.data, async (session) => {
    const endpoints = await listEndpoints(session)
    const lines = endpoints.length === 0 ? ['There are no endpoints.'] : endpoints.flatMap(describe)
    say(host, options, endpoints, lines)
    return exitCodes.done
  })
}

/** `webhooks disable`: see its `--help`. */
export async function disableWebhook(
  host: Host,
  id: string,
  options: WebhookOptions,
): Promise<ExitCode> {
  return asWorker(host, options.data, async (session) => {
    await disable(session, id)
    say(host, options, { id, state: 'disabled' }, [`Disabled endpoint ${id}.`])
    return exitCodes.done
  })
}

/** `webhooks enable`: see its `--help`. */
export async function enableWebhook(
  host: Host,
  id: string,
  options: WebhookOptions,
): Promise<ExitCode> {
  return asWorker(host, options.data, async (session) => {
    await enable(session, id)
    say(host, options, { id, state: 'enabled' }, [
      `Enabled endpoint ${id}.`,
      `Events that happened meanwhile: connections events replay --endpoint ${id} --since <time>`,
    ])
    return exitCodes.done
  })
}

/** `webhooks remove`: see its `--help`. */
export async function removeWebhook(
  host: Host,
  id: string,
  options: WebhookOptions,
): Promise<ExitCode> {
  return asWorker(host, options.data, async (session) => {
    await remove(session, id)
    say(host, options, { id, state: 'removed' }, [`Removed endpoint ${id}.`])
    return exitCodes.done
  })
}

/** `webhooks rotate`: see its `--help`. */
export async function rotateWebhook(
  host: Host,
  id: string,
  options: RotateOptions,
): Promise<ExitCode> {
  const given = await givenSecret(host, options.secretFile)
  const revokeOld = options.revokeOld === true
  return asWorker(host, options.data, async (session) => {
    const rotated = await rotate(session, id, { secret: given, revokeOld })
    const { url, oldSecretUntil } = rotated
    const secret = given === null ? rotated.secret : null
    say(host, options, { id, url, secret, oldSecretUntil }, [
      `Changed the secret of endpoint ${id}: ${url}`,
      oldSecretUntil === null
        ? 'Old secrets are no longer valid.'
        : `The old secret is valid until ${inShort(oldSecretUntil)}.`,
      ...secretLines(secret),
    ])
    return exitCodes.done
  })
}

/** `webhooks test`: see its `--help`. */
export async function testWebhook(
  host: Host,
  id: string,
  options: WebhookOptions,
): Promise<ExitCode> {
  const allowed = addressesOf(host)
  const told = new AbortController()
  host.onEnd(() => {
    told.abort()
  })
  return asWorker(host, options.data, async (session) => {
    const pinged = await ping(session, id, allowed, told.signal)
    const { url, webhookId, delivered, status, error, milliseconds } = pinged
    say(host, options, pinged, [
      `Sent ping ${webhookId} to ${url}`,
      status === null
        ? `No answer: ${error ?? 'unknown'} (${milliseconds} ms)`
        : `Answer: ${status} after ${milliseconds} ms`,
      delivered ? 'Delivered.' : 'Not delivered. Only a status from 200 to 299 counts.',
    ])
    return delivered ? exitCodes.done : exitCodes.failed
  })
}

/**
 * The addresses that the environment allows.
 * @throws ConfigError when it cannot be read
 */
function addressesOf({ env }: Host): AllowedAddresses {
  const { webhookAllowedAddresses, isProduction } = readWorkerConfig(env)
  return allowedAddresses(webhookAllowedAddresses, isProduction)
}

/** Prints one line of JSON for programs, or lines for people. */
export function say(
  host: Host,
  { json }: { readonly json?: true },
  result: unknown,
  lines: readonly string[],
): void {
  host.print(json === true ? JSON.stringify(result) : lines.join('\n'))
}

const listOf = (text: string) =>
  text
    .split(',')
    .map((kind) => kind.trim())
    .filter((kind) => kind !== '')

/** Never from the command line itself, which every process of the machine can read. */
async function givenSecret(host: Host, file: string | undefined): Promise<Buffer | null> {
  if (file === undefined) return null
  const text = file === '-' ? await host.readInput() : await readFile(file, 'utf8')
  const secret = parseSecret(text)
  if (secret !== null) return secret
  throw new UserFacingError(
    `The secret must be ${secretForm}.\nFix: echo "whsec_$(openssl rand -base64 32)" > ${file === '-' ? 'secret.txt' : file}`,
  )
}

const secretLines = (secret: string | null) =>
  secret === null
    ? []
    : [`Secret: ${secret}`, 'It is not shown again. Store it where the consumer reads it.']

function describe(endpoint: Endpoint): string[] {
  const { id, url, kinds, state, disabledBecause, disabledAt, failingSince, pending } = endpoint
  const remarks = [
    disabledAt === null
      ? null
      : `disabled since ${inShort(disabledAt)}: ${disabledBecause ?? 'no reason was given'}`,
    failingSince === null ? null : `failing since ${inShort(failingSince)}`,
    endpoint.oldSecretUntil === null
      ? null
      : `the old secret is valid until ${inShort(endpoint.oldSecretUntil)}`,
    pending === 0 ? null : `deliveries pending: ${pending}`,
  ]
  return [
    `${id}  ${state.padEnd(8)}  ${url}`,
    `  kinds: ${kinds === null ? 'all' : kinds.join(', ')}`,
    ...remarks.flatMap((remark) => (remark === null ? [] : [`  ${remark}`])),
  ]
}
