import { describe, expect, it } from 'vitest'
import { type Asker, newUserId, openTestService, type Person } from '../../support/test-service.ts'
import {
  befriend,
  codeOf,
  makeClose,
  relationshipOf,
  requests,
  strangers,
  verbs,
} from '../../support/verbs.ts'

const app = await openTestService()

const all = `allowFollows allowFriendRequests allowMessages discoverable showInMutualFriends presenceVisibility defaultGameVisibility
  notifyFriendJoinsGame`
const Settings = `query { viewer { privacySettings { ${all} } } }`
const SettingsOf = `query ($ids: [_Any!]!) {
  _entities(representations: $ids) { ... on User { id privacySettings { ${all} } } }
}`
const Update = `mutation ($settings: SocialPrivacySettingsInput!) {
  updatePrivacySettings(settings: $settings) { changed privacySettings { ${all} } userErrors { code field message retryAt } }
}`

const represent = (...ids: string[]) => ({ ids: ids.map((id) => ({ __typename: 'User', id })) })
const read = async (asker: Asker) => (await asker.ask(Settings)).data.viewer.privacySettings
const update = async (asker: Asker, settings: object) =>
  (await asker.ask(Update, { settings })).data.updatePrivacySettings

/** What holds for everybody who has set nothing. */
const defaults = {
  allowFollows: 'EVERYONE',
  allowFriendRequests: 'EVERYONE',
  allowMessages: 'EVERYONE',
  discoverable: true,
  showInMutualFriends: true,
  presenceVisibility: 'FRIENDS',
  defaultGameVisibility: 'PUBLIC',
  notifyFriendJoinsGame: true,
}

/** Every value that a setting can have. */
const values = {
  allowFollows: ['NOBODY', 'EVERYONE'],
  allowFriendRequests: ['FRIENDS_OF_FRIENDS', 'NOBODY', 'EVERYONE'],
  allowMessages: ['FRIENDS', 'NOBODY', 'EVERYONE'],
  discoverable: [false, true],
  showInMutualFriends: [false, true],
  presenceVisibility: ['CLOSE', 'NOBODY', 'FRIENDS'],
  defaultGameVisibility: ['FRIENDS', 'CLOSE', 'PUBLIC'],
  notifyFriendJoinsGame: [false, true],
}

describe('privacy settings', () => {
  it('are open for somebody who has set nothing', async () => {
    const [alice] = await app.people('alice')
    expect(await read(alice)).toEqual(defaults)
  })

  it('take each of their values, one at a time, and leave the others as they are', async () => {
    const [alice] = await app.people('alice')
    let present: object = defaults
    for (const [setting, [other, ...more]] of Object.entries(values)) {
      // Ends with another value than the default, so that whatever resets a setting that was left
      // out is seen.
      for (const value of [other, ...more, other]) {
        present = { ...present, [setting]: value }
        expect(await update(alice, { [setting]: value })).toEqual({
          changed: true,
          privacySettings: present,
          userErrors: [],
        })
        expect(await read(alice)).toEqual(present)
      }
    }
  })

  it('are the same for somebody who has set one of them as for somebody who has set nothing', async () => {
    const [alice] = await app.people('alice')
    await app.admin.query('insert into user_privacy_settings (user_id) values ($1)', [alice.id])
    expect(await read(alice)).toEqual(defaults)
  })

  it('set to what they are change nothing, and so does setting none', async () => {
    const [alice] = await app.people('alice')
    for (const settings of [{}, defaults, { discoverable: true }]) {
      expect(await update(alice, settings)).toEqual({
        changed: false,
        privacySettings: defaults,
        userErrors: [],
      })
    }
    expect(await update(alice, { discoverable: false, allowFollows: 'EVERYONE' })).toMatchObject({
      changed: true,
    })
    expect(await update(alice, { discoverable: false, allowFollows: 'EVERYONE' })).toMatchObject({
      changed: false,
    })
  })

  it('take no null: what was meant cannot be guessed, so nothing is changed', async () => {
    const [alice] = await app.people('alice')
    for (const setting of Object.keys(defaults)) {
      expect(await update(alice, { discoverable: false, [setting]: null })).toEqual({
        changed: false,
        privacySettings: null,
        userErrors: [
          {
            code: 'INVALID_INPUT',
            field: ['settings', setting],
            message: `\`settings.${setting}\` must not be null. Leave it out to keep it as it is.`,
            retryAt: null,
          },
        ],
      })
    }
    expect(await read(alice)).toEqual(defaults)
  })

  it('changed at the same instant from many places are all kept, and each change is counted once', async () => {
    const [alice] = await app.people('alice')
    const wanted = [
      { allowFollows: 'NOBODY' },
      { allowFriendRequests: 'NOBODY' },
      { discoverable: false },
      { showInMutualFriends: false },
    ]
    const answers = await Promise.all(
      [...wanted, ...wanted, ...wanted].map((settings) => update(alice, settings)),
    )
    expect(answers.filter(({ changed }) => changed)).toHaveLength(wanted.length)
    expect(await read(alice)).toEqual(Object.assign({}, defaults, ...wanted))
  })
})

describe('who may read and change privacy settings', () => {
  it('their owner; anybody else who sees the person is told no', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    for (const asker of [bob, app.nobody]) {
      const { data, errors } = await asker.ask(SettingsOf, represent(alice.id))
      expect(data._entities).toEqual([{ id: alice.id, privacySettings: null }])
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN'])
    }
  })

  it('of somebody who blocks bob, or does not exist: null, without a word, alike', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.blockUser(alice, bob)
    const unknown = newUserId()
    const blocked = await bob.ask(SettingsOf, represent(alice.id))
    const absent = await bob.ask(SettingsOf, represent(unknown))
    expect(absent.errors).toEqual([])
    expect(blocked.body.replaceAll(alice.id, 'ID')).toBe(absent.body.replaceAll(unknown, 'ID'))
  })

  it('a service reads anybody’s, and changes none', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await update(alice, { allowFollows: 'NOBODY' })
    const absent = newUserId()
    const { data } = await app.service.ask(SettingsOf, represent(alice.id, bob.id, absent))
    expect(data._entities).toEqual([
      { id: alice.id, privacySettings: { ...defaults, allowFollows: 'NOBODY' } },
      { id: bob.id, privacySettings: defaults },
      { id: absent, privacySettings: null },
    ])
    const { errors } = await app.service.ask(Update, { settings: { discoverable: false } })
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN'])
  })

  it('the anonymous changes none', async () => {
    const { errors } = await app.nobody.ask(Update, { settings: { discoverable: false } })
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED'])
  })
})

describe('closing every session', () => {
  it('leaves friends, followers and open requests as they are', async () => {
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    await befriend(alice, bob)
    await verbs.followUser(carol, alice)
    const { request } = await verbs.requestFriend(dave, alice)
    await update(alice, {
      allowFollows: 'NOBODY',
      allowFriendRequests: 'NOBODY',
      discoverable: false,
    })
    expect(await relationshipOf(alice, bob)).toEqual({ ...strangers, friendshipLevel: 'FRIEND' })
    expect(await relationshipOf(alice, carol)).toEqual({ ...strangers, isFollowedBy: true })
    expect((await requests(alice, { direction: 'INCOMING' })).totalCount).toBe(1)
    expect((await verbs.accept(alice, request)).relationship.friendshipLevel).toBe('FRIEND')
  })

  it('stops who comes after', async () => {
    const [alice, erin] = await app.people('alice', 'erin')
    await update(alice, { allowFollows: 'NOBODY', allowFriendRequests: 'NOBODY' })
    expect(codeOf(await verbs.followUser(erin, alice))).toBe('UNAVAILABLE')
    expect(codeOf(await verbs.requestFriend(erin, alice))).toBe('UNAVAILABLE')
  })

  it('stops a request that is being made at that moment', async () => {
    const [alice, erin] = await app.people('alice', 'erin')
    const quota = await app.admin.connect()
    // Erin's request was let through, and waits for her quota.
    await quota.query('begin')
    await quota.query(
      `select pg_advisory_xact_lock(hashtextextended('quota:' || $1::text || ':requestFriend:', 0))`,
      [erin.id],
    )
    const asking = verbs.requestFriend(erin, alice)
    const waiting = async () =>
      (
        await quota.query(`select from pg_locks where locktype = 'advisory' and not granted
          and database = (select oid from pg_database where datname = current_database())`)
      ).rowCount
    await expect.poll(waiting, { interval: 10 }).toBe(1)
    await app.admin.query(
      `insert into user_privacy_settings (user_id, allow_friend_requests) values ($1, 'nobody')`,
      [alice.id],
    )
    await quota.query('commit')
    quota.release()
    expect(codeOf(await asking)).toBe('UNAVAILABLE')
    expect((await requests(alice, { direction: 'INCOMING' })).totalCount).toBe(0)
  })
})

describe('who may write to alice', () => {
  const MayWrite = `query ($ids: [ID!]!) { relationships(userIds: $ids) {
    canMessage can(action: MESSAGE) { allowed reason } canInvite } }`
  const MayWriteOf = `query ($pairs: [InteractionPair!]!) { interactions(pairs: $pairs) { message invite see } }`

  /** What somebody is told, and what a chat service is told of them. */
  async function mayWrite(writer: Person, alice: Person): Promise<boolean> {
    const own = (await writer.ask(MayWrite, { ids: [alice.id] })).data.relationships[0]
    const pairs = [{ actorId: writer.id, otherId: alice.id }]
    const told = (await app.service.ask(MayWriteOf, { pairs })).data.interactions[0]
    expect(own.can).toEqual({
      allowed: own.canMessage,
      reason: own.canMessage === true ? null : 'UNAVAILABLE',
    })
    expect([told.message, told.invite, told.see]).toEqual([own.canMessage, true, true])
    expect(own.canInvite).toBe(true)
    return told.message as boolean
  }

  it.each([
    ['EVERYONE', { stranger: true, follower: true, friend: true, 'close friend': true }],
    ['FRIENDS', { stranger: false, follower: false, friend: true, 'close friend': true }],
    ['NOBODY', { stranger: false, follower: false, friend: false, 'close friend': false }],
  ])('is for %s: %o', async (allowMessages, expected) => {
    const [alice, stranger, follower, friend, close] = await app.people(
      'alice',
      'stranger',
      'follower',
      'friend',
      'close friend',
    )
    await verbs.followUser(follower, alice)
    await verbs.followUser(alice, follower)
    await befriend(alice, friend)
    await makeClose(alice, close)
    await update(alice, { allowMessages })
    const found: Record<string, boolean> = {}
    for (const writer of [stranger, follower, friend, close])
      found[writer.name] = await mayWrite(writer, alice)
    expect(found).toEqual(expected)
  })

  it('has nothing to do with whom alice may write to', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await update(alice, { allowMessages: 'NOBODY' })
    expect(await mayWrite(alice, bob)).toBe(true)
  })

  it('is nobody whom she blocks or who does not exist, whatever she allows, alike', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const unknown = newUserId()
    for (const allowMessages of ['EVERYONE', 'FRIENDS', 'NOBODY']) {
      await update(alice, { allowMessages })
      await verbs.blockUser(alice, bob)
      const [blocked, absent] = [
        await bob.ask(MayWrite, { ids: [alice.id] }),
        await bob.ask(MayWrite, { ids: [unknown] }),
      ]
      expect(blocked.body).toBe(absent.body)
      expect(blocked.statements).toEqual(absent.statements)
      const pairs = [alice.id, unknown].map((otherId) => ({ actorId: bob.id, otherId }))
      const told = (await app.service.ask(MayWriteOf, { pairs })).data.interactions
      expect(told[0]).toEqual(told[1])
      expect(told[0].message).toBe(false)
      await verbs.unblockUser(alice, bob)
    }
  })
})

describe('what it costs', () => {
  it('the settings of one person or of fifty: the same statements', async () => {
    const people = await app.people(
      ...Array.from({ length: 50 }, (_, index) => `person ${String(index)}`),
    )
    const ids = people.map(({ id }) => id)
    const one = await app.service.ask(SettingsOf, represent(...ids.slice(0, 1)))
    const fifty = await app.service.ask(SettingsOf, represent(...ids))
    expect(fifty.data._entities).toHaveLength(50)
    expect(fifty.statements).toEqual(['privacy.settings'])
    expect(one.statements).toEqual(fifty.statements)
  })
})
