import { describe, expect, it } from 'vitest'
import { toCloudEvent } from '../../src/events/envelope.ts'
import { eventsBetween } from '../support/events.ts'
import { gatewaySecret, openTestService, type Person } from '../support/test-service.ts'

const app = await openTestService()

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

/** What alice does to bob, in a request with this header. */
async function ask(
  alice: Person,
  mutation: string,
  bob: Person,
  header: string | null,
): Promise<unknown> {
  const response = await app.server.app.inject({
    method: 'POST',
    url: '/graphql',
    headers: {
      'x-gateway-secret': gatewaySecret,
      authorization: `Bearer ${String(await alice.token())}`,
      ...(header !== null && { traceparent: header }),
    },
    payload: {
      query: `mutation ($id: ID!) { ${mutation}(userId: $id) { changed } }`,
      variables: { id: bob.id },
    },
  })
  return response.json()
}

describe('an event', () => {
  it.each(['followUser', 'requestFriend', 'blockUser'])(
    'of %s carries the trace of the request',
    async (mutation) => {
      const [alice, bob] = await app.people('alice', 'bob')
      expect(await ask(alice, mutation, bob, traceparent)).toMatchObject({
        data: { [mutation]: { changed: true } },
      })
      const [event] = await eventsBetween(app.admin, alice, bob)
      expect(event?.traceparent).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[\da-f]{16}-01$/)
      if (event === undefined) throw new Error('There is no event.')
      const { traceparent: told } = toCloudEvent({ ...event, version: '1' })
      expect(told).toBe(event.traceparent)
    },
  )

  it.each([
    ['no header', null],
    ['another form', 'a-trace'],
    ['a trace of zeros', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
    ['a span of zeros', `00-4bf92f3577b34da6a3ce929d0e0e4736-${'0'.repeat(16)}-01`],
    ['capitals', traceparent.toUpperCase()],
    ['the version that is never used', traceparent.replace('00-', 'ff-')],
    ['more than its version has', `${traceparent}-more`],
    ['the end of an SQL text', `${traceparent}'; delete from outbox; --`],
  ])('of a request with %s carries no trace', async (_which, header) => {
    const [alice, bob] = await app.people('alice', 'bob')
    expect(await ask(alice, 'followUser', bob, header)).toMatchObject({
      data: { followUser: { changed: true } },
    })
    const events = await eventsBetween(app.admin, alice, bob)
    expect(events.map((event) => event.traceparent)).toEqual([null])
    const [event] = events
    if (event === undefined) throw new Error('There is no event.')
    expect(Object.keys(toCloudEvent({ ...event, version: '1' }))).not.toContain('traceparent')
  })

  it('of a request without a trace carries none after one with a trace, on the same connection', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    for (let round = 0; round < 4; round++) await ask(alice, 'followUser', bob, traceparent)
    await ask(alice, 'followUser', carol, null)
    expect(await eventsBetween(app.admin, alice, carol)).toMatchObject([{ traceparent: null }])
  })
})
