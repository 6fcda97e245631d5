import { graphql } from 'graphql'
import { buildSchema, type Modules } from '../src/schema.ts'

/** The SDL of this subgraph as it answers a gateway's `{ _service { sdl } }`; without games unless told. */
export async function subgraphSdl(modules: Modules = { games: false }): Promise<string> {
  const { data, errors } = await graphql({
    schema: buildSchema(modules),
    source: '{ _service { sdl } }',
  })
  if (errors?.[0] !== undefined) throw errors[0]
  return (data as { _service: { sdl: string } })._service.sdl
}
