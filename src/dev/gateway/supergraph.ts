import { composeServices } from '@theguild/federation-composition'
import { parse } from 'graphql'

/** A subgraph that a gateway asks. */
export interface Subgraph {
  readonly name: string
  readonly url: string
}

/** What subgraphs make together: a supergraph, or what is wrong, a sentence each. */
export type Composed =
  | { readonly sdl: string; readonly problems: null }
  | { readonly sdl: null; readonly problems: readonly string[] }

/** A subgraph's schema as it tells it now, or why it does not. */
type Told = Subgraph & ({ readonly sdl: string } | { readonly problem: string })

/** Asks every subgraph for its schema, as a gateway. */
export function readSchemas(subgraphs: readonly Subgraph[], secret: string): Promise<Told[]> {
  return Promise.all(
    subgraphs.map(async (subgraph) => {
      try {
        return { ...subgraph, sdl: await readSchema(subgraph, secret) }
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        return { ...subgraph, problem: `${subgraph.name} did not return its schema: ${reason}` }
      }
    }),
  )
}

async function readSchema({ url }: Subgraph, secret: string): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-gateway-secret': secret },
    body: JSON.stringify({ query: '{ _service { sdl } }' }),
    // Also a machine on which everything starts at once answers within it.
    signal: AbortSignal.timeout(15_000),
  })
  const { data, errors } = (await response.json()) as {
    data?: { _service: { sdl: string } } | null
    errors?: readonly { readonly message: string }[]
  }
  if (data == null) throw new Error(errors?.[0]?.message ?? `status ${response.status}`)
  return data._service.sdl
}

/** Composes what the subgraphs have told. One that has told nothing is a problem like any other. */
export function compose(told: readonly Told[]): Composed {
  const silent = told.flatMap((subgraph) => ('problem' in subgraph ? [subgraph.problem] : []))
  if (silent.length > 0) return { sdl: null, problems: silent }
  const services = told.flatMap((subgraph) =>
    'sdl' in subgraph
      ? [{ name: subgraph.name, url: subgraph.url, typeDefs: parse(subgraph.sdl) }]
      : [],
  )
  const { supergraphSdl, errors } = composeServices(services)
  return supergraphSdl === undefined
    ? { sdl: null, problems: errors.map(({ message }) => message) }
    : { sdl: supergraphSdl, problems: null }
}
