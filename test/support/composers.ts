import { composeServices as composeWithApollo } from '@apollo/composition'
import {
  applyTagFilterOnSubgraphs,
  composeServices as composeWithGuild,
} from '@theguild/federation-composition'
import {
  federateSubgraphs,
  federateSubgraphsContract,
  type FederationResult,
} from '@wundergraph/composition'
import { buildSchema, type DocumentNode, type GraphQLSchema, parse } from 'graphql'

/** A subgraph as composers take it. */
export interface Service {
  readonly name: string
  readonly url: string
  readonly typeDefs: DocumentNode
}

/** A subgraph by its SDL. */
export const service = (name: string, sdl: string): Service => ({
  name,
  url: `http://${name}`,
  typeDefs: parse(sdl),
})

/** What a composer makes of subgraphs. */
export interface Composed {
  /** What clients get to see; null when the services do not compose. */
  readonly graph: GraphQLSchema | null
  /** What is wrong, in the composer's words; nothing when there is a graph. */
  readonly problems: readonly string[]
}

/** A program that makes one graph of many. */
export interface Composer {
  readonly compose: (services: Service[]) => Composed
  /** The same, without what has one of these tags. */
  readonly contract: (services: Service[], exclude: string) => Composed
}

const words = (errors: readonly Error[] = []) => errors.map(({ message }) => message)

function withApollo(services: Service[]): Composed {
  const { schema, errors } = composeWithApollo(services)
  const graph = schema?.toAPISchema().toGraphQLJSSchema() ?? null
  return { graph, problems: words(errors) }
}

function withGuild(services: Service[]): Composed {
  const { publicSdl, errors } = composeWithGuild(services)
  return {
    graph: publicSdl === undefined ? null : buildSchema(publicSdl),
    problems: words(errors),
  }
}

function ofWunderGraph(result: FederationResult): Composed {
  return result.success
    ? { graph: result.federatedGraphClientSchema, problems: [] }
    : { graph: null, problems: words(result.errors) }
}

/** What WunderGraph's composer takes for a service. */
const subgraphs = (services: readonly Service[]) =>
  services.map(({ name, url, typeDefs }) => ({ name, url, definitions: typeDefs }))

/**
 * Apollo's composer knows no contracts: they are made by its registry, or by the filter of the
 * Guild.
 */
const filtered = (services: Service[], tag: string) =>
  applyTagFilterOnSubgraphs(services, { include: new Set(), exclude: new Set([tag]) })

/** Every composer that has to take our schema. */
export const composers: Readonly<Record<string, Composer>> = {
  'Apollo’s composer': {
    compose: withApollo,
    contract: (services, exclude) => withApollo(filtered(services, exclude)),
  },
  'the Guild’s composer': {
    compose: withGuild,
    contract: (services, exclude) => withGuild(filtered(services, exclude)),
  },
  'WunderGraph’s composer': {
    compose: (services) => ofWunderGraph(federateSubgraphs({ subgraphs: subgraphs(services) })),
    contract: (services, exclude) =>
      ofWunderGraph(
        federateSubgraphsContract({
          subgraphs: subgraphs(services),
          contractTagOptions: {
            tagNamesToExclude: new Set([exclude]),
            tagNamesToInclude: new Set(),
          },
        }),
      ),
  },
}
