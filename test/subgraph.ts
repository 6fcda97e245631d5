import { graphql } from 'graphql'
import { buildSchema } from '../src/schema.ts'

/** The SDL of this subgraph as it answers a gateway's `{ _service { sdl } }`. */
export async function subgraphSdl(): Promise<string> {
  const { data, errors } = await graphql({
    schema: buildSchema(),
    source: '{ _service { sdl } }',
  })
  if (errors?.[0] !== undefined) throw errors[0]
  return (data as { _service: { sdl: string } })._service.sdl
}
