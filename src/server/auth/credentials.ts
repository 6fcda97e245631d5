import type { Identity } from '../../database/identity.ts'
import type { CallerOf } from './caller.ts'
import { type AuthenticateViewer, KeysUnavailable, TokenRefused } from './token-verifier.ts'

/**
 * Which credential was missing: the secret of the gateway or of a service, a good token, the keys
 * to judge one with, or the service token that a service's secret needs beside it.
 */
export const missingCredentials = ['gateway', 'token', 'keys', 'service'] as const

export type MissingCredential = (typeof missingCredentials)[number]

/** What somebody shows who asks: two headers of a request, or what stands for them. */
export interface Credentials {
  readonly secret: string | string[] | undefined
  readonly authorization: string | undefined
}

/** Why nobody is let in with these credentials. */
export interface RefusedCredentials {
  readonly missing: MissingCredential
  readonly status: 401 | 403 | 503
  readonly code: 'UNAUTHENTICATED' | 'FORBIDDEN' | 'INTERNAL_SERVER_ERROR'
  readonly message: string
  /** For the log: what went wrong on our side. */
  readonly cause?: Error
}

/** Tells who shows these credentials, or why they are refused. */
export type Authenticate = (shown: Credentials) => Promise<Identity | RefusedCredentials>

/**
 * Lets in whoever has a secret and a token, if any, that is good. A service's secret needs a
 * service token beside it: a viewer's is refused with 403, and no token with 401.
 */
export function credentialsCheck(callerOf: CallerOf, viewerOf: AuthenticateViewer): Authenticate {
  return async ({ secret, authorization }) => {
    const caller = callerOf(secret)
    if (caller === null)
      return { missing: 'gateway', status: 401, code: 'UNAUTHENTICATED', message: noSecret }
    let identity: Identity
    try {
      identity = await viewerOf(authorization)
    } catch (error) {
      return refusedToken(error)
    }
    if (caller.kind === 'gateway') return identity
    if (identity.kind === 'service')
      return { kind: 'service', name: caller.name, hasOwnSecret: true }
    return identity.kind === 'anonymous'
      ? { missing: 'service', status: 401, code: 'UNAUTHENTICATED', message: noServiceToken }
      : { missing: 'service', status: 403, code: 'FORBIDDEN', message: notAServiceToken }
  }
}

/** Whether credentials were refused. */
export function isRefusedCredentials(
  result: Identity | RefusedCredentials,
): result is RefusedCredentials {
  return 'missing' in result
}

function refusedToken(error: unknown): RefusedCredentials {
  if (error instanceof KeysUnavailable) {
    const { message } = error
    return { missing: 'keys', status: 503, code: 'INTERNAL_SERVER_ERROR', message, cause: error }
  }
  if (!(error instanceof TokenRefused)) throw error
  return { missing: 'token', status: 401, code: 'UNAUTHENTICATED', message: error.message }
}

const noSecret =
  'Missing or wrong X-Gateway-Secret. Only the gateway and known services may call this service.'
const noServiceToken = "A service's secret also needs a service token."
const notAServiceToken =
  "A service's secret does not accept a person's token. Send user requests through the gateway."
