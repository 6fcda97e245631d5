import { createRemoteJWKSet, jwtVerify } from 'jose'
import type { Config } from '../../../src/config.ts'
import { parseUserId } from '../../../src/graphql/ids.ts'
import {
  type AuthenticateViewer,
  viewerAuthentication,
} from '../../../src/server/auth/token-verifier.ts'

/**
 * How the compared servers know who asks. `remembered`: by our own code, which judges a token once.
 * `each`: as the library's documentation has it, each time, which is what one would write.
 */
export function proofOf(how: string | undefined, auth: Config['auth']): AuthenticateViewer {
  if (how !== 'each') return viewerAuthentication(auth)
  const keys = createRemoteJWKSet(auth.jwksUrl)
  const { issuer, audience } = auth
  return async (authorization) => {
    const token = authorization?.replace(/^Bearer /, '') ?? ''
    const { payload } = await jwtVerify(token, keys, { issuer, audience })
    const userId = parseUserId(payload.sub ?? '')
    if (userId === null) throw new Error('Only viewers are measured.')
    return { kind: 'viewer', userId }
  }
}
