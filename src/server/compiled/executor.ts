import type { ApolloServerOptionsWithGateway } from '@apollo/server'
import {
  type DocumentNode,
  execute,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit'
import { LRUCache } from 'lru-cache'
import { limits } from '../../limits.ts'
import { countFields } from './count-fields.ts'
import { arePlain, isProvable } from './provable.ts'

type Gateway = ApolloServerOptionsWithGateway<object>['gateway']

/**
 * How often a document must have come before it is compiled, which costs about as much as
 * validating it.
 */
const sightings = 2

/** What a compiled field takes in memory, in bytes, as measured and a little more. */
const bytesPerField = 6_000

/**
 * An operation that would take more than this share of the memory for all of them is not compiled.
 */
const largestShare = 1 / 16

/**
 * What executed an operation; `both`: compiled, and then by graphql-js because the compiled answer
 * had an error.
 */
export type Executor = 'compiled' | 'graphql-js' | 'both'

/** What an operation is executed with. */
interface Rereadable {
  /** Forgets what was read, so that all of it is read again, in the same snapshot. */
  forget(): void
}

/**
 * graphql-js, and graphql-jit for what comes again. Apollo Server takes an executor only from a
 * gateway, so this looks like one. All that is around the execution (parsing, validation, limits,
 * plugins, errors, logs) is Apollo Server's own, and the same for both.
 *
 * Compiled are documents of which it is proved that the answer is the same (`provable.ts`). An
 * answer with errors is not: in which order they come depends on the executor. So it is thrown
 * away, and graphql-js answers instead.
 * @param count is told of every execution
 * @returns for operations whose context is a `Rereadable`
 */
export function compilingExecutor(
  schema: GraphQLSchema,
  count: (executor: Executor) => void = () => undefined,
): Gateway {
  const operations = new CompiledOperations(schema)
  return {
    onSchemaLoadOrUpdate(listener) {
      listener({ apiSchema: schema, coreSupergraphSdl: '' })
      return () => undefined
    },
    load: () =>
      Promise.resolve({
        async executor({ document, operation, context, request }) {
          const { variables = {}, operationName } = request
          const compiled = watchesFields(context)
            ? null
            : operations.find(document, operation, variables)
          const answer = await compiled?.query(undefined, context, variables)
          if (answer !== undefined) {
            if (isComplete(answer)) {
              count('compiled')
              return answer
            }
            ;(context as Rereadable).forget()
          }
          count(answer === undefined ? 'graphql-js' : 'both')
          return execute({
            schema,
            document,
            contextValue: context,
            variableValues: variables,
            operationName,
          })
        },
      }),
    stop: () => Promise.resolve(),
  }
}

/** The documents that came again, as functions. */
class CompiledOperations {
  readonly #schema: GraphQLSchema
  readonly #seen = new WeakMap<DocumentNode, number>()
  readonly #compiled = new LRUCache<DocumentNode, CompiledQuery>({
    maxSize: limits.compiledOperationsBytes,
    // It has to come again as often as a new one.
    dispose: (_compiled, document) => this.#seen.delete(document),
  })

  constructor(schema: GraphQLSchema) {
    this.#schema = schema
  }

  /**
   * Null: graphql-js is to answer. The same document is the same object only while Apollo Server
   * remembers it.
   */
  find(
    document: DocumentNode,
    operation: OperationDefinitionNode | undefined,
    variables: Readonly<Record<string, unknown>>,
  ): CompiledQuery | null {
    if (operation === undefined) return null
    const compiled = this.#compiled.get(document) ?? this.#learn(document)
    return compiled !== null && arePlain(this.#schema, operation, variables) ? compiled : null
  }

  #learn(document: DocumentNode): CompiledQuery | null {
    const times = (this.#seen.get(document) ?? 0) + 1
    this.#seen.set(document, times)
    if (times !== sightings || !isProvable(this.#schema, document)) return null
    const size = bytesPerField * countFields(document)
    if (size > limits.compiledOperationsBytes * largestShare) return null
    const compiled = compileQuery(this.#schema, document)
    if (!isCompiledQuery(compiled)) return null
    this.#compiled.set(document, compiled, { size })
    return compiled
  }
}

function isComplete(answer: ExecutionResult): boolean {
  return answer.errors === undefined || answer.errors.length === 0
}

/**
 * A plugin with `willResolveField` leaves a symbol on the context, and is called by what stands on
 * the schema meanwhile.
 */
function watchesFields(context: object): boolean {
  return Object.getOwnPropertySymbols(context).length > 0
}
