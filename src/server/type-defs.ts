import { readdirSync, readFileSync } from 'node:fs'
import { concatAST, type DocumentNode, isTypeDefinitionNode, parse } from 'graphql'
import { leaveOut, unfitCoordinates } from '../graphql/leave-out.ts'
import { prune } from '../graphql/prune.ts'
import { prefixedNames, renameTypes } from '../graphql/type-prefix.ts'
import type { ContentType } from '../modules/content/content-type.ts'
import { contentTypeDefs } from '../modules/content/template.ts'

/** Which optional nouns the graph has. */
export interface Modules {
  /**
   * Games and the like, which other subgraphs own: without these, the supergraph would not compose.
   */
  readonly content: readonly ContentType[]
}

/**
 * How the graph differs from what is written in `schema/`, so that it fits beside other subgraphs.
 */
export interface GraphShape {
  /** Before the name of every type, input and enum that is ours alone; empty for none. */
  readonly typePrefix: string
  /** Fields that the graph does not have, `Type.field` each, by the names in `schema/`. */
  readonly without: readonly string[]
}

/** The graph as it is written. */
export const plainShape: GraphShape = { typePrefix: '', without: [] }

/** The entity that all subgraphs share. */
const shared = ['User']

/**
 * The SDL of every noun that the graph has, as it is written in `schema/`; content as it is
 * configured.
 */
export function readTypeDefs({ content }: Modules): DocumentNode {
  const folder = new URL('../../schema/', import.meta.url)
  const files = readdirSync(folder).filter((name) => name.endsWith('.graphql'))
  return concatAST(
    files.sort().map((name) => {
      const written = parse(readFileSync(new URL(name, folder), 'utf8'))
      return name === 'content.graphql' ? contentTypeDefs(written, content) : written
    }),
  )
}

/** The names of the types that are always there, as they are written in `schema/`. */
export function ownTypeNames(): ReadonlySet<string> {
  const { definitions } = readTypeDefs({ content: [] })
  return new Set(definitions.filter(isTypeDefinitionNode).map(({ name }) => name.value))
}

/**
 * The SDL in a shape, and the names of its types by those in `schema/`.
 * @param shape that `unfitShape` has no objection to
 */
export function shapedTypeDefs(
  modules: Modules,
  { typePrefix, without }: GraphShape,
): { readonly typeDefs: DocumentNode; readonly typeNames: ReadonlyMap<string, string> } {
  const written = readTypeDefs(modules)
  const typeDefs = without.length === 0 ? written : prune(leaveOut(written, without))
  if (typePrefix === '') return { typeDefs, typeNames: new Map() }
  const typeNames = prefixedNames(typeDefs, typePrefix, shared)
  return { typeDefs: renameTypes(typeDefs, typeNames), typeNames }
}

/** Why a graph cannot have a shape, by what is to blame; empty lists when it can. */
export function unfitShape(
  modules: Modules,
  { typePrefix, without }: GraphShape,
): Record<keyof GraphShape, readonly string[]> {
  if (typePrefix === '' && without.length === 0) return { typePrefix: [], without: [] }
  const document = readTypeDefs(modules)
  const taken = new Set(
    document.definitions.filter(isTypeDefinitionNode).map(({ name }) => name.value),
  )
  const names = [...prefixedNames(document, typePrefix, shared).values()]
  return {
    typePrefix: names
      .filter((name) => typePrefix !== '' && taken.has(name))
      .map((name) => `there would be two types ${name}`),
    without: unfitCoordinates(document, without),
  }
}
