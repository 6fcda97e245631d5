import type { ApolloServerPlugin } from '@apollo/server'
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'

/** Where an error came from, for the log. */
interface Origin {
  readonly requestId: string
  readonly traceId: string | undefined
  /** Null when the document names none, or before there is a document. */
  readonly operation?: string | null
  readonly type?: string
  /** Names of fields, and indexes, from the operation down; undefined when no field failed. */
  readonly path?: readonly (string | number)[] | undefined
}

interface Traced {
  readonly requestId: string
  readonly trace: { readonly id: string | undefined } | null
}

/** Remembers which operation an error came from: Apollo Server formats errors without saying so. */
export class ErrorOrigins {
  readonly #origins = new WeakMap<object, () => Origin>()

  /** @param origin asked only for errors that are written down */
  note(error: unknown, origin: () => Origin): void {
    if (typeof error === 'object' && error !== null && !this.#origins.has(error))
      this.#origins.set(error, origin)
  }

  /** Of the first of these errors of which it is known. */
  of(...errors: readonly unknown[]): Origin | null {
    for (const error of errors) {
      const origin = this.#origins.get(error as object)
      if (origin !== undefined) return origin()
    }
    return null
  }

  /** Notes the errors of every operation, before they are formatted. */
  get plugin(): ApolloServerPlugin<Traced> {
    return {
      requestDidStart: () =>
        Promise.resolve({
          didEncounterErrors: ({ errors, contextValue, operation, operationName, document }) => {
            const { requestId, trace } = contextValue
            for (const error of errors)
              this.note(error, () => ({
                requestId,
                traceId: trace?.id,
                operation: operationName?.slice(0, 100) ?? null,
                type: operation?.operation ?? 'none',
                path: operation && document && fieldPath(error, operation, document),
              }))
            return Promise.resolve()
          },
        }),
    }
  }
}

/**
 * The path of an error with the names of fields: an alias is a client's word, which does not belong
 * in the log.
 */
function fieldPath(
  { path, nodes }: GraphQLError,
  operation: OperationDefinitionNode,
  { definitions }: DocumentNode,
): readonly (string | number)[] | undefined {
  const fragments = new Map(
    definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node.selectionSet]] : [],
    ),
  )
  const find = (set: SelectionSetNode | undefined, key: string): FieldNode | undefined => {
    for (const node of set?.selections ?? []) {
      if (node.kind === Kind.FIELD) {
        if ((node.alias ?? node.name).value === key) return node
        continue
      }
      const inner =
        node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node.selectionSet
      const found = find(inner, key)
      if (found !== undefined) return found
    }
    return undefined
  }
  let within: SelectionSetNode | undefined = operation.selectionSet
  const names = path?.map((key) => {
    if (typeof key === 'number') return key
    const field = find(within, key)
    within = field?.selectionSet
    return field?.name.value ?? '?'
  })
  // Two types of an interface may call different fields by one alias: which one failed, the error
  // knows.
  const [node] = nodes ?? []
  if (names !== undefined && node?.kind === Kind.FIELD && typeof names.at(-1) === 'string')
    names[names.length - 1] = node.name.value
  return names
}
