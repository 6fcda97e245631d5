import { type AuditResult, auditServer } from 'graphql-http'
import { describe, expect, it } from 'vitest'
import { gatewaySecret, openTestService } from '../support/test-service.ts'

// The audit of the GraphQL-over-HTTP working group, which knows nothing of us, over a real socket.

const app = await openTestService()

/** What the audit advises and we do not follow, each with the reason. */
const kept: Readonly<Record<string, string>> = {
  // Where the request is at fault we say 400, whatever media type is accepted. The advice to say
  // 200 is for clients from before `application/graphql-response+json`, who take any other status
  // for a broken network. Our client is a gateway, which reads the body at every status; and a
  // proxy or a dashboard between us learns from a 400 what it could not see in a 200.
  'SHOULD use 200 status code on document parsing failure when accepting application/json':
    'Apollo Server answers 400',
  'SHOULD use 200 status code on document validation failure when accepting application/json':
    'Apollo Server answers 400',
  'SHOULD use a status code of 200 on variable coercion failure when accepting application/json':
    'Apollo Server answers 400',
}

/**
 * What only those can have who prove that they are no browser's form or image (CSRF prevention).
 */
const refusedWithoutPreflight: Readonly<Record<string, string>> = {
  'MAY accept application/x-www-form-urlencoded formatted GET requests': 'CSRF prevention',
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json':
    'CSRF prevention',
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json':
    'CSRF prevention',
}

describe('the audit of GraphQL over HTTP', () => {
  it('finds no error, and no advice not followed but what is kept for a reason', async () => {
    const results = await audit({ 'apollo-require-preflight': 'true' })
    expect(results.length).toBeGreaterThanOrEqual(61)
    expect(named(results, 'error')).toEqual([])
    expect(named(results, 'warn')).toEqual(Object.keys(kept).sort())
    expect(named(results, 'notice')).toEqual([])
  })

  it('finds GET closed to whoever could be a web page, and nothing else that differs', async () => {
    const results = await audit({})
    expect(named(results, 'error')).toEqual([])
    expect(named(results, 'warn')).toEqual(Object.keys(kept).sort())
    expect(named(results, 'notice')).toEqual(Object.keys(refusedWithoutPreflight).sort())
  })

  it('would find errors in a server that is none: without the gateway’s secret, hardly anything holds', async () => {
    const results = await audit({ 'x-gateway-secret': 'a-secret-that-is-not-ours' })
    expect(named(results, 'error').length).toBeGreaterThan(0)
  })
})

/**
 * Runs the whole audit, each request with the gateway's secret and these headers beside its own.
 */
function audit(headers: Record<string, string>): Promise<AuditResult[]> {
  return auditServer({
    url: app.server.url,
    fetchFn: (url: string, request: RequestInit = {}) =>
      fetch(url, {
        ...request,
        headers: {
          'x-gateway-secret': gatewaySecret,
          ...headers,
          ...(request.headers as Record<string, string> | undefined),
        },
      }),
  })
}

function named(results: readonly AuditResult[], status: AuditResult['status']): string[] {
  return results
    .filter((result) => result.status === status)
    .map(({ name }) => name)
    .sort()
}
