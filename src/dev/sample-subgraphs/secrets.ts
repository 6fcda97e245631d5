/**
 * What the sample subgraphs send to connections as `X-Gateway-Secret`. Known to everybody, like all
 * secrets of the dev stack.
 */
export const sampleSecrets = {
  games: 'development-games-secret',
  notifications: 'development-notifications-secret',
} as const

/**
 * `SERVICE_SECRETS` of the dev stack: the sample subgraphs', and those that the environment adds.
 */
export function serviceSecretsOf(added: string | undefined): string {
  const own = Object.entries(sampleSecrets).map(([name, secret]) => `${name}:${secret}`)
  return [...own, added ?? ''].filter((entry) => entry !== '').join(',')
}

/** What games signs its events to notifications with. */
export const gameEventsSecret = `whsec_${Buffer.alloc(32, 'development-game-events').toString('base64')}`
