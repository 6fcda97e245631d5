import { execute, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { Activity } from '../../../src/modules/presence/activity.ts'
import { Context } from '../../../src/server/context.ts'
import { outgoingErrors } from '../../../src/server/outgoing-errors.ts'
import { buildSchema } from '../../../src/server/schema.ts'
import { gamesContent, withGames } from '../../support/content.ts'
import {
  type Answer,
  gatewaySecret,
  openTestService,
  type Person,
} from '../../support/test-service.ts'
import { befriend, verbs } from '../../support/verbs.ts'

// Production answers as graphql-js does, however often the same document comes and whoever sends
// it.

const app = await openTestService({ NODE_ENV: 'production', CONTENT: gamesContent })
const schema = buildSchema(withGames)
const activity = new Activity(app.server.database, () => undefined)
const format = outgoingErrors(() => undefined)

/** What graphql-js answers this person, as text, with the masking that every answer has. */
async function byGraphqlJs(person: Person, document: string, variables: object): Promise<string> {
  const session = app.server.database.as({ kind: 'viewer', userId: person.id })
  const context = new Context(session, 'test', app.config, '127.0.0.1', activity)
  const { data, errors } = await execute({
    schema,
    document: parse(document),
    contextValue: context,
    variableValues: { ...variables },
  })
  await session.finish()
  return `${JSON.stringify({ errors: errors?.map((error) => format(error.toJSON(), error)), data })}\n`
}

async function askFourTimes(person: Person, document: string, variables: object) {
  const answers: Answer[] = []
  for (let time = 0; time < 4; time++) answers.push(await person.ask(document, { ...variables }))
  return answers
}

async function somePeople() {
  const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
  await befriend(alice, bob)
  await verbs.addContact(alice, carol)
  await verbs.addContact(bob, dave)
  await verbs.requestFriend(carol, alice)
  await verbs.requestFriend(carol, bob)
  await verbs.blockUser(alice, dave)
  await verbs.blockUser(bob, carol)
  return { alice, bob, carol, dave }
}

type People = Awaited<ReturnType<typeof somePeople>>

interface Question {
  readonly document: string
  readonly variables?: (people: People) => object
}

const conditional = 'fragment G on User { username profile { displayName } }'
const questions: Readonly<Record<string, Question>> = {
  'a variable that is left out inside an input literal is a field that is left out': {
    document:
      'mutation ($bio: String, $city: String) { updateProfile(profile: { bio: $bio, city: $city }) { profile { bio city } userErrors { code } } }',
    variables: () => ({ bio: 'Runs.' }),
  },
  'an input literal of which nothing is given': {
    document:
      'mutation ($d: Boolean) { updatePrivacySettings(settings: { discoverable: $d }) { privacySettings { discoverable } userErrors { code } } }',
  },
  'a variable inside a representation': {
    document:
      'query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { id relationship { isContact } } } }',
    variables: ({ carol }) => ({ id: carol.id }),
  },
  'a variable inside a representation that is left out': {
    document:
      'query ($id: ID) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { id } } }',
  },
  'a variable inside a list of ids': {
    document: 'query ($id: ID!) { relationships(userIds: [$id]) { isContact isBlocking } }',
    variables: ({ carol }) => ({ id: carol.id }),
  },
  'a fragment that is left out in one place and shown in another': {
    document: `query ($o: Boolean!) { viewer { id ...G @skip(if: $o) contacts(first: 1) { edges { node { ...G } } } } } ${conditional}`,
    variables: () => ({ o: true }),
  },
  'the same among entities': {
    document: `query ($o: Boolean!, $people: [_Any!]!) {
      one: _entities(representations: $people) { ...G @include(if: $o) __typename }
      two: _entities(representations: $people) { ...G }
    } ${conditional}`,
    variables: ({ bob, carol }) => ({
      o: false,
      people: [bob, carol].map(({ id }) => ({ __typename: 'User', id })),
    }),
  },
  'the same in a relationship': {
    document: `query ($o: Boolean!, $ids: [ID!]!) {
      relationships(userIds: $ids) { ...R @skip(if: $o) friendshipLevel user { relationship { ...R } } }
    } fragment R on Relationship { isContact isBlocking }`,
    variables: ({ carol, dave }) => ({ o: true, ids: [carol.id, dave.id] }),
  },
  'the same in a payload': {
    document: `mutation ($o: Boolean!, $id: ID!) {
      addContact(userId: $id) { user { ...G @skip(if: $o) id } contact { node { ...G } } changed @include(if: false) }
    } ${conditional}`,
    variables: ({ carol }) => ({ o: true, id: carol.id }),
  },
  'a required variable with a default that is left out': {
    document: 'query ($n: Int! = 2) { viewer { friends(first: $n) { edges { node { id } } } } }',
  },
  'a default of a list': {
    document:
      'query ($ids: [ID!]! = ["99999999-9999-4999-8999-999999999999"]) { relationships(userIds: $ids) { isContact } }',
  },
  'an odd id, and one’s own, among others': {
    document:
      'query ($ids: [ID!]!) { relationships(userIds: $ids) { id isContact canFollow user { username } } }',
    variables: ({ alice, bob, carol }) => ({ ids: [carol.id, 'odd', alice.id, bob.id, ''] }),
  },
  'a default of a moment': {
    document:
      'mutation ($id: ID!, $at: DateTime! = "2031-05-06T07:08:09Z") { blockUser(userId: $id, expiresAt: $at) { block { expiresAt } userErrors { code } } }',
    variables: ({ carol }) => ({ id: carol.id }),
  },
  'a count, and the list if it is wanted': {
    document: `query ($list: Boolean!) {
      one: viewer { ...Count contacts @skip(if: $list) { edges { node { id } } } }
      two: viewer { ...Count contacts @include(if: $list) { edges { node { id } } } }
    } fragment Count on User { contacts { totalCount } }`,
    variables: () => ({ list: true }),
  },
  'a relationship in one place and what may be asked in another': {
    document: `query ($ids: [ID!]!) {
      plain: relationships(userIds: $ids) { ...R }
      whole: relationships(userIds: $ids) { ...R user { relationship { ...R can(action: FOLLOW) { allowed } incomingRequest { status } } } }
    } fragment R on Relationship { isContact user { relationship { isFollowing } } }`,
    variables: ({ carol, dave }) => ({ ids: [carol.id, dave.id] }),
  },
}

describe('an operation in production, sent four times by each of two people', () => {
  it.each(Object.entries(questions))(
    'is answered as graphql-js answers it: %s',
    async (_name, { document, variables = () => ({}) }) => {
      const people = await somePeople()
      const given = variables(people)
      for (const person of [people.alice, people.bob]) {
        await person.ask('mutation { updateProfile(profile: { city: "Oslo" }) { changed } }')
        const answers = await askFourTimes(person, document, given)
        const right = await byGraphqlJs(person, document, given)
        expect(answers.map(({ body }) => body)).toEqual(Array(4).fill(right))
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
      }
    },
  )

  it.each([
    ['contacts', '(first: 5)'],
    ['blocks', '(first: 5)'],
    ['requests', '(direction: INCOMING)'],
  ])(
    'has the %s of a list whose length is asked elsewhere by the same fragment',
    async (list, page) => {
      const { alice, bob } = await somePeople()
      const document = `query {
      count: viewer { ...Count }
      list: viewer { ...Count ${list}${page} { edges { cursor } } }
    } fragment Count on User { ${list}${page} { totalCount } }`
      for (const person of [alice, bob]) {
        for (const { data } of await askFourTimes(person, document, {})) {
          expect(data.count[list].totalCount).toBeGreaterThan(0)
          expect(data.list[list].edges).toHaveLength(data.count[list].totalCount)
        }
      }
    },
  )

  it('keeps what an input left out, every time', async () => {
    const { alice } = await somePeople()
    await alice.ask('mutation { updateProfile(profile: { city: "Oslo" }) { changed } }')
    const document =
      'mutation ($bio: String, $city: String) { updateProfile(profile: { bio: $bio, city: $city }) { profile { city } } }'
    await askFourTimes(alice, document, { bio: 'Runs.' })
    const { data } = await alice.ask('{ viewer { profile { bio city } } }')
    expect(data.viewer.profile).toEqual({ bio: 'Runs.', city: 'Oslo' })
  })

  it('is refused every time for a null where a default would have stood', async () => {
    const { alice, bob } = await somePeople()
    const document = 'query ($u: String = "x") { userByUsername(username: $u) { id } }'
    for (const person of [alice, bob]) {
      const answers = await askFourTimes(person, document, { u: null })
      expect(new Set(answers.map(({ status, body }) => `${status} ${body}`)).size).toBe(1)
      expect(answers[3]?.status).toBe(400)
      expect(answers[3]?.errors[0]?.extensions.code).toBe('BAD_USER_INPUT')
    }
  })

  it('is found by its name only, whatever stands in a comment of its document', async () => {
    const { alice } = await somePeople()
    const ask = async (query: string, operationName?: string) => {
      const { statusCode } = await app.server.app.inject({
        method: 'POST',
        url: '/graphql',
        headers: {
          'x-gateway-secret': gatewaySecret,
          authorization: `Bearer ${await alice.token()}`,
        },
        payload: { query, operationName },
      })
      return statusCode
    }
    for (let time = 0; time < 4; time++)
      expect(await ask('query A { viewer { id } }#Zed')).toBe(200)
    for (let time = 0; time < 4; time++)
      expect(await ask('query A { viewer { id } }', 'Zed')).toBe(400)
  })
})
