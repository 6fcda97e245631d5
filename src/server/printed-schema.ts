import { buildSubgraphSchema } from '@apollo/subgraph'
import { type FieldDefinitionNode, graphqlSync } from 'graphql'
import { withAuthDirectives } from '../graphql/auth-directives.ts'
import { isTagged, taggedFields } from '../graphql/tagged.ts'
import { type GraphShape, type Modules, readTypeDefs, shapedTypeDefs } from './type-defs.ts'

/** What is only for other backends carries this tag. */
const forServices = 'service'

/** Fields that answer nothing but an error to somebody without a token. */
const forSignedIn: ReadonlyMap<string, readonly string[]> = new Map([
  ['Query', ['contactLinkPreview', 'relationships']],
  ['Subscription', ['relationshipChanged']],
  [
    'User',
    [
      'contacts',
      'contactLinks',
      'friends',
      'requests',
      'blocks',
      'privacySettings',
      'quotas',
      'inviteCandidates',
      'suggestions',
    ],
  ],
])

/** Whom the printed schema is for. */
export interface Readers {
  /** Without what is for services, and the types that only this leads to. */
  readonly client: boolean
  /** With `@authenticated` and `@requiresScopes`, which Apollo's Router enforces. */
  readonly authDirectives: boolean
}

/**
 * The SDL of the graph as a gateway gets it by `_service { sdl }`.
 * @param shape that `unfitShape` has no objection to
 */
export function printSubgraph(
  modules: Modules,
  shape: GraphShape,
  { client, authDirectives }: Readers,
): string {
  const services = client ? taggedFields(readTypeDefs(modules), forServices) : []
  const without = [...new Set([...shape.without, ...services])]
  const { typeDefs } = shapedTypeDefs(modules, { ...shape, without })
  const document = authDirectives ? withAuthDirectives(typeDefs, requirementOf) : typeDefs
  const schema = buildSubgraphSchema(document)
  const { data, errors } = graphqlSync({ schema, source: '{ _service { sdl } }' })
  if (errors?.[0] !== undefined) throw errors[0]
  return (data as { _service: { sdl: string } })._service.sdl
}

function requirementOf(type: string, field: FieldDefinitionNode) {
  if (isTagged(field, forServices)) return { scope: 'connections:service' } as const
  const isSignedIn =
    type === 'Mutation' || forSignedIn.get(type)?.includes(field.name.value) === true
  return isSignedIn ? ({ authenticated: true } as const) : null
}
