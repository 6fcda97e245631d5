import {
  OperationTypeNode,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import { compileQuery, isCompiledQuery } from 'graphql-jit'
import { LRUCache } from 'lru-cache'
import type { Context } from './context.ts'
import { Expectation } from './expectation.ts'
import { limits } from './limits.ts'

/** How often an operation must have come before it is compiled, which costs about as much as validating it. */
const sightings = 2
/** How many operations are remembered, and how many characters their documents have together. */
const remembered = { max: 1_000, maxSize: 2_000_000 }

/** An operation that Apollo Server has parsed, validated and let through before. */
export interface KnownOperation {
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  readonly name: string | null
  /** How many statements its snapshot is asked. */
  readonly expectation: Expectation
  /** Executes it; the variables need not be coerced. */
  readonly run: (context: Context, variables: Record<string, unknown>) => Answer | Promise<Answer>
}

export interface Answer {
  readonly data?: unknown
  readonly errors?: readonly GraphQLError[]
}

/** The operations that come again and again, as functions: gateways send few documents, and very often. */
export class KnownOperations {
  readonly #schema: GraphQLSchema
  readonly #seen = new LRUCache<string, number>(remembered)
  readonly #known = new LRUCache<string, KnownOperation>(remembered)

  constructor(schema: GraphQLSchema) {
    this.#schema = schema
  }

  /** The operation, when it came often enough; else null, and it takes the long way. */
  find(query: string, name: string | null): KnownOperation | null {
    return this.#known.get(keyOf(query, name)) ?? null
  }

  /** Counts an operation that was let through, and compiles it in time. One that cannot be compiled stays as it is. */
  learn(
    query: string,
    name: string | null,
    document: DocumentNode,
    operation: OperationDefinitionNode,
  ): void {
    const key = keyOf(query, name)
    const size = key.length
    const times = (this.#seen.get(key) ?? 0) + 1
    this.#seen.set(key, times, { size })
    if (times !== sightings) return
    const compiled = compileQuery(
      this.#schema,
      document,
      name ?? undefined,
      // Errors of resolvers keep their own stacks; those that the executor makes of them need none.
      // Strings, numbers and enums are what their types say they are: the compiler of this program has seen to it.
      { disablingCapturingStackErrors: true, disableLeafSerialization: true },
    )
    if (!isCompiledQuery(compiled)) return
    const reads = operation.operation === OperationTypeNode.QUERY && !countsCalls(query)
    const expectation = new Expectation(reads)
    const run = (context: Context, variables: Record<string, unknown>) =>
      compiled.query(undefined, context, variables) as Answer | Promise<Answer>
    this.#known.set(key, { document, operation, name, expectation, run }, { size })
  }
}

/** What is counted would be counted twice, if the operation had to be run again. */
function countsCalls(query: string): boolean {
  return Object.keys(limits.queries).some((name) => query.includes(name))
}

function keyOf(query: string, name: string | null): string {
  return name === null ? query : `${query}#${name}`
}
