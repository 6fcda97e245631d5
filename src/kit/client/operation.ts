import type { RefusalFragment } from '../generated/operations.ts'
import type { Document } from './document.ts'
import { keyOf, type QueryKey, type Topic, type Topics } from './keys.ts'
import type { CallOptions, ConnectionsClient } from './request.ts'
import { ConnectionsRequestError } from './request-error.ts'

/** Variables may be left out where none is required, or there are none. */
export type Arguments<Variables> =
  Variables extends Record<string, never>
    ? [variables?: Variables, options?: CallOptions]
    : object extends Variables
      ? [variables?: Variables, options?: CallOptions]
      : [variables: Variables, options?: CallOptions]

/** A question to the graph: a function, and the key by which a cache knows its answers. */
export interface Question<Variables, Answer> {
  (client: ConnectionsClient, ...args: Arguments<Variables>): Promise<Answer>
  key(client: ConnectionsClient, variables: object): QueryKey
}

/** A page of a list. */
export interface Page<Edge> {
  readonly edges: readonly Edge[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

/** A question for a page of a list. `after` is the `endCursor` of the page before. */
export type List<Variables, Edge> = Question<Variables, Page<Edge>>

/** Something to do: a function, and what a cache has to do after it. */
export interface Verb<Variables, Payload> {
  /** @throws ConnectionsRequestError, with `refused` when the graph has refused it */
  (client: ConnectionsClient, ...args: Arguments<Variables>): Promise<Payload>
  /** Its name in the graph. */
  readonly field: string
  /**
   * The topics whose answers are stale after it. An answer with the edge of a friend touches
   * `friends`, too.
   */
  readonly touches: readonly Topic[] | 'everything'
  /** True when it must not be sent again without being asked. */
  readonly once: boolean
}

/** What every verb answers. */
export interface Payload {
  readonly changed: boolean
}

interface Refusable extends Payload {
  readonly userErrors: readonly RefusalFragment[]
}

/** Where the words of a key depend on the variables, a function gives them. */
type TopicsOf<Variables> = Topics | ((variables: Variables) => Topics)

/**
 * Makes a question of an operation.
 * @param pick what of the data is the answer
 */
export function question<Data, Variables, Answer>(
  document: Document<Data, Variables>,
  topics: TopicsOf<Variables>,
  pick: (data: Data) => Answer,
): Question<Variables, Answer> {
  return keyed(topics, async (client, variables, options) => {
    const data = await client.request(document, variables, options)
    // Without a token there is no viewer, and no error.
    if ((data as { viewer?: unknown }).viewer === null)
      throw new ConnectionsRequestError('nobody is signed in', { code: 'UNAUTHENTICATED' })
    return pick(data)
  })
}

/** Makes a question of a function. */
export function keyed<Variables, Answer>(
  topics: TopicsOf<Variables>,
  ask: (client: ConnectionsClient, variables: Variables, options?: CallOptions) => Promise<Answer>,
): Question<Variables, Answer> {
  const asked = (
    client: ConnectionsClient,
    variables = {} as Variables,
    options?: CallOptions,
  ): Promise<Answer> => ask(client, variables, options)
  const key = (client: ConnectionsClient, variables: object) =>
    keyOf(client, typeof topics === 'function' ? topics(variables as Variables) : topics, variables)
  return Object.assign(asked, { key })
}

/**
 * Makes a list of an operation. A list that the viewer may not see is empty.
 * @param pick the connection in the data
 */
export function list<Data, Variables, Edge>(
  document: Document<Data, Variables>,
  topics: TopicsOf<Variables>,
  pick: (data: Data) => Page<Edge> | null | undefined,
): List<Variables, Edge> {
  return question(
    document,
    topics,
    (data) => pick(data) ?? { edges: [], pageInfo: { hasNextPage: false, endCursor: null } },
  )
}

/** Makes a verb of a mutation with one field. */
export function verb<Data extends Record<keyof Data, Refusable>, Variables>(
  document: Document<Data, Variables>,
  touches: readonly Topic[] | 'everything',
  once = false,
): Verb<Variables, Data[keyof Data]> {
  const field = /\{(\w+)/.exec(document)?.[1] ?? ''
  const run = async (
    client: ConnectionsClient,
    variables = {} as Variables,
    options?: CallOptions,
  ): Promise<Data[keyof Data]> => {
    const data = await client.request(document, variables, options)
    const payload = data[field as keyof Data]
    const [refusal] = payload.userErrors
    if (refusal === undefined) return payload
    const { code, message, field: path, retryAt } = refusal
    throw new ConnectionsRequestError(message, { code, refused: true, status: 200, path, retryAt })
  }
  return Object.assign(run, { field, touches, once })
}
