import type { ApolloServerPlugin } from '@apollo/server'
import {
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  type ValidationRule,
} from 'graphql'

/**
 * Refuses `@skip` and `@include` at the top level of a subscription, as GraphQL does since its
 * edition of September 2025: such a stream could tell nothing. Where the condition is a variable or
 * wrong, the rule of graphql-js 16 for subscriptions throws, and Apollo Server takes what a rule
 * throws for a failure of its own. Our rules come after it, so the plugin puts an empty document in
 * its place, about which the rule then tells what is wrong with the other. It takes both.
 */
export function unconditionalSubscriptions() {
  const refused = new WeakMap<DocumentNode, GraphQLError>()
  const rule: ValidationRule = (context) => ({
    Document(document) {
      const error = refused.get(document)
      if (error !== undefined) context.reportError(error)
    },
  })
  const plugin: ApolloServerPlugin = {
    requestDidStart: () =>
      Promise.resolve({
        validationDidStart(request) {
          const { document } = request
          const error = conditionalSubscription(document)
          if (error !== null) {
            const empty = { ...document, definitions: [] }
            refused.set(empty, error)
            Object.assign(request, { document: empty })
          }
          return Promise.resolve()
        },
      }),
  }
  return { rule, plugin }
}

/** What is wrong with a document, if a subscription of it has conditions at its top level. */
export function conditionalSubscription(document: DocumentNode): GraphQLError | null {
  return document.definitions.map((node) => refusalOf(node, document)).find(Boolean) ?? null
}

function refusalOf(operation: DefinitionNode, document: DocumentNode): GraphQLError | null {
  if (operation.kind !== Kind.OPERATION_DEFINITION) return null
  if (operation.operation !== OperationTypeNode.SUBSCRIPTION) return null
  const nodes = conditionsAtTop(operation, document)
  if (nodes.length === 0) return null
  const { name } = operation
  const which = name === undefined ? 'The subscription' : `Subscription "${name.value}"`
  return new GraphQLError(`${which} must not use @skip or @include at the top level.`, { nodes })
}

/** The conditions on the fields of an operation, and on the fragments around those fields. */
function conditionsAtTop(
  { selectionSet }: OperationDefinitionNode,
  { definitions }: DocumentNode,
): DirectiveNode[] {
  const fragments = new Map<string, SelectionSetNode>()
  for (const node of definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node.selectionSet)
  const found: DirectiveNode[] = []
  // A set that is added while the others are gone through is gone through too.
  const sets = new Set([selectionSet])
  for (const { selections } of sets)
    for (const selection of selections) {
      found.push(...(selection.directives ?? []).filter(isCondition))
      const further =
        selection.kind === Kind.INLINE_FRAGMENT
          ? selection.selectionSet
          : selection.kind === Kind.FRAGMENT_SPREAD && fragments.get(selection.name.value)
      if (further) sets.add(further)
    }
  return found
}

function isCondition({ name }: DirectiveNode): boolean {
  return name.value === 'skip' || name.value === 'include'
}
