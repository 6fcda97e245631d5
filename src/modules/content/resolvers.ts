import type { Resolvers } from '../../generated/graphql.ts'
import { badUserInput } from '../../graphql/errors.ts'
import { type Content, parseContent } from './content.ts'
import type { ContentType } from './content-type.ts'
import { isVisible } from './service.ts'

/** The resolvers of every content type, by its name. */
export function contentResolvers(types: readonly ContentType[]): Record<string, object> {
  return Object.fromEntries(types.map((type) => [type.name, resolversOf(type)]))
}

/** The generated types are those of the template, and leave fields of other subgraphs out. */
function resolversOf(type: ContentType) {
  const ours = {
    __resolveReference: (representation) => parseContent(type, representation),
    visibleToViewer: (content, _arguments, context) => isVisible(context, content),
  } satisfies Resolvers['Content']
  return {
    ...ours,
    // A gateway has no reason to ask here for what the owning subgraph tells; whoever does must
    // have told it.
    [type.owner]: ({ owner }: Content) => owner ?? untold(type, type.owner),
    [type.visibility]: ({ visibility }: Content) => visibility ?? untold(type, type.visibility),
  }
}

/**
 * @throws BAD_USER_INPUT always: a representation lacks the field, or holds something else in it.
 * Null, where that can be
 */
function untold({ name, nullable }: ContentType, field: string): null {
  if (nullable.includes(field)) return null
  throw badUserInput(`The representation of this ${name} has no \`${field}\`.`)
}
