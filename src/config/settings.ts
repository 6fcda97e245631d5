import { z } from 'zod'
import { parseUserId } from '../graphql/ids.ts'
import { limits } from '../limits.ts'
import { webhookSecretList } from '../server/account-events/secrets.ts'
import { serviceSecretList, unfitSecret } from '../server/auth/service-secrets.ts'
import { numberFrom, oneOf, postgresUrl, webUrl, wholeNumberFrom } from './forms.ts'
import { commaSeparated, graphSettings } from './graph-settings.ts'
import { parseNetwork } from './networks.ts'
import { standardWeights, weightEntries } from './suggestion-weights.ts'

/** The secret between the gateway and this service in the dev stack; production refuses it. */
export const DEVELOPMENT_GATEWAY_SECRET = 'development-gateway-secret'

const secret = z.string().superRefine((text, context) => {
  const unfit = unfitSecret(text)
  if (unfit !== null) context.addIssue({ code: 'custom', message: unfit })
})

/**
 * One entry a variable: its form, its development default and, as the description, what it is for.
 */
export const settings = {
  NODE_ENV: oneOf(['production', 'development', 'test'])
    .default('development')
    .describe('`production` refuses the development defaults below and turns introspection off.'),
  HOST: z
    .string()
    .default('127.0.0.1')
    .describe(
      'The address to listen on. Set `0.0.0.0` in a container: the default can be reached from the same machine only.',
    ),
  PORT: wholeNumberFrom(0, 65535)
    .default(4001)
    .describe('The port of the subgraph. 0 takes a free port.'),
  DATABASE_URL: postgresUrl
    .default('postgres://connections_login:connections@127.0.0.1:5432/connections')
    .describe('The database, as the role `connections_login`, which owns no tables.'),
  DATABASE_OWNER_URL: postgresUrl
    .optional()
    .describe(
      'The database, as the owner of the tables. Only `connections migrate` and `connections doctor` use it.',
    ),
  DATABASE_DIRECT_URL: postgresUrl
    .optional()
    .describe(
      'The database, as the role `connections_worker`, directly and not through a pooler. Only `connections worker`, `connections webhooks`, `connections events` and `connections doctor` use it.',
    ),
  DATABASE_POOL_SIZE: wholeNumberFrom(1, 500)
    .default(20)
    .describe('How many connections to Postgres one process may open.'),
  DATABASE_PREPARE_STATEMENTS: oneOf(['true', 'false'])
    .default('true')
    .describe(
      'Whether to use named prepared statements. Set `false` behind a pooler that does not support them, such as PgBouncer before 1.21 in transaction mode.',
    ),
  AUTH_JWKS_URL: webUrl
    .default('http://127.0.0.1:4010/.well-known/jwks.json')
    .describe(
      'The JWKS of the auth service: the public keys that tokens are verified with (RFC 7517).',
    ),
  AUTH_ISSUER: z
    .string()
    .default('http://127.0.0.1:4010')
    .describe('The `iss` that every token must have. It is compared letter by letter.'),
  AUTH_AUDIENCE: z
    .string()
    .default('connections-development')
    .describe('The `aud` that every token must have.'),
  AUTH_SUBJECT: oneOf(['uuid', 'external'])
    .default('uuid')
    .describe(
      "What the `sub` of a user's token is. `uuid`: the user's id. `external`: any text of at most 255 bytes; the id is derived from it and `AUTH_SUBJECT_NAMESPACE`.",
    ),
  AUTH_SUBJECT_NAMESPACE: z
    .string()
    .transform((text): string | null => parseUserId(text))
    .pipe(z.string('must be a UUID'))
    .optional()
    .describe(
      'A UUID of your own, for `AUTH_SUBJECT=external`; `uuidgen` makes one. Never change it, because every id depends on it.',
    ),
  GATEWAY_SECRETS: commaSeparated
    .pipe(
      z
        .array(secret)
        .min(1, 'must have at least one secret')
        .max(2, 'must have at most two secrets: the new one and the old one'),
    )
    .default([DEVELOPMENT_GATEWAY_SECRET])
    .describe(
      'The secret that the gateway sends as `X-Gateway-Secret`. To change it, set the new and the old one, comma separated, until the gateway has the new one.',
    ),
  SERVICE_SECRETS: commaSeparated
    .pipe(serviceSecretList)
    .optional()
    .describe(
      'Secrets of backends that send requests without the gateway: `name:secret`, comma separated. Each backend sends its own as `X-Gateway-Secret`, together with a service token. To change a secret, list its name twice, with the new and the old one.',
    ),
  ACCOUNT_WEBHOOK_SECRETS: commaSeparated
    .pipe(webhookSecretList)
    .optional()
    .describe(
      'The secret that the account service signs its events with (`whsec_…`, Standard Webhooks). Without it there is no route `/webhooks/accounts`. To change it, set the new and the old one, comma separated.',
    ),
  CLIENT_ADDRESS_HEADER: z
    .string()
    .regex(/^[\w-]+$/, 'must be the name of a header')
    .toLowerCase()
    .default('x-forwarded-for')
    .describe(
      'The header in which the gateway passes the address of the client. Requests without a token are rate limited by that address.',
    ),
  MAX_BLOCKS: wholeNumberFrom(1, limits.caps.blocks.most)
    .default(limits.caps.blocks.standard)
    .describe('How many blocks one person can have at the same time; at most 10,000.'),
  ...graphSettings,
  PUBLIC_GAMES_IGNORE_BLOCKS: oneOf(['on', 'off'])
    .default('off')
    .describe(
      '`on` makes `visibleToViewer` true for all public content, even between people who block each other. Blocks still prevent every contact.',
    ),
  SUGGESTION_WEIGHTS: commaSeparated
    .pipe(weightEntries)
    .default(standardWeights)
    .describe(
      'How much each signal counts for suggestions: `games`, `sports`, `mutual` (friends and follows) and `place`, numbers from 0 to 1. A signal that is left out counts nothing.',
    ),
  COMPILED_OPERATIONS: oneOf(['on', 'off'])
    .default('on')
    .describe(
      '`on` compiles queries that are sent repeatedly, which saves CPU for large answers. `off` executes everything with graphql-js. The answers are the same.',
    ),
  WEBHOOK_ALLOWED_ADDRESSES: commaSeparated
    .pipe(
      z.array(
        z.string().refine((text) => parseNetwork(text) !== null, {
          error: 'must be addresses or networks such as 10.0.0.0/8 or fd00::/8, comma separated',
        }),
      ),
    )
    .optional()
    .describe(
      'Networks that webhooks may be sent to, in addition to the public internet, comma separated: `10.1.0.0/16,fd00:1::/32`. There, every port is allowed. Outside of production, this machine (`127.0.0.0/8` and `::1`) is always allowed.',
    ),
  FIELD_TRACES: oneOf(['on', 'off'])
    .default('off')
    .describe(
      '`on` reports the time of each field to gateways that ask for it (inline traces of Apollo, `ftv1`).',
    ),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'silent'])
    .default('info')
    .describe('The lowest level that is logged. The log is JSON lines on standard output.'),
  SHUTDOWN_GRACE: numberFrom(0, 60)
    .default(3)
    .describe(
      'For how many seconds the service keeps answering after SIGTERM, while `/readyz` answers 503. Your load balancer must notice within this time.',
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
