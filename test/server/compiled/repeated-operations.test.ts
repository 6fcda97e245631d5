import { describe, expect, it } from 'vitest'
import { readExamples } from '../../../src/dev/explorer/examples.ts'
import { gamesContent } from '../../support/content.ts'
import {
  type Answer,
  type Asker,
  gatewaySecret,
  openTestService,
} from '../../support/test-service.ts'
import { befriend, verbs } from '../../support/verbs.ts'

// One connection: whoever held it and waited for another would wait for ever.
const app = await openTestService({ DATABASE_POOL_SIZE: '1', CONTENT: gamesContent })

/** An operation is compiled when it comes for the second time, if it is one that can be. */
const times = 5

/**
 * What the same question is answered each time. Ids of unexpected errors are new each time, and
 * nothing else may be.
 */
async function askOften(asker: Asker, document: string, variables = {}): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let time = 0; time < times; time++) answers.push(await asker.ask(document, variables))
  return answers
}

const alike = (answers: readonly Answer[]) =>
  new Set(answers.map(({ status, body }) => `${status} ${body.replace(/"errorId":"[^"]+"/, '')}`))

async function somePeople() {
  const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
  await befriend(alice, bob)
  await verbs.addContact(alice, carol)
  await verbs.requestFriend(carol, alice)
  await verbs.blockUser(dave, alice)
  const people = [bob, carol, dave, alice, app.stranger('nobody')]
  const representations = people.map(({ id }) => ({ __typename: 'User', id }))
  return { alice, bob, dave, representations }
}

const person = 'username profile { displayName sportPreferences }'
const relationship =
  'relationship { isContact isBlocking friendshipLevel friendsSince mutualFriendCount can(action: FOLLOW) { allowed reason } }'

/** Documents of every kind, and how each is asked: alike each time, errors and all. */
const questions: Readonly<Record<string, { document: string; variables?: object }>> = {
  lists: {
    document: `{ viewer { friends { edges { cursor since node { id ${person} } } pageInfo { endCursor } totalCount } contacts { edges { node { id ${person} ${relationship} } } } } }`,
  },
  'fragments, aliases and type names': {
    document: `query { me: viewer { __typename ...Lists } } fragment Lists on User { a: contacts(first: 1) { totalCount } b: contacts(first: 2) { ... { edges { node { ...Card } } } } } fragment Card on User { ${person} }`,
  },
  entities: {
    document: `query ($people: [_Any!]!) { _entities(representations: $people) { __typename ... on User { id ${person} ${relationship} followers { totalCount edges { node { id } } } } } }`,
  },
  'entities that are none': {
    document:
      'query ($people: [_Any!]!) { _entities(representations: $people) { ... on User { id } } }',
    variables: {
      people: [
        { __typename: 'User', id: 'x' },
        { __typename: 'Nothing' },
        7,
        null,
        { __typename: 'FriendRequest', id: 'x' },
      ],
    },
  },
  "a field that is its owner's": {
    document:
      'query ($people: [_Any!]!) { _entities(representations: $people) { ... on User { id contacts { totalCount } blocks { edges { cursor } } } } }',
  },
  'a bad cursor': {
    document: '{ viewer { id friends(after: "page 2") { totalCount } contacts { totalCount } } }',
  },
  'conditions on fields': {
    document:
      'query ($with: Boolean!) { viewer { id @skip(if: $with) contacts @include(if: $with) { totalCount } friends @include(if: true) { totalCount } } }',
    variables: { with: true },
  },
  'a variable of another type': {
    document: 'query ($first: Int) { viewer { contacts(first: $first) { totalCount } } }',
    variables: { first: 'ten' },
  },
  'a page that is too long': {
    document: 'query ($first: Int) { viewer { friends(first: $first) { totalCount } } }',
    variables: { first: 1_000 },
  },
  'a list that could hold too much': {
    document:
      'query ($first: Int) { viewer { following(first: $first) { edges { node { following(first: $first) { edges { node { followers(first: $first) { edges { cursor } } } } } } } } } }',
    variables: { first: 100 },
  },
  'a mutation that changes nothing': {
    document:
      'mutation ($id: ID!) { removeContact(userId: $id) { changed contact { addedAt } relationship { isContact } user { id } userErrors { code message field } } }',
    variables: { id: '99999999-9999-4999-8999-999999999999' },
  },
  'a refusal': {
    document:
      'mutation { requestFriend(userId: "x") { changed request { id } relationship { isContact } userErrors { code message field retryAt } } }',
  },
  'what only services may': {
    document: 'query { hiddenFrom(userId: "99999999-9999-4999-8999-999999999999") { totalCount } }',
  },
}

describe('an operation that comes again and again', () => {
  it.each(Object.entries(questions))(
    'is answered as the first time, byte for byte: %s',
    async (_name, { document, variables }) => {
      const { alice, representations } = await somePeople()
      for (const asker of [alice, app.nobody, app.service]) {
        const answers = await askOften(asker, document, variables ?? { people: representations })
        expect([...alike(answers)]).toHaveLength(1)
      }
    },
  )

  it('is answered as the first time, byte for byte: what the explorer shows', async () => {
    const { alice } = await somePeople()
    for (const { document, via } of await readExamples()) {
      if (via === 'gateway' || document.includes('mutation')) continue
      expect([...alike(await askOften(alice, document))]).toHaveLength(1)
    }
  })

  it('is answered in the kind that its client accepts', async () => {
    const { alice } = await somePeople()
    for (const accept of [
      'application/json',
      'application/graphql-response+json',
      '*/*',
      'text/html',
    ]) {
      const kinds = new Set<unknown>()
      for (let time = 0; time < times; time++) {
        const { statusCode, headers } = await app.server.app.inject({
          method: 'POST',
          url: '/graphql',
          headers: {
            'x-gateway-secret': gatewaySecret,
            accept,
            authorization: `Bearer ${await alice.token()}`,
          },
          payload: { query: '{ viewer { id } }' },
        })
        kinds.add([statusCode, headers['content-type'], headers['cache-control']].join())
      }
      expect([...kinds]).toHaveLength(1)
    }
  })

  it('is answered to each for themselves', async () => {
    const { alice, bob } = await somePeople()
    const document = '{ viewer { id friends { totalCount } } }'
    for (let time = 0; time < times; time++) {
      for (const asker of [alice, bob])
        expect((await asker.ask(document)).data.viewer.id).toBe(asker.id)
      expect((await app.nobody.ask(document)).data.viewer).toBeNull()
    }
  })

  it('changes one thing after the other', async () => {
    const { alice, bob } = await somePeople()
    const document = `mutation ($id: ID!) {
      a: addContact(userId: $id) { changed } b: removeContact(userId: $id) { changed }
      c: removeContact(userId: $id) { changed } d: addContact(userId: $id) { changed } e: removeContact(userId: $id) { changed }
    }`
    const answers = await askOften(alice, document, { id: bob.id })
    expect([...alike(answers)]).toHaveLength(1)
    expect(
      Object.values(answers.at(-1)?.data).map(
        (payload) => (payload as { changed: boolean }).changed,
      ),
    ).toEqual([true, true, false, true, true])
  })

  it('is read anew each time', async () => {
    const { alice, dave } = await somePeople()
    const document = '{ viewer { contacts { totalCount edges { node { id } } } } }'
    const [before] = (await askOften(alice, document)).slice(-1)
    const [eve] = await app.people('eve')
    await verbs.addContact(alice, eve)
    expect(before?.data.viewer.contacts.totalCount).toBe(1)
    expect((await alice.ask(document)).data.viewer.contacts.totalCount).toBe(2)
    expect((await dave.ask(document)).data.viewer.contacts.totalCount).toBe(0)
  })

  it('hides unexpected errors as the first time', async () => {
    const { alice } = await somePeople()
    await app.admin.query('alter table user_contacts rename to contacts_of_users')
    const answers = await askOften(
      alice,
      '{ viewer { id contacts { edges { cursor } } } }',
    ).finally(() => app.admin.query('alter table contacts_of_users rename to user_contacts'))
    expect([...alike(answers)]).toHaveLength(1)
    expect(answers.at(-1)?.errors[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR')
    expect(answers.at(-1)?.body).not.toContain('user_contacts')
  })

  it('is refused for what its variables ask too much, as the first time', async () => {
    const { alice } = await somePeople()
    const document = `query ($first: Int) { viewer { following(first: $first) { edges { node {
      following(first: $first) { edges { node { followers(first: $first) { edges { cursor } } } } } } } } } }`
    const before = await alice.ask(document, { first: 100 })
    await askOften(alice, document, { first: 2 })
    const after = await alice.ask(document, { first: 100 })
    expect([after.status, after.body]).toEqual([before.status, before.body])
    expect(after.errors[0]?.extensions.code).toBe('BAD_USER_INPUT')
  })

  it('is right when it sends more statements than it did so far', async () => {
    const { alice, representations } = await somePeople()
    const document =
      'query ($people: [_Any!]!, $more: Boolean!) { _entities(representations: $people) { ... on User { id username followers @include(if: $more) { totalCount } } } }'
    await askOften(alice, document, { people: representations, more: false })
    const { data, errors } = await alice.ask(document, { people: representations, more: true })
    expect(errors).toEqual([])
    expect(data._entities[0].followers).toEqual({ totalCount: 0 })
  })
})
