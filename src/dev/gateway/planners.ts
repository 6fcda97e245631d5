import type { GatewayConfigSupergraph } from '@graphql-hive/gateway-runtime'

/**
 * Hive's gateway plans in JavaScript by itself, and with another handler in Rust, as Hive's router
 * does.
 */
export const planners = ['javascript', 'rust'] as const

export type Planner = (typeof planners)[number]

/**
 * The part of the gateway's configuration that chooses the planner. Rust is loaded only when it is
 * chosen.
 */
export async function planWith(
  planner: Planner,
): Promise<Pick<GatewayConfigSupergraph, 'unifiedGraphHandler'>> {
  if (planner === 'javascript') return {}
  const { unifiedGraphHandler } = await import('@graphql-hive/router-runtime')
  return { unifiedGraphHandler }
}
