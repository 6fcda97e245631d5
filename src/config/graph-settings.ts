import { z } from 'zod'
import { parseContentTypes } from '../modules/content/content-type.ts'
import {
  type GraphShape,
  type Modules,
  ownTypeNames,
  plainShape,
  unfitShape,
} from '../server/type-defs.ts'
import { type Environment, readEnvironment } from './environment.ts'

/**
 * A variable that is a comma separated list: its entries, without blanks around them and without
 * empty ones.
 */
export const commaSeparated = z.string().transform((text) =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== ''),
)

/**
 * The variables that say what is in the graph. They are read by `serve`, and by `schema`, which
 * needs no others.
 */
export const graphSettings = {
  CONTENT: commaSeparated
    .optional()
    .describe(
      'Types of other subgraphs that get the field `visibleToViewer`, comma separated: `Type:ownerField:visibilityField:VisibilityEnum`, for example `Game:creator:visibility:GameVisibility`. Put `?` after a field that can be null.',
    ),
  TYPE_PREFIX: z
    .string()
    .max(32, 'must have at most 32 characters')
    .regex(/^[A-Z][A-Za-z0-9]*_?$/, 'must be letters and digits that begin with a capital letter')
    .optional()
    .describe(
      'A prefix for the names of our own types, inputs and enums. Use it when another subgraph already has one of these names.',
    ),
  WITHOUT: commaSeparated
    .optional()
    .describe(
      'Fields to leave out of the graph because another subgraph has them, comma separated, for example `Query.viewer,User.profile`.',
    ),
} as const

/**
 * Reads what is in the graph, for which nothing else has to be set.
 * @returns also why the graph cannot be so, a sentence each that begins with the variable; the rest
 * is then the plain graph
 */
export function readGraph(env: Environment): {
  readonly modules: Modules
  readonly shape: GraphShape
  readonly problems: readonly string[]
} {
  const { data, error } = z.object(graphSettings).safeParse(readEnvironment(env))
  if (data === undefined) {
    const problems = error.issues.map(({ path, message }) => `${String(path[0])}: ${message}`)
    return { modules: { content: [] }, shape: plainShape, problems }
  }
  const entries = data.CONTENT ?? []
  const content = parseContentTypes(entries, entries.length === 0 ? new Set() : ownTypeNames())
  const modules = { content: content.types }
  const shape = { typePrefix: data.TYPE_PREFIX ?? '', without: [...new Set(data.WITHOUT)] }
  const { typePrefix, without } = unfitShape(modules, shape)
  const problems = [
    ...content.problems.map((problem) => `CONTENT: ${problem}`),
    ...typePrefix.map((problem) => `TYPE_PREFIX: ${problem}`),
    ...without.map((problem) => `WITHOUT: ${problem}`),
  ]
  return { modules, shape, problems }
}
