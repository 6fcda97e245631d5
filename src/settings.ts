import { z } from 'zod'
import { parseUserId } from './base/ids.ts'
import { commaSeparated, graphSettings } from './graph-settings.ts'
import { limits } from './limits.ts'
import { serviceSecretList, unfitSecret } from './server/auth/service-secrets.ts'

/** The secret between the gateway and this service in the development world; production refuses it. */
export const DEVELOPMENT_GATEWAY_SECRET = 'development-gateway-secret'

const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' })
const secret = z.string().superRefine((text, context) => {
  const unfit = unfitSecret(text)
  if (unfit !== null) context.addIssue({ code: 'custom', message: unfit })
})

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
  AUTH_SUBJECT: z
    .enum(['uuid', 'external'])
    .default('uuid')
    .describe(
      "What the `sub` of a person's token is: `uuid`, the person's id; or `external`, any text of at most 255 bytes, from which the id is made with `AUTH_SUBJECT_NAMESPACE`.",
    ),
  AUTH_SUBJECT_NAMESPACE: z
    .string()
    .transform((text): string | null => parseUserId(text))
    .pipe(z.string('must be a UUID'))
    .optional()
    .describe(
      'A UUID for `AUTH_SUBJECT=external`, such as `uuidgen` makes. Never change it: all ids depend on it.',
    ),
  GATEWAY_SECRETS: commaSeparated
    .pipe(z.array(secret).min(1).max(2, 'at most two secrets: the new one and the old one'))
    .default([DEVELOPMENT_GATEWAY_SECRET])
    .describe(
      'What the gateway sends as `X-Gateway-Secret`. Two values, comma separated, while one replaces the other.',
    ),
  SERVICE_SECRETS: commaSeparated
    .pipe(serviceSecretList)
    .optional()
    .describe(
      'Secrets of backends that ask directly, as `name:secret`, comma separated. Each sends its own as `X-Gateway-Secret`, with a service token. A name can occur twice while one secret replaces the other.',
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
  ...graphSettings,
  PUBLIC_GAMES_IGNORE_BLOCKS: z
    .enum(['on', 'off'])
    .default('off')
    .describe(
      '`on` lets `visibleToViewer` be true of public games, and of all other public content, whoever blocks whom. Blocks still prevent every contact.',
    ),
  COMPILED_OPERATIONS: z
    .enum(['on', 'off'])
    .default('on')
    .describe(
      '`off` lets graphql-js answer everything. `on` compiles the operations that come again, which saves CPU where an answer has many fields; the answers are the same.',
    ),
  FIELD_TRACES: z
    .enum(['on', 'off'])
    .default('off')
    .describe(
      "`on` answers the times of fields to a gateway that asks for them (Apollo's inline traces, `ftv1`).",
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
