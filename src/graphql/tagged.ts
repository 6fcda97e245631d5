import type { DocumentNode } from 'graphql'
import { directivesOf, type FieldNode, hasFields, textOf } from './sdl.ts'

/** The fields of a document that carry `@tag(name: …)`, `Type.field` each. */
export function taggedFields(document: DocumentNode, tag: string): readonly string[] {
  return document.definitions
    .filter(hasFields)
    .flatMap(({ name: type, fields = [] }) =>
      (fields as readonly FieldNode[])
        .filter((field) => isTagged(field, tag))
        .map((field) => `${type.value}.${field.name.value}`),
    )
}

/** Whether a node carries `@tag` with this name. */
export function isTagged(node: Parameters<typeof directivesOf>[0], tag: string): boolean {
  return directivesOf(node, 'tag').some((directive) => textOf(directive, 'name') === tag)
}
