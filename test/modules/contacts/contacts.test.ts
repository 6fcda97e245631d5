import { describe, expect, it } from 'vitest'
import { type Asker, newUserId, openTestService, type Person } from '../../support/test-service.ts'

const app = await openTestService()

const AddContact = `mutation ($userId: ID!) {
  addContact(userId: $userId) {
    changed user { id } contact { node { id } addedAt updatedAt } userErrors { code field message retryAt }
  }
}`
const RemoveContact = `mutation ($userId: ID!) {
  removeContact(userId: $userId) { changed user { id } contact { node { id } } userErrors { code field } }
}`
const Contacts = `query ($first: Int, $after: String) {
  viewer {
    contacts(first: $first, after: $after) {
      edges { cursor node { id } addedAt updatedAt }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      totalCount
    }
  }
}`
const ContactsOf = `query ($ids: [_Any!]!) {
  _entities(representations: $ids) { ... on User { id contacts { edges { node { id } } totalCount } } }
}`

const add = async (owner: Asker, userId: string) =>
  (await owner.ask(AddContact, { userId })).data.addContact
const remove = async (owner: Asker, userId: string) =>
  (await owner.ask(RemoveContact, { userId })).data.removeContact
const page = async (owner: Asker, variables = {}) =>
  (await owner.ask(Contacts, variables)).data.viewer.contacts
const idsOf = (connection: { edges: { node: { id: string } }[] }) =>
  connection.edges.map(({ node }) => node.id)
const represent = (...ids: string[]) => ({ ids: ids.map((id) => ({ __typename: 'User', id })) })

/** Somebody with so many contacts, whose ids come back in the list's order. */
async function ownerOf(count: number): Promise<{ owner: Person; ids: string[] }> {
  const [owner] = await app.people('alice')
  const people = await app.people(
    ...Array.from({ length: count }, (_, index) => `contact ${String(index)}`),
  )
  for (const { id } of people) await add(owner, id)
  return { owner, ids: people.map(({ id }) => id).sort() }
}

describe('adding a contact', () => {
  it('puts bob into alice’s list, and not alice into bob’s', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    expect(await add(alice, bob.id)).toMatchObject({
      changed: true,
      user: { id: bob.id },
      contact: { node: { id: bob.id } },
      userErrors: [],
    })
    expect(idsOf(await page(alice))).toEqual([bob.id])
    expect(idsOf(await page(bob))).toEqual([])
  })

  it('again changes nothing but the time of the last adding', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const first = (await add(alice, bob.id)).contact
    const second = await add(alice, bob.id)
    expect(second.changed).toBe(false)
    expect(second.contact.addedAt).toBe(first.addedAt)
    expect(Date.parse(second.contact.updatedAt)).toBeGreaterThan(Date.parse(first.updatedAt))
    expect((await page(alice)).totalCount).toBe(1)
  })

  it('takes an id as people paste it: with spaces, in capitals', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    expect(await add(alice, `  ${bob.id.toUpperCase()} `)).toMatchObject({
      changed: true,
      user: { id: bob.id },
    })
  })

  it('refuses oneself', async () => {
    const [alice] = await app.people('alice')
    expect(await add(alice, alice.id)).toEqual({
      changed: false,
      user: null,
      contact: null,
      userErrors: [
        {
          code: 'SELF',
          field: ['userId'],
          message: 'You cannot do this to yourself.',
          retryAt: null,
        },
      ],
    })
  })

  it('refuses what is not a UUID', async () => {
    const [alice] = await app.people('alice')
    for (const userId of ['', 'bob', '../../etc', `${newUserId()}0`, '\u0000', '\ud800']) {
      expect((await add(alice, userId)).userErrors).toEqual([
        expect.objectContaining({ code: 'INVALID_INPUT', field: ['userId'] }),
      ])
    }
  })

  it('refuses a person who does not exist, and keeps nothing', async () => {
    const [alice] = await app.people('alice')
    expect(await add(alice, newUserId())).toMatchObject({
      changed: false,
      userErrors: [{ code: 'UNAVAILABLE', field: ['userId'] }],
    })
    expect((await page(alice)).totalCount).toBe(0)
  })

  it('needs somebody who is signed in', async () => {
    const [bob] = await app.people('bob')
    for (const [asker, code] of [
      [app.nobody, 'UNAUTHENTICATED'],
      [app.service, 'FORBIDDEN'],
    ] as const) {
      const { errors } = await asker.ask(AddContact, { userId: bob.id })
      expect(errors.map(({ extensions }) => extensions.code)).toEqual([code])
    }
  })

  it('at the same instant from twenty places makes one contact, once', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const answers = await Promise.all(Array.from({ length: 20 }, () => add(alice, bob.id)))
    expect(answers.filter(({ changed }) => changed)).toHaveLength(1)
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([])
    expect((await page(alice)).totalCount).toBe(1)
  })
})

describe('removing a contact', () => {
  it('takes the contact out and says whom', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await add(alice, bob.id)
    expect(await remove(alice, bob.id)).toEqual({
      changed: true,
      user: { id: bob.id },
      contact: { node: { id: bob.id } },
      userErrors: [],
    })
    expect(idsOf(await page(alice))).toEqual([])
  })

  it('succeeds when there was none, or no such person', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    for (const id of [bob.id, newUserId()]) {
      expect(await remove(alice, id)).toEqual({
        changed: false,
        user: { id },
        contact: null,
        userErrors: [],
      })
    }
  })

  it('refuses oneself and what is not a UUID', async () => {
    const [alice] = await app.people('alice')
    expect((await remove(alice, alice.id)).userErrors).toEqual([
      { code: 'SELF', field: ['userId'] },
    ])
    expect((await remove(alice, 'bob')).userErrors).toEqual([
      { code: 'INVALID_INPUT', field: ['userId'] },
    ])
  })

  it('and adding again starts anew', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const first = await add(alice, bob.id)
    await remove(alice, bob.id)
    const second = await add(alice, bob.id)
    expect(second.changed).toBe(true)
    expect(Date.parse(second.contact.addedAt)).toBeGreaterThan(Date.parse(first.contact.addedAt))
  })
})

describe('listing contacts', () => {
  it('is ordered by id and cut at ten unless told otherwise', async () => {
    const { owner, ids } = await ownerOf(12)
    const first = await page(owner)
    expect(idsOf(first)).toEqual(ids.slice(0, 10))
    expect(first.totalCount).toBe(12)
    expect(first.pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: first.edges[0].cursor,
      endCursor: first.edges[9].cursor,
    })
    const second = await page(owner, { after: first.pageInfo.endCursor })
    expect(idsOf(second)).toEqual(ids.slice(10))
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true })
  })

  it('reads zero, less and nothing as ten, and more than fifty as fifty', async () => {
    const { owner } = await ownerOf(52)
    for (const [first, length] of [
      [null, 10],
      [0, 10],
      [-5, 10],
      [1, 1],
      [50, 50],
      [51, 50],
      [1_000_000_000, 50],
    ] as const) {
      expect((await page(owner, { first })).edges, `first: ${String(first)}`).toHaveLength(length)
    }
  })

  it('continues after a contact that has been removed since', async () => {
    const { owner, ids } = await ownerOf(5)
    const first = await page(owner, { first: 2 })
    await remove(owner, ids[1] ?? '')
    const second = await page(owner, { first: 2, after: first.pageInfo.endCursor })
    expect(idsOf(second)).toEqual(ids.slice(2, 4))
  })

  it('has no next page after the last, even when it is full', async () => {
    const { owner, ids } = await ownerOf(4)
    const first = await page(owner, { first: 2 })
    const last = await page(owner, { first: 2, after: first.pageInfo.endCursor })
    expect(idsOf(last)).toEqual(ids.slice(2))
    expect(last.pageInfo.hasNextPage).toBe(false)
  })

  it('of somebody without contacts is empty, without cursors', async () => {
    const [alice] = await app.people('alice')
    expect(await page(alice)).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
      totalCount: 0,
    })
  })

  it('refuses a cursor that this list did not give', async () => {
    const { owner } = await ownerOf(2)
    const { owner: other } = await ownerOf(2)
    const foreign = (await page(other)).pageInfo.endCursor
    for (const after of [
      foreign,
      '',
      'x',
      'bnVsbA',
      Buffer.from('[1,"contacts"]').toString('base64url'),
      Buffer.from(JSON.stringify([1, `contacts:${owner.id}`, 'nobody'])).toString('base64url'),
    ]) {
      const { data, errors } = await owner.ask(Contacts, { after })
      expect(data.viewer.contacts).toBeNull()
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT'])
    }
  })
})

describe('who may read a list of contacts', () => {
  it('its owner; anybody else who sees the person is told no', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await add(alice, bob.id)
    for (const asker of [bob, app.nobody]) {
      const { data, errors } = await asker.ask(ContactsOf, represent(alice.id))
      expect(data._entities).toEqual([{ id: alice.id, contacts: null }])
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN'])
    }
    const own = await alice.ask(ContactsOf, represent(alice.id))
    expect(idsOf(own.data._entities[0].contacts)).toEqual([bob.id])
  })

  it('of somebody who does not exist: it is null, without a word', async () => {
    const [alice] = await app.people('alice')
    const id = newUserId()
    const { data, errors } = await alice.ask(ContactsOf, represent(id))
    expect(data._entities).toEqual([{ id, contacts: null }])
    expect(errors).toEqual([])
  })

  it('a service, anybody’s', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await add(alice, bob.id)
    const absent = newUserId()
    const { data, errors } = await app.service.ask(ContactsOf, represent(alice.id, bob.id, absent))
    expect(errors).toEqual([])
    expect(data._entities).toEqual([
      { id: alice.id, contacts: { edges: [{ node: { id: bob.id } }], totalCount: 1 } },
      { id: bob.id, contacts: { edges: [], totalCount: 0 } },
      { id: absent, contacts: null },
    ])
  })
})

describe('what it costs', () => {
  it('one contact or fifty: the same statements', async () => {
    const one = await ownerOf(1)
    const fifty = await ownerOf(50)
    const few = await one.owner.ask(Contacts, { first: 50 })
    const many = await fifty.owner.ask(Contacts, { first: 50 })
    expect(many.data.viewer.contacts.edges).toHaveLength(50)
    expect(many.statements).toEqual(['contacts.pages', 'contacts.count'])
    expect(few.statements).toEqual(many.statements)
  })

  it('the contacts of one person or of a hundred: the same statements', async () => {
    const people = await app.people(
      ...Array.from({ length: 100 }, (_, index) => `person ${String(index)}`),
    )
    const ids = people.map(({ id }) => id)
    const one = await app.service.ask(ContactsOf, represent(...ids.slice(0, 1)))
    const hundred = await app.service.ask(ContactsOf, represent(...ids))
    expect(hundred.data._entities).toHaveLength(100)
    expect(hundred.statements).toEqual(['contacts.pages', 'contacts.count'])
    expect(one.statements).toEqual(hundred.statements)
  })

  it('a change: its rate limit and the state when adding, the lock, and one statement', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    expect((await alice.ask(AddContact, { userId: bob.id })).statements).toEqual([
      'rateLimits.reserve',
      'pairs.lock',
      'pairs.states',
      'contacts.upsert',
    ])
    expect((await alice.ask(RemoveContact, { userId: bob.id })).statements).toEqual([
      'pairs.lock',
      'contacts.delete',
    ])
  })
})

describe('removing a contact who is hidden', () => {
  it('takes them away, as if nobody had been there, and writes as much as if nobody had', async () => {
    const [alice, mallory] = await app.people('alice', 'mallory')
    await add(alice, mallory.id)
    await mallory.ask('mutation ($id: ID!) { blockUser(userId: $id) { changed } }', {
      id: alice.id,
    })
    const stamp = async () => {
      const { rows } = await app.admin.query<{ id: string }>(
        `select id from quota_uses where user_id = $1 and action = 'removeContact'`,
        [alice.id],
      )
      return rows.map(({ id }) => id)
    }
    const unknown = newUserId()
    const absent = await alice.ask(RemoveContact, { userId: unknown })
    const before = await stamp()
    const hidden = await alice.ask(RemoveContact, { userId: mallory.id })
    const after = await stamp()
    expect(hidden.body.replaceAll(mallory.id, 'ID')).toBe(absent.body.replaceAll(unknown, 'ID'))
    expect(hidden.statements).toEqual(absent.statements)
    // One row, made anew each time: the commit has something to write in both cases.
    expect([before.length, after.length]).toEqual([1, 1])
    expect(after).not.toEqual(before)
    await mallory.ask('mutation ($id: ID!) { unblockUser(userId: $id) { changed } }', {
      id: alice.id,
    })
    expect(idsOf(await page(alice))).toEqual([])
  })
})

describe('what is read after a change', () => {
  it('is never older than the change, within one document', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const { data } = await alice.ask(
      `mutation ($bob: ID!, $carol: ID!) {
        one: addContact(userId: $bob) { contact { node { id contacts { totalCount } } } }
        two: addContact(userId: $carol) { changed }
        three: removeContact(userId: $bob) { changed }
      }`,
      { bob: bob.id, carol: carol.id },
    )
    expect(data.two.changed).toBe(true)
    expect(data.three.changed).toBe(true)
    expect(idsOf(await page(alice))).toEqual([carol.id])
  })
})
