/** Connections for counting calls. Few are enough, because each count is one short statement. */
const countingConnections = 4

/**
 * How many of its own the pool that counts may open beside the one that answers, which may open
 * `poolSize`.
 */
export function countingPoolSize(poolSize: number): number {
  return Math.min(poolSize, countingConnections)
}
