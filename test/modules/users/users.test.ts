import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/limits.ts'
import { type Asker, newUserId, openTestService } from '../../support/test-service.ts'
import { verbs } from '../../support/verbs.ts'

const app = await openTestService()

const Register = `mutation ($ids: [ID!]!) {
  registerUsers(ids: $ids) { changed users { id } userErrors { code field message } }
}`
const register = async (ids: readonly string[], asker: Asker = app.service) =>
  (await asker.ask(Register, { ids })).data.registerUsers
const Add =
  'mutation ($userId: ID!) { addContact(userId: $userId) { changed userErrors { code } } }'
const add = async (owner: Asker, userId: string) =>
  (await owner.ask(Add, { userId })).data.addContact

/** How many of these people have a row. */
async function known(...ids: readonly string[]): Promise<number> {
  const { rowCount } = await app.admin.query('select from users where id = any($1)', [ids])
  return rowCount ?? 0
}

describe('signing in for the first time', () => {
  it('makes a person known, so that others can add them', async () => {
    const [alice] = await app.people('alice')
    const bob = app.stranger('bob')
    expect((await add(alice, bob.id)).userErrors).toEqual([{ code: 'UNAVAILABLE' }])
    expect((await bob.ask('{ viewer { id } }')).data).toEqual({ viewer: { id: bob.id } })
    expect(await known(bob.id)).toBe(1)
    expect((await add(alice, bob.id)).changed).toBe(true)
  })

  it('by adding somebody works, too', async () => {
    const [alice] = await app.people('alice')
    const bob = app.stranger('bob')
    expect(await add(bob, alice.id)).toEqual({ changed: true, userErrors: [] })
  })

  it('from twenty places at once makes one row and no error', async () => {
    const bob = app.stranger('bob')
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => bob.ask('{ viewer { id contacts { totalCount } } }')),
    )
    for (const { data, errors } of answers) {
      expect({ data, errors }).toEqual({
        data: { viewer: { id: bob.id, contacts: { totalCount: 0 } } },
        errors: [],
      })
    }
    expect(await known(bob.id)).toBe(1)
  })

  it('is written down once: the next request writes nothing', async () => {
    const bob = app.stranger('bob')
    await bob.ask('{ viewer { id } }')
    expect(await transactionsOf(() => bob.ask('{ viewer { id } }'))).toBe(0)
    expect(await transactionsOf(() => bob.ask('{ viewer { contacts { totalCount } } }'))).toBe(1)
    expect(await transactionsOf(() => app.stranger('carol').ask('{ viewer { id } }'))).toBe(1)
  })

  it('does not happen to the anonymous or to services', async () => {
    const { rows: before } = await app.admin.query('select count(*) from users')
    await app.nobody.ask('{ viewer { id } }')
    await app.service.ask('{ viewer { id } }')
    const { rows: after } = await app.admin.query('select count(*) from users')
    expect(after).toEqual(before)
  })

  it('with a token that is refused leaves no row', async () => {
    const bob = newUserId()
    const asker = app.asker(() => app.issuer.token({ sub: bob, exp: 1 }))
    expect((await asker.ask('{ viewer { id } }')).status).toBe(401)
    expect(await known(bob)).toBe(0)
  })

  /** How many transactions the service's sessions opened meanwhile. */
  async function transactionsOf(work: () => Promise<unknown>): Promise<number> {
    const sessions: { statistics: { transactions: number } }[] = []
    const { database } = app.server
    const open = database.as.bind(database)
    database.as = (identity) => {
      const session = open(identity)
      sessions.push(session)
      return session
    }
    await work()
    database.as = open
    return sessions.reduce((sum, { statistics }) => sum + statistics.transactions, 0)
  }
})

describe('a service that registers people', () => {
  it('makes them known before they ever sign in', async () => {
    const [alice] = await app.people('alice')
    const ids = [newUserId(), newUserId(), newUserId()]
    expect(await register(ids)).toEqual({
      changed: true,
      users: ids.map((id) => ({ id })),
      userErrors: [],
    })
    expect(await known(...ids)).toBe(3)
    expect((await add(alice, ids[1] ?? '')).changed).toBe(true)
  })

  it('again changes nothing; with somebody new among them, something', async () => {
    const ids = [newUserId(), newUserId()]
    await register(ids)
    expect(await register(ids)).toMatchObject({ changed: false, userErrors: [] })
    const more = [...ids, newUserId()]
    expect(await register(more)).toMatchObject({ changed: true })
    expect(await known(...more)).toBe(3)
  })

  it('may name the same person twice, and gets them twice', async () => {
    const id = newUserId()
    expect(await register([id, ` ${id.toUpperCase()}`])).toEqual({
      changed: true,
      users: [{ id }, { id }],
      userErrors: [],
    })
    expect(await known(id)).toBe(1)
  })

  it('may name nobody', async () => {
    expect(await register([])).toEqual({ changed: false, users: [], userErrors: [] })
  })

  it('has all of them taken, or none', async () => {
    const id = newUserId()
    for (const bad of ['', 'bob', `${id}0`, '\u0000']) {
      expect(await register([id, bad])).toEqual({
        changed: false,
        users: null,
        userErrors: [{ code: 'INVALID_INPUT', field: ['ids'], message: '`ids[1]` is not a UUID.' }],
      })
    }
    expect(await known(id)).toBe(0)
  })

  it('can name a thousand at once, and not one more', async () => {
    const ids = Array.from({ length: limits.registeredAtOnce + 1 }, newUserId)
    expect((await register(ids)).userErrors).toMatchObject([{ code: 'INVALID_INPUT' }])
    expect(await known(...ids)).toBe(0)
    expect((await register(ids.slice(1))).changed).toBe(true)
    expect(await known(...ids)).toBe(1000)
  })

  it('does not get in the way of another that registers the same people', async () => {
    const ids = Array.from({ length: 200 }, newUserId)
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        app.service.ask(Register, { ids: index % 2 === 0 ? ids : ids.toReversed() }),
      ),
    )
    expect(answers.flatMap(({ errors }) => errors)).toEqual([])
    expect(await known(...ids)).toBe(200)
  })

  it('is a service: nobody else may', async () => {
    const [alice] = await app.people('alice')
    const id = newUserId()
    for (const [asker, code] of [
      [app.nobody, 'UNAUTHENTICATED'],
      [alice, 'FORBIDDEN'],
    ] as const) {
      const { errors, data } = await asker.ask(Register, { ids: [id] })
      expect(data).toBeNull()
      expect(errors.map(({ extensions }) => extensions.code)).toEqual([code])
    }
    expect(await known(id)).toBe(0)
  })
})

describe('`viewer`', () => {
  it('is the person who asks; nobody for the anonymous and for services', async () => {
    const [alice] = await app.people('alice')
    expect((await alice.ask('{ viewer { id } }')).data).toEqual({ viewer: { id: alice.id } })
    for (const asker of [app.nobody, app.service]) {
      expect((await asker.ask('{ viewer { id } }')).data).toEqual({ viewer: null })
    }
  })
})

describe.each(['user', 'fetch__User'])('`%s(id)`', (field) => {
  const document = `query ($id: ID!) { ${field}(id: $id) {
    id username profile { displayName } followers { totalCount edges { node { id } } } following { totalCount }
    mutualFriends { totalCount } presence { status lastSeenAt } privacySettings { discoverable } contacts { totalCount }
    relationship { isContact isFollowing isFollowedBy friendshipLevel isBlocking mutualFriendCount
      outgoingRequest { id } incomingRequest { id } can(action: SEE) { allowed reason }
      canMessage canInvite canFollow canAddContact canRequestFriend canUpgrade }
  } }`
  const short = `query ($id: ID!) { ${field}(id: $id) { id username relationship { isFollowing } } }`

  it('is the person, with what the viewer is to them', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const username = `bob.${field.toLowerCase()}`
    await bob.ask(
      'mutation ($username: String!) { claimUsername(username: $username) { changed } }',
      {
        username,
      },
    )
    await verbs.followUser(alice, bob)
    const person = { id: bob.id, username }
    expect((await alice.ask(short, { id: ` ${bob.id.toUpperCase()} ` })).data[field]).toEqual({
      ...person,
      relationship: { isFollowing: true },
    })
    for (const asker of [bob, app.nobody, app.service])
      expect((await asker.ask(short, { id: bob.id })).data[field]).toEqual({
        ...person,
        relationship: null,
      })
  })

  it('is an id, and nothing possible, for whoever blocks the viewer, was erased or never was: the same bytes', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await alice.ask('mutation { updateProfile(profile: { displayName: "Alice" }) { changed } }')
    await verbs.followUser(carol, alice)
    await verbs.addContact(bob, alice)
    await verbs.blockUser(alice, bob)
    const [erased] = await app.people('erased')
    await app.admin.query('delete from users where id = $1', [erased.id])
    const bodies = new Set<string>()
    for (const id of [alice.id, erased.id, newUserId()])
      for (let time = 0; time < 4; time++) {
        const { body, data, errors } = await bob.ask(document, { id })
        expect(errors).toEqual([])
        bodies.add(body.replaceAll(id, 'ID'))
        expect(data[field]).toEqual({
          id,
          username: null,
          profile: null,
          followers: null,
          following: null,
          mutualFriends: null,
          presence: null,
          privacySettings: null,
          contacts: null,
          relationship: {
            isContact: false,
            isFollowing: false,
            isFollowedBy: false,
            friendshipLevel: null,
            isBlocking: false,
            mutualFriendCount: 0,
            outgoingRequest: null,
            incomingRequest: null,
            can: { allowed: false, reason: 'UNAVAILABLE' },
            canMessage: false,
            canInvite: false,
            canFollow: false,
            canAddContact: false,
            canRequestFriend: false,
            canUpgrade: false,
          },
        })
      }
    expect(bodies.size).toBe(1)
  })

  it('is refused what is not a UUID', async () => {
    const [alice] = await app.people('alice')
    for (const id of ['', 'alice', '00000000-0000-0000-0000-000000000000']) {
      const { data, errors } = await alice.ask(short, { id })
      expect(data).toEqual({ [field]: null })
      expect(errors).toMatchObject([
        {
          message: '`id` is not a UUID.',
          path: [field],
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ])
    }
  })
})
