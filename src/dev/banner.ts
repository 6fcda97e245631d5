import { DEVELOPMENT_GATEWAY_SECRET } from '../config.ts'
import { defaultDataDirectory } from './world-file.ts'

/** What the banner tells. */
export interface BannerFacts {
  readonly graphqlUrl: string
  readonly accountsUrl: string
  readonly gatewaySecret?: string | undefined
  readonly dataDirectory: string
  readonly seconds: number
}

/** The dev world in at most twelve lines: where things are, how to sign in, one request that works as it is pasted, how to end it. */
export function banner(facts: BannerFacts): string {
  const { graphqlUrl, accountsUrl, dataDirectory } = facts
  const where = dataDirectory === defaultDataDirectory ? '' : ` --data '${dataDirectory}'`
  const token = `npm run -s connections -- token alice${where}`
  const secret = (facts.gatewaySecret ?? DEVELOPMENT_GATEWAY_SECRET).split(',')[0]?.trim() ?? ''
  return `
connections is ready after ${facts.seconds.toFixed(1)} s
  subgraph  ${graphqlUrl}
  accounts  ${accountsUrl} (issues tokens to alice, bob … trent, or any UUID)
  token     ${token}
  try       curl -s ${graphqlUrl} -H 'X-Gateway-Secret: ${secret}' \\
              -H "Authorization: Bearer $(${token})" -H 'Content-Type: application/json' \\
              -d '{"query":"{ viewer { id contacts(first: 2) { edges { node { id } } } } }"}'
  stop      Ctrl-C; the data stays in ${dataDirectory}
  empty     npm run connections -- reset${where}
`
}
