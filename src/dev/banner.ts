import { DEVELOPMENT_GATEWAY_SECRET } from '../config/settings.ts'
import { defaultDataDirectory, type StackPlaces } from './stack-file.ts'

/** What the banner tells. */
export interface BannerFacts {
  readonly places: StackPlaces
  readonly gatewaySecret?: string | undefined
  readonly dataDirectory: string
  /** Whether 90 days of history are there. */
  readonly history: boolean
  readonly seconds: number
}

/**
 * The dev stack in at most twelve lines: where things are, how to sign in, one request that works
 * as it is pasted, how to end it.
 */
export function banner(facts: BannerFacts): string {
  const { places, dataDirectory } = facts
  const where = dataDirectory === defaultDataDirectory ? '' : ` --data '${dataDirectory}'`
  const token = `npx connections token alice${where}`
  const secret = (facts.gatewaySecret ?? DEVELOPMENT_GATEWAY_SECRET).split(',')[0]?.trim() ?? ''
  return `
connections is ready after ${facts.seconds.toFixed(1)} s${facts.history ? ', with 90 days of history' : ''}
  console   ${new URL('/console', places.gatewayUrl).href} (open it in a browser)
  explorer  ${new URL('/', places.gatewayUrl).href}
  insights  ${new URL('/insights', places.gatewayUrl).href}
  gateway   ${places.gatewayUrl}
  subgraph  ${places.graphqlUrl} (needs X-Gateway-Secret: ${secret})
  accounts  ${places.accountsUrl} (issues tokens to alice, bob … trent, or any UUID)
  others    games ${places.gamesUrl}, notifications ${places.notificationsUrl}
  token     ${token}
  try       curl -sS ${places.gatewayUrl} -H 'Content-Type: application/json' -H "Authorization: Bearer $(${token})" \\
              -d '{"query":"{ viewer { friends { edges { node { username relationship { friendshipLevel mutualFriendCount } } } } } }"}'
  stop      Ctrl-C; the data stays in ${dataDirectory} until \`npx connections reset${where}\`
`
}
