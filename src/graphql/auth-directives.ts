import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  parse,
  visit,
} from 'graphql'
import { textOf } from './sdl.ts'

/** What a gateway is told of who may ask for a field, by `Type.field`; null: everybody. */
type Requirement = (
  type: string,
  field: FieldDefinitionNode,
) => Readonly<{
  /** A token, whosever. */
  authenticated?: true
  /** A token with this scope. */
  scope?: string
}> | null

/**
 * The document with federation's `@authenticated` and `@requiresScopes` on the fields that need
 * them, and their import. Apollo's Router enforces them; other gateways refuse a graph that has
 * them.
 */
export function withAuthDirectives(document: DocumentNode, requires: Requirement): DocumentNode {
  const definitions = document.definitions.map((node) => {
    if (node.kind === Kind.SCHEMA_EXTENSION)
      return { ...node, directives: (node.directives ?? []).map(importing) }
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION)
      return node
    const fields = (node.fields ?? []).map((field) => {
      const directives = directivesFor(requires(node.name.value, field))
      return { ...field, directives: [...(field.directives ?? []), ...directives] }
    })
    return { ...node, fields }
  })
  return { ...document, definitions }
}

function directivesFor(requirement: ReturnType<Requirement>): readonly ConstDirectiveNode[] {
  if (requirement === null) return []
  const { authenticated, scope } = requirement
  const written = [
    ...(authenticated === true ? ['@authenticated'] : []),
    ...(scope === undefined ? [] : [`@requiresScopes(scopes: [[${JSON.stringify(scope)}]])`]),
  ]
  const [node] = parse(`scalar Written ${written.join(' ')}`, { noLocation: true }).definitions
  return node?.kind === Kind.SCALAR_TYPE_DEFINITION ? (node.directives ?? []) : []
}

/** The link to federation, which imports the two as well. */
function importing(link: ConstDirectiveNode): ConstDirectiveNode {
  const isFederation = textOf(link, 'url')?.includes('/federation/v2') === true
  if (link.name.value !== 'link' || !isFederation) return link
  const names = ['@authenticated', '@requiresScopes']
  return visit(link, {
    ListValue: (list) => ({
      ...list,
      values: [...list.values, ...names.map((value) => ({ kind: Kind.STRING, value }) as const)],
    }),
  })
}
