import type { ApolloServerOptions, ApolloServerPlugin } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import {
  type DocumentNode,
  getVariableValues,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type ValidationRule,
  visit,
} from 'graphql'
import { limits } from '../../limits.ts'
import type { Context } from '../context.ts'
import { fieldTraces } from '../observability/field-traces.ts'
import { type Cost, measureCost } from './cost.ts'
import { boundedDocumentStore } from './document-store.ts'
import { unconditionalSubscriptions } from './subscription-roots.ts'

const { request } = limits

/**
 * Everything that keeps one document from hurting the service, in the order in which it meets them.
 * The gateway proof and the size of the body come before all of this (`server.ts`).
 * @param tracesFields whether a gateway is told the times of fields when it asks
 */
export function protections(production: boolean, tracesFields = false) {
  const subscriptions = unconditionalSubscriptions()
  return {
    // A body is one operation: no arrays of them, no hashes that stand for documents kept here.
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    // A browser form or image cannot send an operation: a header is needed that they cannot set.
    csrfPrevention: true,
    documentStore: boundedDocumentStore(),
    parseOptions: { maxLexicalTokens: request.tokens },
    // Counted before the expensive rules run, with every fragment spread out.
    maxRecursiveSelections: request.fields,
    validationRules: [fewDirectives, subscriptions.rule],
    validationOptions: { maxErrors: 5 },
    // What the schema looks like is told in development only: no introspection, no "did you mean".
    introspection: !production,
    hideSchemaDetailsFromClientErrors: production,
    includeStacktraceInErrorResponses: false,
    plugins: [
      subscriptions.plugin,
      refuseCostlyOperations(production),
      // Left alone, Apollo Server adds one that answers whoever sends its header.
      tracesFields ? fieldTraces() : ApolloServerPluginInlineTraceDisabled(),
      // Everything here depends on who asks and is never to be stored: said once (`server.ts`), not
      // found out for each field.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
    ],
  } satisfies Partial<ApolloServerOptions<Context>>
}

/**
 * Refuses documents that repeat directives by the hundred: each costs validation time, none costs a
 * field.
 */
const fewDirectives: ValidationRule = (context) => ({
  Document(document) {
    let directives = 0
    visit(document, {
      [Kind.DIRECTIVE]() {
        directives++
      },
    })
    if (directives > request.directives) {
      context.reportError(
        new GraphQLError(
          `The document has ${directives} directives; at most ${request.directives} are allowed.`,
        ),
      )
    }
  },
})

/**
 * What needs the variables, and so comes after validation and before execution: their types, depth
 * and list sizes.
 */
function refuseCostlyOperations(production: boolean): ApolloServerPlugin<Context> {
  // An operation without variables costs each time what it cost the first time.
  const accepted = new WeakSet<OperationDefinitionNode>()
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation({ schema, operation, document, request: { variables = {} } }) {
          if (operation === undefined || accepted.has(operation)) return Promise.resolve()
          if (schema.getRootType(operation.operation) == null) {
            throw badRequest(`The schema has no ${operation.operation} type.`)
          }
          const refusal = refusalOfCost(schema, { operation, document }, variables, production)
          if (refusal !== null) throw refusal
          if ((operation.variableDefinitions ?? []).length === 0) accepted.add(operation)
          return Promise.resolve()
        },
      }),
  }
}

/**
 * Why an operation is refused with these variables: their types, its depth, or how much it could
 * hold. Null: it is not.
 */
export function refusalOfCost(
  schema: GraphQLSchema,
  { operation, document }: { operation: OperationDefinitionNode; document: DocumentNode },
  variables: Record<string, unknown>,
  production: boolean,
): GraphQLError | null {
  // The execution would do the same later, and tell an attacker what the names in the schema are
  // like.
  const { coerced, errors } = getVariableValues(
    schema,
    operation.variableDefinitions ?? [],
    variables,
    { maxErrors: 1, hideSuggestions: production },
  )
  if (errors !== undefined) return badRequest(errors[0]?.message ?? 'The variables are not valid.')
  const { depth, cost } = costOf(schema, operation, document, coerced)
  if (depth > request.depth)
    return badRequest(
      `The operation is ${depth} levels deep; at most ${request.depth} are allowed.`,
    )
  if (cost > request.cost)
    return badRequest(
      `The operation costs ${cost}; at most ${request.cost} is allowed. Ask for smaller ` +
        'pages or fewer counts.',
    )
  return null
}

/**
 * An argument that its field cannot take is the client's mistake: executed, it would look like an
 * unexpected error of ours.
 */
function costOf(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  document: DocumentNode,
  variables: Record<string, unknown>,
): Cost {
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
  try {
    return measureCost(schema, operation, fragments, variables)
  } catch (error) {
    throw error instanceof GraphQLError ? badRequest(error.message) : error
  }
}

/**
 * Without a status, Apollo Server takes what is thrown before the execution for a failure of its
 * own.
 */
function badRequest(message: string): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  })
}
