import { z } from 'zod'
import { type Environment, readEnvironment } from './config/environment.ts'
import { postgresUrl } from './config/forms.ts'
import { graphSettings, readGraph } from './config/graph-settings.ts'
import { misspelt } from './config/misspelt.ts'
import { requiredInProduction, settings } from './config/settings.ts'
import { toWeights } from './config/suggestion-weights.ts'
import {
  isOfDevelopment,
  secretsOfDevelopment,
  type ServiceSecret,
  sharedWithGateway,
  toServiceSecret,
} from './server/auth/service-secrets.ts'
import type { GraphShape, Modules } from './server/type-defs.ts'
import { UserFacingError } from './user-facing-error.ts'

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
  /** Of backends that ask directly; the same name twice while one secret replaces the other. */
  readonly serviceSecrets: readonly ServiceSecret[]
  /** Of the account service, for its events; none: no such events are taken. */
  readonly accountWebhookSecrets: readonly string[]
  /** In lower case: where the gateway says from which address a request came. */
  readonly clientAddressHeader: string
  /** How many blocks of one person may stand (rule 8.3). */
  readonly maxBlocks: number
  /** Whether what is public shows to people with a block between them and its owner (rule 16.4). */
  readonly publicIgnoresBlocks: boolean
  /** What suggestions are scored by (rule 11.1): games, sports, mutual, place. Together 1. */
  readonly suggestionWeights: readonly number[]
  /** Which optional nouns the graph has: content that other subgraphs own (rule 12). */
  readonly modules: Modules
  /** How the graph differs from what is written, so that it fits beside others. */
  readonly graphShape: GraphShape
  /** Whether operations that come again are compiled. */
  readonly compiledOperations: boolean
  readonly logLevel: string
  /** Networks that webhooks may be sent to, beside the public internet. */
  readonly webhookAllowedAddresses: readonly string[]
  /** Whether the gateway is told the times of fields when it asks. */
  readonly fieldTraces: boolean
  /** For the metrics. */
  readonly nodeVersion: string
  /** How long a service that is told to end goes on listening. */
  readonly shutdownGraceSeconds: number
  /** What is odd about the environment and stops nothing, a sentence each: for the log. */
  readonly warnings: readonly string[]
}

export interface DatabaseConfig {
  /** Of the login role, which owns nothing. */
  readonly url: string
  /** Of the owner, for migrations only. */
  readonly ownerUrl: string | undefined
  /** Of the worker's login, by no pooler. */
  readonly directUrl: string | undefined
  readonly poolSize: number
  readonly prepareStatements: boolean
}

export interface AuthConfig {
  readonly jwksUrl: URL
  readonly issuer: string
  readonly audience: string
  /**
   * Makes ids of subjects that are none (`AUTH_SUBJECT=external`); without it a person's subject is
   * their id.
   */
  readonly subjectNamespace?: string
}

/** Everything that is missing or wrong in the environment, one sentence each. */
export class ConfigError extends UserFacingError {
  override readonly isMisuse = true
  readonly problems: readonly string[]
  /** @param warnings what may be the cause of a problem */
  constructor(problems: readonly string[], warnings: readonly string[] = []) {
    super(`Invalid environment variables:\n- ${[...problems, ...warnings].join('\n- ')}`)
    this.problems = problems
  }
}

/**
 * Reads the environment.
 * @throws ConfigError that names every problem at once; values are never repeated, for some are
 * secrets.
 */
export function readConfig(env: Environment): Config {
  const given = readEnvironment(env)
  const parsed = z.object(settings).safeParse(given)
  const graph = readGraph(given)
  const problems = [
    ...problemsOf(parsed.error).filter((problem) => !isOfGraph(problem)),
    ...(given['NODE_ENV'] === 'production' ? missingInProduction(given) : []),
    ...quoted(given),
    ...sharedSecrets(given),
    ...namespaceProblems(given),
    ...graph.problems,
  ]
  const warnings = misspelt(given)
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems, warnings)
  const values = parsed.data
  return {
    environment: values.NODE_ENV,
    host: values.HOST,
    port: values.PORT,
    database: {
      url: values.DATABASE_URL,
      ownerUrl: values.DATABASE_OWNER_URL,
      directUrl: values.DATABASE_DIRECT_URL,
      poolSize: values.DATABASE_POOL_SIZE,
      prepareStatements: values.DATABASE_PREPARE_STATEMENTS === 'true',
    },
    auth: {
      jwksUrl: new URL(values.AUTH_JWKS_URL),
      issuer: values.AUTH_ISSUER,
      audience: values.AUTH_AUDIENCE,
      ...(values.AUTH_SUBJECT_NAMESPACE !== undefined && {
        subjectNamespace: values.AUTH_SUBJECT_NAMESPACE,
      }),
    },
    gatewaySecrets: values.GATEWAY_SECRETS,
    serviceSecrets: (values.SERVICE_SECRETS ?? []).map(toServiceSecret),
    accountWebhookSecrets: values.ACCOUNT_WEBHOOK_SECRETS ?? [],
    clientAddressHeader: values.CLIENT_ADDRESS_HEADER,
    maxBlocks: values.MAX_BLOCKS,
    publicIgnoresBlocks: values.PUBLIC_GAMES_IGNORE_BLOCKS === 'on',
    suggestionWeights: toWeights(values.SUGGESTION_WEIGHTS),
    modules: graph.modules,
    graphShape: graph.shape,
    compiledOperations: values.COMPILED_OPERATIONS === 'on',
    webhookAllowedAddresses: values.WEBHOOK_ALLOWED_ADDRESSES ?? [],
    logLevel: values.LOG_LEVEL,
    fieldTraces: values.FIELD_TRACES === 'on',
    nodeVersion: process.version,
    shutdownGraceSeconds: values.SHUTDOWN_GRACE,
    warnings,
  }
}

/**
 * The URL of Postgres in one variable, for commands that need no other; null when it is not set.
 * @throws ConfigError when it is something else
 */
export function readDatabaseUrl(
  env: Environment,
  name: 'DATABASE_URL' | 'DATABASE_OWNER_URL' | 'DATABASE_DIRECT_URL',
): string | null {
  const text = readEnvironment(env)[name]
  if (text === undefined) return null
  const { error } = postgresUrl.safeParse(text)
  if (error !== undefined)
    throw new ConfigError(error.issues.map(({ message }) => `${name}: ${message}`))
  return text
}

/** `docker run --env-file` and `kubectl --from-env-file` keep quotes as a part of the value. */
function quoted(given: Environment): string[] {
  return Object.keys(settings)
    .filter((name) => /^(["']).*\1$/s.test(given[name] ?? ''))
    .map((name) => `${name}: has quotes around its value; remove them`)
}

function problemsOf(error: z.ZodError | undefined): string[] {
  return (error?.issues ?? []).map((issue) => `${String(issue.path[0])}: ${issue.message}`)
}

/** Of a variable that `readGraph` has read already. */
const isOfGraph = (problem: string) => problem.replace(/:.*/s, '') in graphSettings

/**
 * Secrets that more than one side knows. Looked at by themselves, so that they are told whatever
 * else is wrong.
 */
function sharedSecrets(given: Environment): string[] {
  const ofServices = settings.SERVICE_SECRETS.safeParse(given['SERVICE_SECRETS']).data ?? []
  const ofGateway = settings.GATEWAY_SECRETS.safeParse(given['GATEWAY_SECRETS']).data ?? []
  const known = given['NODE_ENV'] === 'production' ? secretsOfDevelopment(ofServices) : []
  return [...sharedWithGateway(ofServices, ofGateway), ...known].map(
    (problem) => `SERVICE_SECRETS: ${problem}`,
  )
}

/**
 * The namespace that makes ids of subjects, from the two variables that say so and no others; null
 * where subjects are ids. Nothing is thrown: what is wrong with the two is said in `problems`.
 */
export function subjectSettings(env: Environment): {
  readonly namespace: string | null
  readonly problems: readonly string[]
} {
  const given = readEnvironment(env)
  const { AUTH_SUBJECT, AUTH_SUBJECT_NAMESPACE } = settings
  const parsed = z.object({ AUTH_SUBJECT, AUTH_SUBJECT_NAMESPACE }).safeParse(given)
  const problems = [...problemsOf(parsed.error), ...namespaceProblems(given)]
  return { namespace: parsed.data?.AUTH_SUBJECT_NAMESPACE ?? null, problems }
}

/** Either is a mistake without the other, and one that would give people other ids or none. */
function namespaceProblems(given: Environment): string[] {
  const isExternal = given['AUTH_SUBJECT'] === 'external'
  if (isExternal === (given['AUTH_SUBJECT_NAMESPACE'] !== undefined)) return []
  return isExternal
    ? ['AUTH_SUBJECT_NAMESPACE: required with AUTH_SUBJECT=external']
    : ['AUTH_SUBJECT_NAMESPACE: has no effect without AUTH_SUBJECT=external']
}

function missingInProduction(given: Environment): string[] {
  return requiredInProduction.flatMap((name) => {
    const value = given[name]
    if (value === undefined) return [`${name}: required in production`]
    const developmentValue = [z.object(settings).shape[name].parse(undefined)].flat()
    const isKnown = (part: string) =>
      developmentValue.includes(part) || (name === 'GATEWAY_SECRETS' && isOfDevelopment(part))
    return value.split(',').some((part) => isKnown(part.trim()))
      ? [`${name}: is the development default, which production refuses`]
      : []
  })
}
