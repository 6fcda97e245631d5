import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { startNotifications } from '../../src/dev/sample-subgraphs/notifications/notifications.ts'
import { gameEventsSecret } from '../../src/dev/sample-subgraphs/secrets.ts'
import { createConnectionsClient } from '../../src/kit/server/client.ts'
import {
  endpointSecret,
  makeEvent,
  sendEvent,
  type SentEvent,
  signatureOf,
} from '../support/signed-events.ts'
import { type Asker, gatewaySecret, openTestService } from '../support/test-service.ts'
import { verbs } from '../support/verbs.ts'

// The inbox of the sample subgraph: what its webhook endpoint takes, and what people then read.

const app = await openTestService()
const newSecret = `whsec_${Buffer.alloc(32, 'new').toString('base64')}`
const { superuserUrl } = inject('postgres')
const notifications = await startNotifications({
  superuserUrl,
  database: `notifications_${randomUUID()}`,
  connections: createConnectionsClient({
    url: app.server.url,
    secret: gatewaySecret,
    token: async () => (await app.service.token()) ?? '',
  }),
  trust: { gatewaySecrets: [gatewaySecret], auth: app.config.auth },
  webhookSecrets: [endpointSecret, newSecret],
  gameEventsSecret,
  port: 0,
})
afterAll(notifications.close)

const deliver = (event: SentEvent) => sendEvent(notifications.eventsUrl, event)

async function ask(asker: Asker, query: string, variables = {}) {
  const token = await asker.token()
  const response = await fetch(notifications.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-gateway-secret': gatewaySecret,
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors = [] } = (await response.json()) as Answer
  return { data, codes: errors.map(({ extensions }) => extensions.code) }
}

interface Answer {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test knows what it asked for
  readonly data: any
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[]
}

const Inbox = `{ viewer { notifications {
  unreadCount edges { node { id kind actor { id } gameId createdAt readAt } }
} } }`

async function inboxOf(asker: Asker) {
  const { data, codes } = await ask(asker, Inbox)
  expect(codes).toEqual([])
  const { edges, unreadCount } = data.viewer.notifications
  return { unreadCount, rows: edges.map(({ node }: { node: object }) => node) }
}

const kindsFor = async (asker: Asker) =>
  (await inboxOf(asker)).rows.map(({ kind }: { kind: string }) => kind)

const follow = (actor: { id: string }, other: { id: string }, at?: Date) =>
  makeEvent('follow.created', { followerId: actor.id, targetId: other.id }, at)

const blockChange = (one: { id: string }, other: { id: string }) =>
  makeEvent('block.changed', { userIds: [one.id, other.id].sort(), blockers: [one.id] })

describe('an event', () => {
  it('tells the other person, with who did it and when, and nobody else', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const at = new Date('2026-11-28T12:00:00.000Z')
    const event = follow(alice, bob, at)
    expect(await deliver(event)).toBe(204)
    const row = {
      id: event.id,
      kind: 'FOLLOWED',
      actor: { id: alice.id },
      gameId: null,
      createdAt: at.toISOString(),
      readAt: null,
    }
    expect(await inboxOf(bob)).toEqual({ unreadCount: 1, rows: [row] })
    for (const other of [alice, carol])
      expect(await inboxOf(other)).toEqual({ unreadCount: 0, rows: [] })
  })

  it('of each kind for people makes a notification, the newest first', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const request = { requestId: randomUUID(), level: 'FRIEND' }
    const joining = { gameId: 'game-1', userId: alice.id, creatorId: bob.id }
    const [asked, answered] = [
      { requesterId: alice.id, targetId: bob.id },
      { requesterId: bob.id, targetId: alice.id },
    ]
    const minute = (n: number) => new Date(Date.UTC(2026, 10, 28, 12, n))
    // Not delivered in the order in which they happened.
    for (const event of [
      makeEvent('game.friend_joined', joining, minute(4)),
      makeEvent('friend_request.created', { ...request, ...asked }, minute(1)),
      follow(alice, bob, minute(3)),
      makeEvent('friend_request.accepted', { ...request, ...answered }, minute(2)),
    ])
      expect(await deliver(event)).toBe(204)
    const { rows } = await inboxOf(bob)
    expect(
      rows.map(({ kind, gameId }: { kind: string; gameId: string | null }) => [kind, gameId]),
    ).toEqual([
      ['FRIEND_JOINED_GAME', 'game-1'],
      ['FOLLOWED', null],
      ['FRIEND_REQUEST_ACCEPTED', null],
      ['FRIEND_REQUESTED', null],
    ])
  })

  it('that is delivered twice tells once, also at the same instant', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const event = follow(alice, bob)
    expect(await Promise.all([deliver(event), deliver(event), deliver(event)])).toEqual([
      204, 204, 204,
    ])
    expect(await kindsFor(bob)).toEqual(['FOLLOWED'])
  })

  it('of a kind that nobody knows yet, or a ping, is taken and tells nothing', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const data = { userId: alice.id, targetId: bob.id }
    expect(await deliver(makeEvent('friend.waved', data))).toBe(204)
    expect(await deliver({ ...makeEvent('ping', {}), id: 'ping_1' })).toBe(204)
    expect(await kindsFor(bob)).toEqual([])
  })

  it('without the fields of its kind is refused, so that somebody notices', async () => {
    expect(await deliver(makeEvent('follow.created', { followerId: 'alice' }))).toBe(400)
    expect(await deliver(makeEvent('block.changed', { userIds: [] }))).toBe(400)
  })
})

describe('a signature', () => {
  const post = async (body: string, headers: Record<string, string>) =>
    (await fetch(notifications.eventsUrl, { method: 'POST', headers, body })).status

  it('is asked for, and fits one body, one id and one secret of the endpoint', async () => {
    const [mallory, bob] = await app.people('mallory', 'bob')
    const event = follow(mallory, bob)
    const body = JSON.stringify(event)
    const signed = signatureOf(event.id, body)
    const foreign = `whsec_${Buffer.alloc(32, 'mallory').toString('base64')}`
    const json = { 'content-type': 'application/cloudevents+json' }
    expect(await post(body, json)).toBe(401)
    expect(await post(body.replace('follow', 'fallow'), signed)).toBe(401)
    expect(await post(` ${body}`, signed)).toBe(401)
    expect(await post(body, { ...signed, 'webhook-id': randomUUID() })).toBe(401)
    expect(await post(body, { ...signed, 'webhook-signature': 'v1,' })).toBe(401)
    expect(await post('', signed)).toBe(401)
    expect(await post(body, signatureOf(event.id, body, foreign))).toBe(401)
    expect(await kindsFor(bob)).toEqual([])
    expect(await post(body, signed)).toBe(204)
    expect(await kindsFor(bob)).toEqual(['FOLLOWED'])
  })

  it('is good for five minutes', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000)
    const event = follow(alice, bob)
    const { eventsUrl } = notifications
    expect(await sendEvent(eventsUrl, event, endpointSecret, ago(6))).toBe(401)
    expect(await sendEvent(eventsUrl, event, endpointSecret, ago(-6))).toBe(401)
    expect(await sendEvent(eventsUrl, event, endpointSecret, ago(4))).toBe(204)
  })

  it('of the old and of the new secret is good while one replaces the other', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const { eventsUrl } = notifications
    expect(await sendEvent(eventsUrl, follow(alice, carol), endpointSecret)).toBe(204)
    expect(await sendEvent(eventsUrl, follow(bob, carol), newSecret)).toBe(204)
    expect(await kindsFor(carol)).toEqual(['FOLLOWED', 'FOLLOWED'])
  })
})

describe('a block', () => {
  it('hides at once what the two have told each other, before its event arrives', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await deliver(follow(alice, bob))
    await deliver(follow(bob, alice))
    await deliver(follow(carol, bob))
    await verbs.blockUser(bob, alice)
    expect(await kindsFor(alice)).toEqual([])
    expect(await inboxOf(bob)).toMatchObject({
      unreadCount: 1,
      rows: [{ actor: { id: carol.id } }],
    })
  })

  it('ends it: nothing of it comes back after the block, however it is delivered', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const [before, late] = [follow(alice, bob), follow(bob, alice)]
    const blocked = blockChange(alice, bob)
    await deliver(before)
    await deliver(blocked)
    await deliver(late)
    await deliver(before)
    expect([await kindsFor(alice), await kindsFor(bob)]).toEqual([[], []])
    const after = follow(alice, bob)
    await deliver(after)
    // Delivered again, or an older one late.
    await deliver(blocked)
    expect(await inboxOf(bob)).toMatchObject({ unreadCount: 1, rows: [{ id: after.id }] })
  })
})

describe('reading', () => {
  const mark = `mutation ($ids: [ID!]) { markNotificationsRead(ids: $ids) {
    changed viewer { notifications { unreadCount } }
  } }`
  const marked = async (asker: Asker, ids?: readonly string[]) => {
    const { data, codes } = await ask(asker, mark, ids === undefined ? {} : { ids })
    if (codes.length > 0) return codes
    const { changed, viewer } = data.markNotificationsRead
    return [changed, viewer.notifications.unreadCount]
  }

  it('marks some, then all; again changes nothing', async () => {
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    const events = [alice, carol, dave].map((each) => follow(each, bob))
    for (const event of events) await deliver(event)
    const [first = ''] = events.map(({ id }) => id)
    expect(await marked(bob, [first.toUpperCase(), 'no id', randomUUID()])).toEqual([true, 2])
    expect(await marked(bob, [first])).toEqual([false, 2])
    expect(await marked(bob, [])).toEqual([false, 2])
    expect(await marked(bob)).toEqual([true, 0])
    expect(await marked(bob)).toEqual([false, 0])
    const { rows } = await inboxOf(bob)
    expect(rows.filter(({ readAt }: { readAt: string | null }) => readAt === null)).toEqual([])
  })

  it('marks nothing in the inbox of others, and needs somebody', async () => {
    const [alice, bob, mallory] = await app.people('alice', 'bob', 'mallory')
    const event = follow(alice, bob)
    await deliver(event)
    expect(await marked(mallory, [event.id])).toEqual([false, 0])
    expect((await inboxOf(bob)).unreadCount).toBe(1)
    expect(await marked(app.nobody)).toEqual(['UNAUTHENTICATED'])
    expect(await marked(app.service)).toEqual(['UNAUTHENTICATED'])
  })

  it('does not tell of a block by what it changes', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const [before, late] = [follow(alice, bob), follow(alice, bob)]
    await deliver(before)
    await verbs.blockUser(alice, bob)
    expect((await inboxOf(bob)).unreadCount).toBe(0)
    expect(await marked(bob, [before.id])).toEqual([false, 0])
    expect(await marked(bob)).toEqual([false, 0])
    await deliver(blockChange(alice, bob))
    await deliver(late)
    expect(await marked(bob)).toEqual([false, 0])
  })

  it('refuses more ids than a page has', async () => {
    const [bob] = await app.people('bob')
    const ids = Array.from({ length: 101 }, () => randomUUID())
    expect(await marked(bob, ids)).toEqual(['BAD_USER_INPUT'])
  })

  it('comes in pages, the newest first and those of one moment by their ids', async () => {
    const [bob, ...others] = await app.people('bob', 'alice', 'carol', 'dave', 'erin', 'frank')
    const [earlier, later] = [new Date('2026-11-28T12:00:00Z'), new Date('2026-11-28T12:00:01Z')]
    // Those of the later moment have the lower ids, so neither the ids alone nor the order of
    // delivery make the right order.
    const ids = others.map(() => randomUUID()).sort()
    for (const [place, other] of others.entries())
      await deliver({ ...follow(other, bob, place < 2 ? later : earlier), id: ids[place] ?? '' })
    const newestFirst = [1, 0, 4, 3, 2].map((place) => ids[place])
    const query = `query ($after: String) { viewer { notifications(first: 2, after: $after) {
      unreadCount edges { node { id } } pageInfo { hasNextPage endCursor }
    } } }`
    const pages = []
    for (let after: unknown = null; pages.length < 3;) {
      const page = (await ask(bob, query, { after })).data.viewer.notifications
      after = page.pageInfo.endCursor
      pages.push(page)
    }
    expect(pages.map(({ unreadCount }) => unreadCount)).toEqual([5, 5, 5])
    expect(pages.map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, true, false])
    expect(pages.flatMap(({ edges }) => edges).map(({ node }) => node.id)).toEqual(newestFirst)
  })
})
