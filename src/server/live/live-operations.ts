import type { ApolloServer, GraphQLRequest } from '@apollo/server'
import { type FormattedExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql'
import { limits } from '../../limits.ts'
import type { RelationshipChange } from '../../modules/relationships/change.ts'
import type { Context } from '../context.ts'
import type { OpenContext } from '../contexts.ts'
import { RequestTrace } from '../observability/request-trace.ts'
import type { Opening, Subscriber } from './subscriber.ts'

/** What streams are answered with: the same as every other operation. */
interface Pipeline {
  readonly apollo: ApolloServer<Context>
  readonly openContext: OpenContext
  readonly formatError: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError
}

/**
 * Executes what streams ask, through everything that other operations pass: the limits of
 * documents, the cost, the executor, the log, the masking of errors. Each time with a session, a
 * snapshot and loaders of its own.
 */
export class LiveOperations {
  readonly #pipeline: Pipeline

  constructor(pipeline: Pipeline) {
    this.#pipeline = pipeline
  }

  /** Whether a document may open a stream for this subscriber: then its result has no errors. */
  async open(subscriber: Subscriber, request: GraphQLRequest): Promise<Opening> {
    const opening = await this.#execute(subscriber, request, 'opening')
    if (opening === null) throw new Error('Only a change can be hidden.')
    return opening
  }

  /**
   * What the subscriber gets to hear of a change; null when there is a block between the two now,
   * or when the other is absent.
   */
  async tell(
    subscriber: Subscriber,
    request: GraphQLRequest,
    change: RelationshipChange,
  ): Promise<FormattedExecutionResult | null> {
    const began = performance.now()
    const answer = await this.#execute(subscriber, request, change)
    if (answer === null) return null
    // An answer that took long may be older than a block by now.
    if (performance.now() - began < limits.live.freshMs) return answer.result
    return (await this.#isVisibleNow(subscriber, change)) ? answer.result : null
  }

  /** An error as the client may see it, in place of an answer. */
  failure(error: unknown): FormattedExecutionResult {
    const originalError = error instanceof Error ? error : new Error(String(error))
    const thrown =
      error instanceof GraphQLError
        ? error
        : new GraphQLError(originalError.message, { originalError })
    return { errors: [this.#pipeline.formatError(thrown.toJSON(), thrown)] }
  }

  async #execute(
    subscriber: Subscriber,
    request: GraphQLRequest,
    live: RelationshipChange | 'opening',
  ): Promise<Opening | null> {
    const { apollo, openContext } = this.#pipeline
    const trace = new RequestTrace(subscriber.headers, performance.now())
    const execute = async () => {
      const context = await openContext({ ...subscriber, trace }, live)
      try {
        // Asked of the snapshot that answers, so that nothing of the answer is newer than this.
        if (live !== 'opening' && !(await isVisible(context, live))) return null
        const { http, body } = await apollo.executeOperation(request, { contextValue: context })
        if (body.kind !== 'single') throw new Error('Answers do not come in parts.')
        return { status: http.status ?? 200, result: body.singleResult }
      } finally {
        await context.session.finish()
      }
    }
    try {
      return await trace.run(execute)
    } finally {
      trace.end()
    }
  }

  async #isVisibleNow(subscriber: Subscriber, change: RelationshipChange): Promise<boolean> {
    const context = await this.#pipeline.openContext({ ...subscriber, trace: null }, change)
    try {
      return await isVisible(context, change)
    } finally {
      await context.session.finish()
    }
  }
}

/** Neither of the two is absent or blocks the other. */
function isVisible({ loaders }: Context, { user }: RelationshipChange): Promise<boolean> {
  return loaders.visible.load(user.id)
}
