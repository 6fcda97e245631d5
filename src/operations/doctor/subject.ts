import { parsePostgresUrl } from '../../config/forms.ts'
import { commaSeparated } from '../../config/graph-settings.ts'
import { settings } from '../../config/settings.ts'
import type { StackFile } from '../../dev/stack-file.ts'
import { toServiceSecret } from '../../server/auth/service-secrets.ts'

type Environment = Record<string, string | undefined>

/**
 * What is examined: a service that the environment describes, the dev stack that runs here, or the
 * one that could.
 */
export interface Subject {
  readonly kind: 'service' | 'running stack' | 'coming stack'
  /**
   * Null where there is none, or where what stands there is no URL; the environment's own check
   * says so.
   */
  readonly databaseUrl: string | null
  readonly ownerUrl: string | null
  /** Of the worker. */
  readonly directUrl: string | null
  readonly jwksUrl: string | null
  readonly poolSize: number
  readonly prepareStatements: boolean
}

/**
 * Variables that only somebody sets who runs the service by itself; the dev stack brings all of
 * these.
 */
const ofAService = [
  'DATABASE_URL',
  'DATABASE_OWNER_URL',
  'DATABASE_DIRECT_URL',
  'AUTH_JWKS_URL',
  'AUTH_ISSUER',
  'AUTH_AUDIENCE',
] as const

/**
 * Chooses what to examine. What is wrong with one variable does not keep us from looking at what
 * the others name.
 * @param running the dev stack of the data directory, if one runs
 */
export function subjectOf(env: Environment, running: StackFile | null): Subject {
  const described = env['NODE_ENV'] === 'production' || ofAService.some((name) => isSet(env[name]))
  const poolSize = settings.DATABASE_POOL_SIZE.safeParse(given(env, 'DATABASE_POOL_SIZE'))
  const prepare = settings.DATABASE_PREPARE_STATEMENTS.safeParse(
    given(env, 'DATABASE_PREPARE_STATEMENTS'),
  )
  const shared = {
    poolSize: poolSize.data ?? settings.DATABASE_POOL_SIZE.parse(undefined),
    prepareStatements: prepare.data !== 'false',
  }
  if (described) {
    return {
      ...shared,
      kind: 'service',
      databaseUrl: urlFrom(env, 'DATABASE_URL'),
      ownerUrl: urlFrom(env, 'DATABASE_OWNER_URL'),
      directUrl: urlFrom(env, 'DATABASE_DIRECT_URL'),
      jwksUrl: urlFrom(env, 'AUTH_JWKS_URL'),
    }
  }
  const places = running?.places
  return {
    ...shared,
    kind: running === null ? 'coming stack' : 'running stack',
    databaseUrl: places?.loginUrl ?? null,
    ownerUrl: places?.ownerUrl ?? null,
    directUrl: places?.workerUrl ?? null,
    jwksUrl: places == null ? null : new URL('/.well-known/jwks.json', places.accountsUrl).href,
  }
}

/**
 * What a variable names, or its development default. Production has none: what answers there by
 * chance is nobody's whom the service would ask.
 */
function urlFrom(
  env: Environment,
  name: 'DATABASE_URL' | 'DATABASE_OWNER_URL' | 'DATABASE_DIRECT_URL' | 'AUTH_JWKS_URL',
): string | null {
  const text = given(env, name)
  if (text === undefined && env['NODE_ENV'] === 'production') return null
  return settings[name].safeParse(text).data ?? null
}

/**
 * Every password and gateway secret that the examination is given, as it is written and as it is
 * meant.
 */
export function secretsOf(env: Environment, subject: Subject): string[] {
  const { databaseUrl, ownerUrl, directUrl, jwksUrl } = subject
  const unread = [env['DATABASE_URL'], env['DATABASE_DIRECT_URL']]
  const urls = [databaseUrl, ownerUrl, directUrl, jwksUrl, ...unread]
  const passwords = urls.flatMap((url) => {
    const parsed = url == null ? null : (parsePostgresUrl(url) ?? URL.parse(url))
    if (parsed === null) return []
    const { password, searchParams } = parsed
    return [password, decoded(password), searchParams.get('password') ?? '']
  })
  const gateway = commaSeparated.parse(env['GATEWAY_SECRETS'] ?? '')
  // Whole and without their names: what has no colon is a secret too.
  const services = commaSeparated
    .parse(env['SERVICE_SECRETS'] ?? '')
    .flatMap((entry) => [entry, toServiceSecret(entry).secret])
  // Words of the service's own texts are no secrets: hidden, they would only take the sense away.
  return [...new Set([...passwords, ...gateway, ...services])].filter(
    (secret) => !ordinary.includes(secret),
  )
}

/** Passwords of the dev stack that are words of ours as well. */
const ordinary = ['', 'connections']

function decoded(password: string): string {
  try {
    return decodeURIComponent(password)
  } catch {
    return password
  }
}

/** A variable as the configuration reads it: set to nothing is not set. */
export function given(env: Environment, name: string): string | undefined {
  return isSet(env[name]) ? env[name] : undefined
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}
