/** What the neighbours send to connections as `X-Gateway-Secret`. Known to everybody, like all secrets of the dev world. */
export const neighbourSecrets = {
  games: 'development-games-secret',
  notifications: 'development-notifications-secret',
} as const

/** `SERVICE_SECRETS` of the dev world: the neighbours', and those that the environment adds. */
export function serviceSecretsOf(added: string | undefined): string {
  const own = Object.entries(neighbourSecrets).map(([name, secret]) => `${name}:${secret}`)
  return [...own, added ?? ''].filter((entry) => entry !== '').join(',')
}
