import {
  BREAK,
  type DocumentNode,
  getNamedType,
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  typeFromAST,
  visit,
} from 'graphql'
import { limits } from '../../limits.ts'

/**
 * Whether graphql-jit answers a document as graphql-js does, judged by the shape of the document
 * alone. The two differ where a directive leaves something out, where a variable stands inside a
 * literal, and where a default or a null takes the place of a value: none of these may occur. A
 * write is never compiled, nor is a look-up that is counted.
 */
export function isProvable(schema: GraphQLSchema, document: DocumentNode): boolean {
  const [operation, ...others] = document.definitions.filter(
    (node) => node.kind === Kind.OPERATION_DEFINITION,
  )
  if (operation?.operation !== OperationTypeNode.QUERY || others.length > 0) return false
  if (!variablesOf(schema, operation).every(({ type }) => type !== null && isPlain(type)))
    return false
  let provable = true
  const refuse = () => {
    provable = false
    return BREAK
  }
  visit(document, {
    Directive: refuse,
    ListValue: refuse,
    ObjectValue: refuse,
    VariableDefinition: ({ defaultValue }) => (defaultValue === undefined ? undefined : refuse()),
    Field: ({ name, alias }) =>
      isSpecial(alias?.value) || name.value in limits.queries || isIntrospection(name.value)
        ? refuse()
        : undefined,
  })
  return provable
}

/**
 * Whether every variable has a value, and of the very kind that its type has, so that nothing is
 * made of it.
 */
export function arePlain(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  values: Readonly<Record<string, unknown>>,
): boolean {
  return variablesOf(schema, operation).every(
    ({ name, type }) =>
      type !== null && Object.hasOwn(values, name) && isPlainValue(type, values[name]),
  )
}

function variablesOf(schema: GraphQLSchema, { variableDefinitions = [] }: OperationDefinitionNode) {
  return variableDefinitions.map(({ variable, type: node }) => {
    const type = typeFromAST(schema, node as never)
    return { name: variable.name.value, type: isInputType(type) ? type : null }
  })
}

/**
 * Of how a value of each type is written in JSON. Whatever is not here may be written in several
 * ways.
 */
const plainValues: Readonly<Record<string, (value: unknown) => boolean>> = {
  ID: (value) => typeof value === 'string',
  String: (value) => typeof value === 'string',
  Boolean: (value) => typeof value === 'boolean',
  Int: (value) => Number.isInteger(value),
  _Any: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
}

function isPlain(type: GraphQLInputType): boolean {
  const named = getNamedType(type)
  return named.name in plainValues || isEnumType(named)
}

function isPlainValue(type: GraphQLInputType, value: unknown): boolean {
  if (isNonNullType(type)) return isPlainValue(type.ofType, value)
  if (isListType(type))
    return Array.isArray(value) && value.every((one) => isPlainValue(type.ofType, one))
  return plainValues[type.name]?.(value) ?? typeof value === 'string'
}

/** A name that a plain object has by itself, or that JavaScript treats in its own way. */
const isSpecial = (alias = '') => alias.startsWith('__') || alias in Object.prototype

const isIntrospection = (name: string) => name.startsWith('__') && name !== '__typename'
