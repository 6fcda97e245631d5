import type { ApolloServerPlugin } from '@apollo/server'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql'
import { LRUCache } from 'lru-cache'
import type { Context } from './context.ts'
import { KnownOperations, type KnownOperation } from './known-operations.ts'
import { finishOperation, type Observer } from './observe.ts'
import { refusalOfCost } from './protections.ts'

/** Kinds of answers that clients have asked for, and what Apollo Server chose for them. */
const rememberedKinds = 100

export interface ShortWay {
  /** Learns from what Apollo Server let through. The last plugin, so that no other refuses afterwards. */
  readonly plugin: ApolloServerPlugin<Context>
  /** Learns what kind of answer Apollo Server gives to what a client accepts. */
  readonly learnKind: (request: FastifyRequest, reply: FastifyReply) => void
  /**
   * Answers an operation that has come before, or says null: then it takes the long way through Apollo Server, which
   * also says whatever there is to say against it.
   */
  readonly answer: (request: FastifyRequest, reply: FastifyReply) => Promise<string | null>
}

/**
 * The short way of a `POST` whose operation is known: no parsing, no validation, no plugins, and an executor made for
 * it. The proofs, the limit of the body, the types of the variables, the cost, the masking, the metrics and the log are
 * the same as on the long way.
 */
export function shortWay(options: {
  readonly schema: GraphQLSchema
  readonly production: boolean
  readonly open: (request: FastifyRequest) => Promise<Context>
  readonly observer: Observer
  readonly formatError: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError
}): ShortWay {
  const { schema, production, open, observer, formatError } = options
  const operations = new KnownOperations(schema)
  const kinds = new LRUCache<string, string>({ max: rememberedKinds })

  async function execute(
    request: FastifyRequest,
    known: KnownOperation,
    variables: Record<string, unknown>,
    start: number,
  ): Promise<string | null> {
    const { operation, name, run, expectation } = known
    const context = await open(request).catch(() => null)
    if (context === null) return null
    const { door } = context
    const expected = expectation.statements
    if (expected !== null) door.expect(expected)
    try {
      const { data, errors } = await run(context, variables)
      if (door.underestimated) {
        expectation.forget()
        // The connection goes back first: whoever holds one and waits for another may wait for ever.
        await door.finish()
        return await execute(request, known, variables, start)
      }
      await door.finish()
      expectation.learn(door.tally)
      finishOperation(observer, context, (performance.now() - start) / 1000, {
        type: operation.operation,
        name: name ?? operation.name?.value ?? null,
        errors: errors?.length ?? 0,
      })
      return `${JSON.stringify({ errors: errors?.map(format), data })}\n`
    } finally {
      await door.finish()
    }
  }

  /** The executor's errors have a place and a cause; what is said of the cause is said of them. */
  function format({
    message,
    locations,
    path,
    originalError,
  }: GraphQLError): GraphQLFormattedError {
    const extensions = originalError instanceof GraphQLError ? originalError.extensions : {}
    const place = { ...(locations && { locations }), ...(path && { path }) }
    const code = extensions['code'] ?? 'INTERNAL_SERVER_ERROR'
    const cause = originalError ?? new Error(message)
    return formatError({ message, ...place, extensions: { ...extensions, code } }, cause)
  }

  return {
    plugin: {
      requestDidStart: () =>
        Promise.resolve({
          didResolveOperation({ source, request, document, operation }) {
            if (operation !== undefined)
              operations.learn(source, request.operationName ?? null, document, operation)
            return Promise.resolve()
          },
        }),
    },
    learnKind: (request, reply) => {
      const kind = reply.getHeader('content-type')
      if (request.method === 'POST' && reply.statusCode === 200 && typeof kind === 'string')
        kinds.set(request.headers.accept ?? '', kind)
    },
    answer: async (request, reply) => {
      const start = performance.now()
      const kind = kinds.get(request.headers.accept ?? '')
      const asked = request.method === 'POST' && kind !== undefined ? read(request) : null
      const known = asked && operations.find(asked.query, asked.name)
      if (asked === null || known === null || kind === undefined) return null
      // What takes no variables costs what it cost when it was let through.
      const varies = (known.operation.variableDefinitions ?? []).length > 0
      if (varies && refusalOfCost(schema, known, asked.variables, production) !== null) return null
      const answer = await execute(request, known, asked.variables, start)
      if (answer !== null) void reply.header('content-type', kind)
      return answer
    },
  }
}

interface Asked {
  readonly query: string
  readonly name: string | null
  readonly variables: Record<string, unknown>
}

/** What a body asks; null for one in which anything is out of the ordinary. */
function read({ headers, body }: FastifyRequest): Asked | null {
  if (headers['content-type']?.startsWith('application/json') !== true || !isRecord(body))
    return null
  const { query, operationName: name = null, variables, extensions } = body
  if (typeof query !== 'string' || (typeof name !== 'string' && name !== null)) return null
  if (variables != null && !isRecord(variables)) return null
  if (extensions != null && !(isRecord(extensions) && Object.keys(extensions).length === 0))
    return null
  return { query, name, variables: variables ?? {} }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
