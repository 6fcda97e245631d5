import type { ApolloServerOptions, ApolloServerPlugin } from '@apollo/server'
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import { GraphQLError, Kind, visit, type ValidationRule } from 'graphql'
import { badUserInput } from './base/errors.ts'
import type { Context } from './context.ts'
import { measureCost } from './cost.ts'
import { limits } from './limits.ts'

const { request } = limits

/**
 * Everything that keeps one document from hurting the service, in the order in which it meets them. The gateway proof
 * and the size of the body come before all of this (`server.ts`).
 */
export function protections(production: boolean) {
  return {
    // A body is one operation: no arrays of them, no hashes that stand for documents kept here.
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    // A browser form or image cannot send an operation: a header is needed that they cannot set.
    csrfPrevention: true,
    parseOptions: { maxTokens: request.tokens },
    // Counted before the expensive rules run, with every fragment spread out.
    maxRecursiveSelections: request.fields,
    validationRules: [fewDirectives],
    validationOptions: { maxErrors: 5 },
    executionOptions: { maxCoercionErrors: 5 },
    // What the schema looks like is told in development only: no introspection, no "did you mean".
    introspection: !production,
    hideSchemaDetailsFromClientErrors: production,
    includeStacktraceInErrorResponses: false,
    plugins: [
      refuseCostlyOperations,
      // Answers any client that sends its header, so it stays out.
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
    ],
  } satisfies Partial<ApolloServerOptions<Context>>
}

/** Refuses documents that repeat directives by the hundred: each costs validation time, none costs a field. */
const fewDirectives: ValidationRule = (context) => ({
  Document(document) {
    let directives = 0
    visit(document, { [Kind.DIRECTIVE]: () => void directives++ })
    if (directives > request.directives) {
      context.reportError(new GraphQLError(`At most ${String(request.directives)} directives.`))
    }
  },
})

/** Depth and list sizes, which need the variables and so come after validation and before execution. */
const refuseCostlyOperations: ApolloServerPlugin<Context> = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation({ schema, operation, document, request: { variables = {} } }) {
        if (operation === undefined) return Promise.resolve()
        const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
        const { depth, objects } = measureCost(schema, operation, fragments, variables)
        if (depth > request.depth) {
          throw badUserInput(`The operation is ${String(depth)} levels deep; at most ${String(request.depth)}.`)
        }
        if (objects > request.objects) {
          throw badUserInput(
            `The lists of this operation could hold ${String(objects)} objects; at most ` +
              `${String(request.objects)}. Ask for smaller pages.`,
          )
        }
        return Promise.resolve()
      },
    }),
}
