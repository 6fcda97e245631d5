import { z } from 'zod'
import { ConfigError } from '../config.ts'
import { type Environment, readEnvironment } from './environment.ts'
import { settings } from './settings.ts'
import { toWeights } from './suggestion-weights.ts'

/** What `connections worker` and the commands beside it need to know. */
export interface WorkerConfig {
  readonly isProduction: boolean
  /** The database as `connections_worker`, by no pooler; null when nothing says where it is. */
  readonly databaseUrl: string | null
  /** Networks that webhooks may be sent to, beside the public internet. */
  readonly webhookAllowedAddresses: readonly string[]
  /** What each signal of suggestions counts; `serve` has to have the same. */
  readonly suggestionWeights: readonly number[]
  readonly logLevel: string
}

const { NODE_ENV, DATABASE_DIRECT_URL, WEBHOOK_ALLOWED_ADDRESSES, SUGGESTION_WEIGHTS, LOG_LEVEL } =
  settings
const ofWorker = z.object({
  NODE_ENV,
  DATABASE_DIRECT_URL,
  WEBHOOK_ALLOWED_ADDRESSES,
  SUGGESTION_WEIGHTS,
  LOG_LEVEL,
})

/**
 * Reads the part of the environment that the worker needs. It verifies no tokens and answers
 * nobody, so it starts without what `serve` must have.
 * @throws ConfigError that names every problem at once
 */
export function readWorkerConfig(env: Environment): WorkerConfig {
  const parsed = ofWorker.safeParse(readEnvironment(env))
  if (!parsed.success)
    throw new ConfigError(
      parsed.error.issues.map(({ path, message }) => `${String(path[0])}: ${message}`),
    )
  const values = parsed.data
  return {
    isProduction: values.NODE_ENV === 'production',
    databaseUrl: values.DATABASE_DIRECT_URL ?? null,
    webhookAllowedAddresses: values.WEBHOOK_ALLOWED_ADDRESSES ?? [],
    suggestionWeights: toWeights(values.SUGGESTION_WEIGHTS),
    logLevel: values.LOG_LEVEL,
  }
}
