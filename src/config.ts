import { z } from 'zod'
import { limits } from './limits.ts'

/** The secret between the gateway and this service in the development world; production refuses it. */
export const DEVELOPMENT_GATEWAY_SECRET = 'development-gateway-secret'

/** What the service needs to know, read once at start and never again. */
export interface Config {
  readonly environment: 'production' | 'development' | 'test'
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  readonly database: DatabaseConfig
  readonly auth: AuthConfig
  /** One or two values, so that a secret can be changed without an outage. */
  readonly gatewaySecrets: readonly string[]
  /** In lower case: where the gateway says from which address a request came. */
  readonly clientAddressHeader: string
  /** How many blocks of one person may stand (RULES 8.3). */
  readonly maxBlocks: number
  /** Whether the graph has games: only beside a subgraph that owns them (RULES 12). */
  readonly games: boolean
  /** Whether operations that come again are compiled. */
  readonly compiledOperations: boolean
  readonly logLevel: string
  /** How long a service that is told to end goes on listening. */
  readonly shutdownGraceSeconds: number
}

export interface DatabaseConfig {
  /** Of the login role, which owns nothing. */
  readonly url: string
  /** Of the owner, for migrations only. */
  readonly ownerUrl: string | undefined
  readonly poolSize: number
  readonly prepareStatements: boolean
}

export interface AuthConfig {
  readonly jwksUrl: URL
  readonly issuer: string
  readonly audience: string
}

/** Everything that is missing or wrong in the environment, one sentence each. */
export class ConfigError extends Error {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(`The environment does not describe a service that can start:\n- ${problems.join('\n- ')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' })
const secret = z.string().min(16, 'each secret needs at least 16 characters')

/** One entry a variable: its form, its development default and, as the description, what it is for. */
export const settings = {
  NODE_ENV: z
    .enum(['production', 'development', 'test'])
    .default('development')
    .describe(
      '`production` refuses every development default below and hides what helps an attacker.',
    ),
  HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
  PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(4001)
    .describe('Port of the subgraph; 0 takes a free one.'),
  DATABASE_URL: postgresUrl
    .default('postgres://connections_login:connections@127.0.0.1:5432/connections')
    .describe('Postgres as the login role `connections_login`, which owns nothing.'),
  DATABASE_OWNER_URL: postgresUrl
    .optional()
    .describe('Postgres as the owner of the tables. Only `connections migrate` uses it.'),
  DATABASE_POOL_SIZE: z.coerce
    .number()
    .int()
    .min(1)
    .max(500)
    .default(20)
    .describe('Connections that one process opens at most.'),
  DATABASE_PREPARE_STATEMENTS: z
    .enum(['true', 'false'])
    .default('true')
    .describe(
      'Let connections keep the plans of statements. `false` behind a pooler that cannot carry them over, such as PgBouncer before 1.21 in transaction mode.',
    ),
  AUTH_JWKS_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
    .default('http://127.0.0.1:4010/.well-known/jwks.json')
    .describe("The auth service's public keys (RFC 7517)."),
  AUTH_ISSUER: z
    .string()
    .min(1)
    .default('http://127.0.0.1:4010')
    .describe('The `iss` that a token must carry.'),
  AUTH_AUDIENCE: z
    .string()
    .min(1)
    .default('connections-development')
    .describe('The `aud` that a token must carry.'),
  GATEWAY_SECRETS: z
    .string()
    .transform((list) =>
      list
        .split(',')
        .map((value) => value.trim())
        .filter((value) => value !== ''),
    )
    .pipe(z.array(secret).min(1).max(2, 'at most two secrets: the new one and the old one'))
    .default([DEVELOPMENT_GATEWAY_SECRET])
    .describe(
      'What the gateway sends as `X-Gateway-Secret`. Two values, comma separated, while one replaces the other.',
    ),
  CLIENT_ADDRESS_HEADER: z
    .string()
    .regex(/^[\w-]+$/, 'must be the name of a header')
    .toLowerCase()
    .default('x-forwarded-for')
    .describe(
      'Where the gateway says from which address a request came: the anonymous are counted by it.',
    ),
  MAX_BLOCKS: z.coerce
    .number()
    .int()
    .min(1)
    .max(limits.stocks.blocks.most)
    .default(limits.stocks.blocks.standard)
    .describe('How many people one person can block at a time.'),
  GAMES: z
    .enum(['on', 'off'])
    .default('off')
    .describe(
      '`on` adds `Game.visibleToViewer`, for a graph in which another subgraph owns `Game`.',
    ),
  COMPILED_OPERATIONS: z
    .enum(['on', 'off'])
    .default('on')
    .describe(
      '`off` lets graphql-js answer everything. `on` compiles the operations that come again, which saves CPU where an answer has many fields; the answers are the same.',
    ),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'])
    .default('info')
    .describe('How much is logged, as JSON lines on standard output.'),
  SHUTDOWN_GRACE: z.coerce
    .number()
    .min(0)
    .max(60)
    .default(3)
    .describe(
      'Seconds that the service goes on answering after SIGTERM, while `/readyz` says 503: as long as the load balancer needs to notice.',
    ),
} as const

/** Production must set these itself, to something else than the development default. */
export const requiredInProduction = [
  'DATABASE_URL',
  'AUTH_JWKS_URL',
  'AUTH_ISSUER',
  'AUTH_AUDIENCE',
  'GATEWAY_SECRETS',
] as const

/**
 * Reads the environment.
 * @throws ConfigError that names every problem at once; values are never repeated, for some are secrets.
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(
    Object.keys(settings).flatMap((name) =>
      env[name] === undefined || env[name] === '' ? [] : [[name, env[name]]],
    ),
  )
  const parsed = z.object(settings).safeParse(given)
  const problems = [
    ...(parsed.error?.issues ?? []).map((issue) => `${String(issue.path[0])}: ${issue.message}`),
    ...(given['NODE_ENV'] === 'production' ? missingInProduction(given) : []),
  ]
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems)
  const values = parsed.data
  return {
    environment: values.NODE_ENV,
    host: values.HOST,
    port: values.PORT,
    database: {
      url: values.DATABASE_URL,
      ownerUrl: values.DATABASE_OWNER_URL,
      poolSize: values.DATABASE_POOL_SIZE,
      prepareStatements: values.DATABASE_PREPARE_STATEMENTS === 'true',
    },
    auth: {
      jwksUrl: new URL(values.AUTH_JWKS_URL),
      issuer: values.AUTH_ISSUER,
      audience: values.AUTH_AUDIENCE,
    },
    gatewaySecrets: values.GATEWAY_SECRETS,
    clientAddressHeader: values.CLIENT_ADDRESS_HEADER,
    maxBlocks: values.MAX_BLOCKS,
    games: values.GAMES === 'on',
    compiledOperations: values.COMPILED_OPERATIONS === 'on',
    logLevel: values.LOG_LEVEL,
    shutdownGraceSeconds: values.SHUTDOWN_GRACE,
  }
}

function missingInProduction(given: Record<string, string | undefined>): string[] {
  return requiredInProduction.flatMap((name) => {
    const value = given[name]
    if (value === undefined) return [`${name}: required in production`]
    const developmentValue = [z.object(settings).shape[name].parse(undefined)].flat()
    return value.split(',').some((part) => developmentValue.includes(part.trim()))
      ? [`${name}: is the development default, which production refuses`]
      : []
  })
}
