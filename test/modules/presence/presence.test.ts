import { describe, expect, it } from 'vitest'
import {
  heartbeat,
  presenceOf,
  seen,
  showPresenceTo,
  untilWritten,
} from '../../support/presence.ts'
import { newUserId, openTestService, type Person } from '../../support/test-service.ts'
import { befriend, makeClose, verbs } from '../../support/verbs.ts'

const app = await openTestService({ NODE_ENV: 'production' })

describe('presence', () => {
  it.each([
    [0, 'ONLINE'],
    [55, 'ONLINE'],
    [65, 'AWAY'],
    [590, 'AWAY'],
    [610, 'OFFLINE'],
  ])('%i seconds after the last heartbeat is %s, with its moment', async (seconds, status) => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    await seen(app, bob, seconds)
    for (let time = 0; time < 4; time++)
      expect(await presenceOf(alice, bob)).toEqual({ status, lastSeenAt: expect.any(String) })
  })

  it('of somebody who never sent a heartbeat is offline, without a moment', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    for (const asker of [alice, bob, app.service])
      expect(await presenceOf(asker, bob)).toEqual({ status: 'OFFLINE', lastSeenAt: null })
  })

  it('is ahead of no clock: a moment that lies ahead is online', async () => {
    const [alice] = await app.people('alice')
    await seen(app, alice, -5)
    expect(await presenceOf(alice, alice)).toMatchObject({ status: 'ONLINE' })
  })

  const audiences = {
    FRIENDS: ['close', 'friend', 'alice'],
    CLOSE: ['close', 'alice'],
    NOBODY: ['alice'],
  } as const
  it.each(Object.entries(audiences))(
    'for %s is seen by those alone, and by services',
    async (audience, names) => {
      const [alice, close, friend, follower, contact, asked, stranger] = await app.people(
        ...(['alice', 'close', 'friend', 'follower', 'contact', 'asked', 'stranger'] as const),
      )
      await makeClose(alice, close)
      await befriend(alice, friend)
      await verbs.followUser(follower, alice)
      await verbs.followUser(alice, follower)
      await verbs.addContact(contact, alice)
      await verbs.requestFriend(asked, alice)
      await showPresenceTo(alice, audience as keyof typeof audiences)
      await seen(app, alice, 1)
      const people: Person[] = [alice, close, friend, follower, contact, asked, stranger]
      for (let time = 0; time < 4; time++) {
        const seeing = []
        for (const person of people)
          if ((await presenceOf(person, alice)) !== null) seeing.push(person.name)
        expect(seeing.sort()).toEqual([...names].sort())
        expect(await presenceOf(app.nobody, alice)).toBeNull()
        expect(await presenceOf(app.service, alice)).toMatchObject({ status: 'ONLINE' })
      }
    },
  )

  it('ends with the friendship, and across a block either way', async () => {
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    for (const other of [bob, carol, dave]) {
      await befriend(alice, other)
      expect(await presenceOf(other, alice)).not.toBeNull()
    }
    await verbs.removeFriend(alice, bob)
    await verbs.blockUser(alice, carol)
    await verbs.blockUser(dave, alice)
    for (const other of [bob, carol, dave]) {
      expect(await presenceOf(other, alice)).toBeNull()
      expect(await presenceOf(alice, other)).toBeNull()
    }
  })

  it('of somebody who blocks the viewer, was erased or never was is the same bytes', async () => {
    const [alice, bob, erased] = await app.people('alice', 'bob', 'erased')
    await befriend(alice, bob)
    await seen(app, alice, 1)
    await seen(app, erased, 1)
    await verbs.blockUser(alice, bob)
    await app.admin.query('delete from users where id = $1', [erased.id])
    const bodies = new Set<string>()
    for (const id of [alice.id, erased.id, newUserId()])
      for (let time = 0; time < 4; time++) {
        const { body, statements } = await bob.ask(
          'query ($id: ID!) { user(id: $id) { id presence { status lastSeenAt } } }',
          { id },
        )
        expect(statements).toEqual(['presence.mine'])
        bodies.add(body.replaceAll(id, 'ID'))
      }
    expect(bodies.size).toBe(1)
    expect(await presenceOf(app.service, erased)).toBeNull()
  })

  it('of many people is one statement, in lists and entities alike', async () => {
    const [alice, ...others] = await app.people('alice', 'b', 'c', 'd', 'e', 'f')
    for (const other of others) await befriend(alice, other)
    const representations = others.map(({ id }) => ({ __typename: 'User', id }))
    const { data, statements } = await alice.ask(
      `query ($representations: [_Any!]!) {
        viewer { presence { status } friends { edges { node { presence { status } } } } }
        _entities(representations: $representations) { ... on User { presence { status } } }
      }`,
      { representations },
    )
    expect(data.viewer.friends.edges).toHaveLength(5)
    expect(data._entities).toEqual(others.map(() => ({ presence: { status: 'OFFLINE' } })))
    // Those of the list come after the list.
    expect(statements.filter((name) => name === 'presence.mine').length).toBeLessThanOrEqual(2)
    const service = await app.service.ask(
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on User { presence { status } } } }',
      { representations },
    )
    expect(service.statements).toEqual(['presence.any'])
  })
})

describe('in SQL, as a viewer', () => {
  it('a friend’s row cannot be read past the settings, nor written', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    await seen(app, alice, 1)
    const asBob = async (text: string, values: unknown[]) => {
      const client = await app.admin.connect()
      try {
        await client.query('begin')
        await client.query('set local role connections_app')
        await client.query(`set local app.user_id = '${bob.id}'`)
        return await client.query(text, values)
      } finally {
        await client.query('rollback')
        client.release()
      }
    }
    const read = await asBob('select * from user_presence', [])
    expect(read.rows).toEqual([])
    const friendsOf = `select friend from close_first_friends($1, null, null, '{}', 60, null, 0, 'infinity', $1, 5)`
    expect((await asBob(friendsOf, [bob.id])).rows).toEqual([{ friend: alice.id }])
    expect((await asBob(friendsOf, [alice.id])).rows).toEqual([])
    for (const text of [
      'update user_presence set last_seen_at = now() where user_id = $1',
      'delete from user_presence where user_id = $1',
      'insert into user_presence values ($1, now())',
      `select keep_activity(array[$1::uuid], array[now()], '{}', '{}')`,
      'select * from activity_days where user_id = $1',
    ])
      await expect(asBob(text, [alice.id]), text).rejects.toThrow(/permission denied/)
  })
})

describe('a heartbeat', () => {
  it('makes a person online for friends, within about a second', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    const { changed, presence } = await heartbeat(alice)
    expect({ changed, presence }).toEqual({
      changed: true,
      presence: { status: 'ONLINE', lastSeenAt: expect.any(String) },
    })
    const at = await untilWritten(app.admin, alice)
    expect(at.toISOString()).toBe(presence.lastSeenAt)
    expect(await presenceOf(bob, alice)).toEqual(presence)
  })

  it('is read by its sender at once, in its own document too', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await befriend(alice, bob)
    const { data, errors } = await alice.ask(
      `mutation ($carol: ID!) {
        blockUser(userId: $carol) { changed viewer { presence { status } blocks { totalCount } } }
        heartbeat { changed presence { lastSeenAt } viewer {
          presence { status lastSeenAt } blocks { totalCount } friends { edges { node { id presence { status } } } }
        } }
        unblockUser(userId: $carol) { changed viewer { presence { status } blocks { totalCount } } }
      }`,
      { carol: carol.id },
    )
    expect(errors).toEqual([])
    const { lastSeenAt } = data.heartbeat.presence
    expect(data).toEqual({
      blockUser: {
        changed: true,
        viewer: { presence: { status: 'OFFLINE' }, blocks: { totalCount: 1 } },
      },
      heartbeat: {
        changed: true,
        presence: { lastSeenAt },
        viewer: {
          presence: { status: 'ONLINE', lastSeenAt },
          blocks: { totalCount: 1 },
          friends: { edges: [{ node: { id: bob.id, presence: { status: 'OFFLINE' } } }] },
        },
      },
      unblockUser: {
        changed: true,
        viewer: { presence: { status: 'ONLINE' }, blocks: { totalCount: 0 } },
      },
    })
  })
})
