import { type ASTNode, type DocumentNode, Kind, parse, print, visit } from 'graphql'
import type { ContentType } from './content-type.ts'

/**
 * The types of the graph for what is configured, out of the template `schema/content.graphql`: its
 * type once for each, its enum once for each name.
 */
export function contentTypeDefs(
  template: DocumentNode,
  types: readonly ContentType[],
): DocumentNode {
  const isFirstOfEnum = ({ visibilityEnum }: ContentType, place: number) =>
    types.findIndex((other) => other.visibilityEnum === visibilityEnum) === place
  const definitions = template.definitions.flatMap((definition) =>
    types
      .filter(
        (type, place) =>
          definition.kind !== Kind.ENUM_TYPE_DEFINITION || isFirstOfEnum(type, place),
      )
      .map((type) => named(definition, type)),
  )
  return { ...template, definitions }
}

/** A node of the template with the names of a content type, wherever the template has its own. */
function named<Node extends ASTNode>(node: Node, type: ContentType): Node {
  const names = new Map([
    ['Content', type.name],
    ['owner', type.owner],
    ['visibility', type.visibility],
    ['ContentVisibility', type.visibilityEnum],
  ])
  const nameOf = (name: string) => names.get(name) ?? name
  return visit<Node>(node, {
    FieldDefinition: (field) =>
      type.nullable.includes(nameOf(field.name.value)) && field.type.kind === Kind.NON_NULL_TYPE
        ? { ...field, type: field.type.type }
        : undefined,
    Name: (name) => ({ ...name, value: nameOf(name.value) }),
    StringValue(text, key) {
      const value = key === 'description' ? inDescription(text.value) : inFieldSet(text.value)
      return { ...text, value }
    },
  })

  function inDescription(text: string): string {
    return text.replace(/`(\w+)`/g, (_, name: string) => `\`${nameOf(name)}\``)
  }

  /** What `@key` and `@requires` name, which is a selection: `owner { id } visibility`. */
  function inFieldSet(text: string): string {
    const selection = named(parse(`{ ${text} }`, { noLocation: true }), type)
    return print(selection).replace(/\s+/g, ' ').slice(2, -2)
  }
}
