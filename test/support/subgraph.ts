import { graphql } from 'graphql'
import { buildSchema } from '../../src/server/schema.ts'
import { type GraphShape, type Modules, plainShape } from '../../src/server/type-defs.ts'
import { withoutContent } from './content.ts'

/**
 * The SDL of this subgraph as it answers a gateway's `{ _service { sdl } }`; without games unless
 * told.
 */
export async function subgraphSdl(
  modules: Modules = withoutContent,
  shape: GraphShape = plainShape,
): Promise<string> {
  const { data, errors } = await graphql({
    schema: buildSchema(modules, shape),
    source: '{ _service { sdl } }',
  })
  if (errors?.[0] !== undefined) throw errors[0]
  return (data as { _service: { sdl: string } })._service.sdl
}
