import type { GraphQLRequest } from '@apollo/server'
import type { FormattedExecutionResult } from 'graphql'
import type { Identity } from '../../database/identity.ts'
import type { Asked } from '../contexts.ts'

/** Somebody who subscribes, and the way to them. */
export interface Subscriber extends Omit<Asked, 'trace'> {
  readonly transport: 'sse' | 'websocket'
  /** When the token expires, in milliseconds of our clock; null: the transport looks to that. */
  readonly until: number | null
  /** Who shows the same credentials now; null when they are not good any more. */
  readonly identify: () => Promise<Identity | null>
  /** Resolves when the client has taken what it was sent before. */
  readonly ready: () => Promise<unknown>
}

/** The answer to an operation that opens a stream: with errors when it opens none. */
export interface Opening {
  /** As it would be over HTTP. */
  readonly status: number
  readonly result: FormattedExecutionResult
}

/** An operation as clients send it: null stands for what is not there. */
interface SentOperation {
  readonly query?: string | null | undefined
  readonly operationName?: string | null | undefined
  readonly variables?: Record<string, unknown> | null | undefined
  readonly extensions?: Record<string, unknown> | null | undefined
}

/** The same as Apollo Server takes it. */
export function requestOf(sent: SentOperation): GraphQLRequest {
  const { query, operationName, variables, extensions } = sent
  return {
    query: query ?? '',
    variables: variables ?? {},
    ...(typeof operationName === 'string' && { operationName }),
    ...(extensions != null && { extensions }),
  }
}
