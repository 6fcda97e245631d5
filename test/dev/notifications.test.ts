import { describe, expect, it } from 'vitest'
import { registerEndpoint } from '../../src/dev/sample-endpoints.ts'
import { openFederation } from '../support/federation.ts'
import { endpointSecret } from '../support/signed-events.ts'
import type { Person } from '../support/test-service.ts'
import { startTestWorker } from '../support/test-worker.ts'
import { befriend } from '../support/verbs.ts'

// What people see: somebody acts through the gateway, connections records an event, the worker
// delivers it to notifications, and the other person reads it through the gateway.

const { app, gateways, eventsUrl, ...federation } = await openFederation()
await registerEndpoint(app.database.workerUrl, 'notifications', eventsUrl, endpointSecret)

const Inbox = `{ viewer { notifications { unreadCount edges { node {
  kind actor { username relationship { friendshipLevel } } game { title visibleToViewer } readAt
} } } } }`

interface Row {
  readonly kind: string
  readonly actor: { readonly username: string | null }
}

/**
 * Everything that may be told by now is dispatched, and every delivery has ended. A block that is
 * told later, because one was told a moment ago, is not waited for.
 */
async function allTold(): Promise<void> {
  const left = async () => {
    const { rows } = await app.admin.query<{ count: number }>(
      `select (select count(*) from outbox where dispatch_number is null and due_at <= now())::int
            + (select count(*) from webhook_deliveries where state = 'pending')::int as count`,
    )
    return rows[0]?.count
  }
  await expect.poll(left).toBe(0)
}

const deliveriesTo = async (person: Person) => {
  const { rows } = await app.admin.query<{ kind: string; state: string }>(
    `select kind, state from webhook_deliveries join outbox on outbox.id = event_id
      where $1 in (actor_user_id, other_user_id) order by webhook_deliveries.version`,
    [person.id],
  )
  return rows.map(({ kind, state }) => [kind, state])
}

for (const [gateway, send] of Object.entries(gateways)) {
  const ask = async (person: Person, document: string, variables = {}) => {
    const { data, errors } = await federation.ask(send, person, document, variables)
    expect(errors).toEqual([])
    return data
  }
  /** People who have a username, so that an inbox can say who it was. */
  const people = async (...names: [string, string]) => {
    const made = await app.people(...names)
    for (const person of made) {
      const username = `${person.name}.${gateway}.${person.id.slice(0, 8)}`
      await ask(
        person,
        'mutation ($username: String!) { claimUsername(username: $username) { changed } }',
        { username },
      )
    }
    return made
  }
  const inboxOf = async (person: Person) => {
    const { unreadCount, edges } = (await ask(person, Inbox)).viewer.notifications
    const rows = edges.map(({ node }: { node: Row }) => ({
      ...node,
      actor: { ...node.actor, username: node.actor.username?.split('.')[0] },
    }))
    return { unreadCount, rows }
  }
  const towards = (verb: string, fields = '') =>
    `mutation ($id: ID!) { done: ${verb}(userId: $id) { changed ${fields} userErrors { code } } }`
  const act = async (verb: string, person: Person, other: Person, fields = '') => {
    const { done } = await ask(person, towards(verb, fields), { id: other.id })
    expect(done).toMatchObject({ changed: true, userErrors: [] })
    return done
  }
  const row = (kind: string, actor: string, friendshipLevel: string | null) => ({
    kind,
    actor: { username: actor, relationship: { friendshipLevel } },
    game: null,
    readAt: null,
  })
  const createGame = async (creator: Person, title: string) => {
    const { createGame: created } = await ask(
      creator,
      'mutation ($title: String!) { createGame(title: $title, visibility: FRIENDS) { game { id } errors { code } } }',
      { title },
    )
    return created.game.id as string
  }
  const joinGame = async (person: Person, gameId: string) => {
    const joining =
      'mutation ($gameId: ID!) { joinGame(gameId: $gameId) { changed errors { code } } }'
    const { joinGame: joined } = await ask(person, joining, { gameId })
    expect(joined).toEqual({ changed: true, errors: [] })
  }

  describe(`through the gateway ${gateway}`, () => {
    it('alice asks, bob sees it; bob accepts, alice sees it; bob follows, alice sees it', async () => {
      const [alice, bob] = await people('alice', 'bob')
      startTestWorker(app)
      await act('requestFriend', alice, bob)
      await expect
        .poll(() => inboxOf(bob))
        .toEqual({ unreadCount: 1, rows: [row('FRIEND_REQUESTED', 'alice', null)] })
      expect(await inboxOf(alice)).toEqual({ unreadCount: 0, rows: [] })

      // Asking back is accepting.
      await act('requestFriend', bob, alice)
      const accepted = row('FRIEND_REQUEST_ACCEPTED', 'bob', 'FRIEND')
      await expect.poll(() => inboxOf(alice)).toEqual({ unreadCount: 1, rows: [accepted] })

      await act('followUser', bob, alice)
      await expect
        .poll(() => inboxOf(alice))
        .toEqual({ unreadCount: 2, rows: [row('FOLLOWED', 'bob', 'FRIEND'), accepted] })
      expect(await inboxOf(bob)).toMatchObject({ unreadCount: 1 })
    })

    it('marks as read what somebody has seen', async () => {
      const [alice, bob] = await people('alice', 'bob')
      startTestWorker(app)
      await act('followUser', alice, bob)
      await expect.poll(() => inboxOf(bob)).toMatchObject({ unreadCount: 1 })
      const marked = await ask(
        bob,
        'mutation { markNotificationsRead { changed viewer { username notifications { unreadCount } } } }',
      )
      expect(marked.markNotificationsRead).toMatchObject({
        changed: true,
        viewer: { username: expect.stringContaining('bob'), notifications: { unreadCount: 0 } },
      })
    })

    it('tells nobody of what is silent: a decline, an end of a friendship, an unfollow', async () => {
      const [alice, bob] = await people('alice', 'bob')
      startTestWorker(app)
      const { request } = await act('requestFriend', alice, bob, 'request { id }')
      await ask(
        bob,
        'mutation ($id: ID!) { respondFriendRequest(requestId: $id, decision: REJECT) { changed } }',
        { id: request.id },
      )
      await act('followUser', bob, alice)
      await act('unfollowUser', bob, alice)
      await allTold()
      expect((await inboxOf(alice)).rows.map(({ kind }: Row) => kind)).toEqual(['FOLLOWED'])
      expect((await inboxOf(bob)).rows.map(({ kind }: Row) => kind)).toEqual(['FRIEND_REQUESTED'])
    })

    it('a friend joins a game that alice created: she sees who and which', async () => {
      const [alice, bob] = await people('alice', 'bob')
      await befriend(alice, bob)
      const game = await createGame(alice, 'Croquet on Sunday')
      startTestWorker(app)
      await joinGame(bob, game)
      await federation.tellFacts()
      await expect
        .poll(async () => (await inboxOf(alice)).rows)
        .toContainEqual({
          ...row('FRIEND_JOINED_GAME', 'bob', 'FRIEND'),
          game: { title: 'Croquet on Sunday', visibleToViewer: true },
        })
      expect((await inboxOf(bob)).rows.map(({ kind }: Row) => kind)).toEqual(['FRIEND_REQUESTED'])
    })

    it('a friend joins a game of alice, who does not wish to be told', async () => {
      const [alice, bob] = await people('alice', 'bob')
      await befriend(alice, bob)
      await ask(
        alice,
        'mutation { updatePrivacySettings(settings: { notifyFriendJoinsGame: false }) { changed } }',
      )
      const game = await createGame(alice, 'Croquet on Monday')
      startTestWorker(app)
      await joinGame(bob, game)
      await federation.tellFacts()
      await allTold()
      expect((await inboxOf(alice)).rows.map(({ kind }: Row) => kind)).toEqual([
        'FRIEND_REQUEST_ACCEPTED',
      ])
    })

    it('a block between the event and its delivery: nothing arrives, and nothing comes after it', async () => {
      const [alice, bob] = await people('alice', 'bob')
      await act('followUser', alice, bob)
      await act('requestFriend', alice, bob)
      await act('blockUser', bob, alice)
      startTestWorker(app)
      await allTold()
      expect(await deliveriesTo(alice)).toEqual([
        ['follow.created', 'dropped'],
        ['friend_request.created', 'dropped'],
        ['block.changed', 'delivered'],
      ])
      expect((await inboxOf(bob)).rows).toEqual([])
      await act('unblockUser', bob, alice)
      for (const person of [alice, bob])
        expect(await inboxOf(person)).toEqual({ unreadCount: 0, rows: [] })
    })

    it('a block after the delivery: what the two have told each other is gone, also after it', async () => {
      const [alice, bob] = await people('alice', 'bob')
      startTestWorker(app)
      await act('followUser', alice, bob)
      await act('followUser', bob, alice)
      for (const person of [alice, bob])
        await expect.poll(() => inboxOf(person)).toMatchObject({ unreadCount: 1 })
      await act('blockUser', bob, alice)
      for (const person of [alice, bob])
        expect(await inboxOf(person)).toEqual({ unreadCount: 0, rows: [] })
      await allTold()
      await act('unblockUser', bob, alice)
      for (const person of [alice, bob])
        expect(await inboxOf(person)).toEqual({ unreadCount: 0, rows: [] })
    })
  })
}
