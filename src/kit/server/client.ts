import {
  type AnsweredPair,
  type GameFact,
  type HiddenPage,
  type InteractionPair,
  mostAtOnce,
  operations,
  type PairInteraction,
  type Payload,
  type RecordedFacts,
  type User,
} from './operations.ts'
import { type Operation, send, type Transport } from './request.ts'
import { ConnectionsRequestError } from './request-error.ts'
import type { ResponseError } from './response.ts'

export { ConnectionsRequestError, type TransportCode } from './request-error.ts'
export type {
  GameFact,
  InteractionPair,
  PairInteraction,
  RecordedFacts,
  User,
  UserProfile,
} from './operations.ts'

export interface ConnectionsClientOptions {
  /** Of the subgraph itself, such as `http://connections:4001/graphql`; not of a gateway. */
  readonly url: string | URL
  /** The backend's own, one of `SERVICE_SECRETS`. */
  readonly secret: string
  /**
   * Gives a service token that is good for at least `timeoutMs`. Called for each attempt, so it
   * should keep one.
   */
  readonly token: () => string | Promise<string>
  /** `fetch` of the platform, unless told. */
  readonly fetch?: typeof fetch
  /**
   * How long one request may take with all its retries; 10,000 unless told. A call that needs
   * several requests (batches, pages) has this time for each; bound the whole with a signal.
   */
  readonly timeoutMs?: number
  /** How often a request is sent again; 3 unless told. */
  readonly retries?: number
  /** The `TYPE_PREFIX` of the service, where it has one. */
  readonly typePrefix?: string
}

export interface CallOptions {
  /** Ends the call; it then throws the reason of the signal. */
  readonly signal?: AbortSignal
}

/**
 * Asks connections how people stand to each other. Every method throws `ConnectionsRequestError`
 * when it gets no answer.
 */
export interface ConnectionsClient {
  /**
   * What each actor may do towards the other person of the pair, for any number of pairs, in their
   * order. Null for a pair with an id that is not a UUID.
   */
  interactions(
    pairs: readonly InteractionPair[],
    options?: CallOptions,
  ): Promise<(PairInteraction | null)[]>
  /** The same for all ordered pairs of the people of a group, at most 50. */
  interactionsWithin(
    userIds: readonly string[],
    options?: CallOptions,
  ): Promise<(PairInteraction | null)[]>
  /**
   * The ids to leave out of everything that is shown to a person, read page after page as they are
   * taken.
   */
  hiddenFrom(userId: string, options?: CallOptions): AsyncGenerator<string, void, undefined>
  /**
   * Makes people known, any number of them; known ones stay as they are. Says whether anybody was
   * new.
   */
  registerUsers(ids: readonly string[], options?: CallOptions): Promise<{ changed: boolean }>
  /**
   * Tells any number of facts about games, and says what became of them. Telling a fact again by
   * the same id changes nothing. When one is refused, those of its request (500) are not told, nor
   * those after them; the `path` of the error has its place: `recordGameFacts, facts, 17, gameId`.
   */
  recordGameFacts(facts: readonly GameFact[], options?: CallOptions): Promise<RecordedFacts>
  /**
   * Usernames and profiles of any number of people, in the order of the ids. Null for an id that is
   * not a UUID.
   */
  users(ids: readonly string[], options?: CallOptions): Promise<(User | null)[]>
  /**
   * Any other operation, sent and tried again like the others. A mutation may be sent twice, too:
   * those for services change nothing the second time.
   * @returns its `data`; an answer with errors throws the first of them
   */
  request<Data>(query: string, variables?: object, options?: CallOptions): Promise<Data>
}

/** Makes a client; it sends nothing until it is asked something. */
export function createConnectionsClient(options: ConnectionsClientOptions): ConnectionsClient {
  const transport: Transport = {
    url: String(options.url),
    secret: options.secret,
    token: options.token,
    fetch: options.fetch ?? ((...request) => fetch(...request)),
    timeoutMs: options.timeoutMs ?? 10_000,
    retries: options.retries ?? 3,
  }
  const documents = operations(options.typePrefix ?? '')
  const ask = async <Data>(operation: Operation) => (await send(transport, operation)) as Data

  return {
    interactions: (pairs, { signal } = {}) =>
      inBatches(pairs, mostAtOnce.pairs, async (batch) => {
        const { interactions } = await ask<{ interactions: (AnsweredPair | null)[] }>({
          query: documents.interactions,
          variables: { pairs: batch },
          signal,
          tolerates: badItemOf('interactions'),
        })
        return interactions.map(toPairInteraction)
      }),

    interactionsWithin: async (userIds, { signal } = {}) => {
      if (userIds.length === 0) return []
      const { interactionsWithin } = await ask<{ interactionsWithin: (AnsweredPair | null)[] }>({
        query: documents.interactionsWithin,
        variables: { userIds },
        signal,
        tolerates: badItemOf('interactionsWithin'),
      })
      return interactionsWithin.map(toPairInteraction)
    },

    hiddenFrom: async function* (userId, { signal } = {}) {
      for (let after: string | null = null; ;) {
        const variables: object = { userId, first: mostAtOnce.page, after }
        const { hiddenFrom }: { hiddenFrom: HiddenPage } = await ask({
          query: documents.hiddenFrom,
          variables,
          signal,
        })
        for (const { node } of hiddenFrom.edges) yield node
        if (!hiddenFrom.pageInfo.hasNextPage) return
        after = hiddenFrom.pageInfo.endCursor
      }
    },

    registerUsers: async (ids, { signal } = {}) => {
      const changes = await inBatches(ids, mostAtOnce.registered, async (batch) => {
        const { registerUsers } = await ask<{ registerUsers: Payload }>({
          query: documents.registerUsers,
          variables: { ids: batch },
          signal,
        })
        requireAccepted(registerUsers, (field) => ['registerUsers', ...field])
        return [registerUsers.changed]
      })
      return { changed: changes.includes(true) }
    },

    recordGameFacts: async (facts, { signal } = {}) => {
      const done = await inBatches(facts, mostAtOnce.facts, async (batch, start) => {
        const { recordGameFacts } = await ask<{ recordGameFacts: Payload & RecordedFacts }>({
          query: documents.recordGameFacts,
          variables: { facts: batch },
          signal,
        })
        requireAccepted(recordGameFacts, ([list = 'facts', place, ...field]) => [
          'recordGameFacts',
          list,
          ...(place === undefined ? [] : [start + Number(place)]),
          ...field,
        ])
        return [recordGameFacts]
      })
      const sum = (of: keyof RecordedFacts) => done.reduce((all, each) => all + each[of], 0)
      return { recorded: sum('recorded'), known: sum('known'), skipped: sum('skipped') }
    },

    users: (ids, { signal } = {}) =>
      inBatches(ids, mostAtOnce.users, async (batch) => {
        const representations = batch.map((id) => ({ __typename: 'User', id }))
        const { _entities } = await ask<{ _entities: (User | null)[] }>({
          query: documents.users,
          variables: { representations },
          signal,
        })
        return _entities
      }),

    request: (query, variables = {}, { signal } = {}) => ask({ query, variables, signal }),
  }
}

/**
 * One batch after the other, so that a large question does not crowd out the small ones of others.
 */
async function inBatches<Item, Answer>(
  items: readonly Item[],
  most: number,
  ask: (batch: readonly Item[], start: number) => Promise<readonly Answer[]>,
): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let start = 0; start < items.length; start += most)
    answers.push(...(await ask(items.slice(start, start + most), start)))
  return answers
}

/**
 * @param pathOf the path of an error, from the field that was refused
 * @throws ConnectionsRequestError for a mutation that was refused
 */
function requireAccepted(
  { userErrors: [refusal] }: Payload,
  pathOf: (field: readonly string[]) => readonly (string | number)[],
): void {
  if (refusal === undefined) return
  const { code, message, field } = refusal
  const path = pathOf(field ?? [])
  throw new ConnectionsRequestError(`connections: ${message}`, { code, status: 200, path })
}

/**
 * An item of the list that could not be answered, for an id of it is none: it is null, and the
 * others are good.
 */
function badItemOf(field: string): (error: ResponseError) => boolean {
  return ({ path, extensions }) =>
    extensions?.code === 'BAD_USER_INPUT' && path?.[0] === field && typeof path[1] === 'number'
}

function toPairInteraction(answer: AnsweredPair | null): PairInteraction | null {
  if (answer === null) return null
  const { actor, other, ...may } = answer
  return { actorId: actor.id, otherId: other.id, ...may }
}
