import { z } from 'zod'

/** The shortest secret that is accepted, of the gateway and of services. */
const fewestSecretCharacters = 16

/**
 * What a header carries the same for all: clients send other characters in several ways, or not at
 * all.
 */
const sendable = /^[\x20-\x7e]*$/

/** Why nothing can be a secret of the gateway or of a service; null when it can. */
export function unfitSecret(secret: string): string | null {
  if (secret.length < fewestSecretCharacters)
    return `each secret needs at least ${fewestSecretCharacters} characters`
  return sendable.test(secret) ? null : 'a secret must be printable ASCII, as a header carries it'
}

/** A backend's own secret. */
export interface ServiceSecret {
  /** What log and metrics call the backend. */
  readonly name: string
  readonly secret: string
}

/**
 * What a metric calls service tokens that come with the gateway's secret, so no service can have
 * this name.
 */
export const throughGateway = 'gateway'

const nameForm = /^[A-Za-z][\w-]{0,39}$/

/**
 * The entries of `SERVICE_SECRETS`. The problems name entries by their number only: any part of an
 * entry may be a secret.
 */
export const serviceSecretList = z.array(z.string()).superRefine((entries, context) => {
  for (const message of problemsOf(entries)) context.addIssue({ code: 'custom', message })
})

/**
 * An entry that `serviceSecretList` has let through. The secret may contain colons, the name may
 * not.
 */
export function toServiceSecret(entry: string): ServiceSecret {
  const colon = entry.indexOf(':')
  return { name: entry.slice(0, colon).trim(), secret: entry.slice(colon + 1).trim() }
}

/**
 * Whether a secret is one of the dev stack, all of which begin alike and are known to everybody.
 */
export const isOfDevelopment = (secret: string): boolean => secret.startsWith('development-')

/** Which entries production refuses. */
export function secretsOfDevelopment(entries: readonly string[]): string[] {
  return entries.flatMap((entry, place) =>
    isOfDevelopment(toServiceSecret(entry).secret)
      ? [`entry ${place + 1} has a secret of the dev stack, which production refuses`]
      : [],
  )
}

/** Which entries have a secret that the gateway has too: a backend would pass for the gateway. */
export function sharedWithGateway(
  entries: readonly string[],
  gatewaySecrets: readonly string[],
): string[] {
  return entries.flatMap((entry, place) =>
    gatewaySecrets.includes(toServiceSecret(entry).secret)
      ? [`entry ${place + 1} has a secret of GATEWAY_SECRETS; each service needs one of its own`]
      : [],
  )
}

function problemsOf(entries: readonly string[]): string[] {
  const read = entries.map(toServiceSecret)
  return read.flatMap(({ name, secret }, place) => {
    const which = `entry ${place + 1}`
    if (!entries[place]?.includes(':')) return [`${which} has no colon; write name:secret`]
    const first = read.findIndex((other) => other.secret === secret)
    const unfit = unfitSecret(secret)
    const sameName = read.slice(0, place).filter((other) => other.name === name)
    return [
      ...(nameForm.test(name) && name !== throughGateway ? [] : [`${which}: ${badName}`]),
      ...(unfit !== null
        ? [`${which}: ${unfit}`]
        : first < place
          ? [`${which} has the same secret as entry ${first + 1}`]
          : []),
      ...(sameName.length > 1
        ? [`${which}: a name can occur twice, for the new secret and the old one, not three times`]
        : []),
    ]
  })
}

const badName =
  'a name begins with a letter, has at most 40 letters, digits, "-" and "_", and is not "gateway"'
