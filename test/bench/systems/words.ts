import type { QuestionName } from '../options.ts'
import type { Input } from '../questions.ts'

/** How one system is asked, and what its answer says, in a form that is the same for all. */
export interface Words {
  body(input: Input): object
  facts(data: Answered, input: Input): unknown
}

// An answer has the shape that was asked for.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Answered = any

const card = 'id username profile { displayName avatarUrl bio city region sportPreferences }'
const page = 'pageInfo { hasNextPage endCursor }'

export const documents: Readonly<Record<QuestionName, string>> = {
  Q1: `query Friends { viewer { friends(first: 20) { edges { level since node { ${card} } } ${page} } } }`,
  Q2: `query Entities($people: [_Any!]!) { _entities(representations: $people) { ... on User {
    ${card} relationship { isContact isFollowing isFollowedBy isBlocking friendshipLevel friendsSince } } } }`,
  Q3: `query Home { viewer {
    contacts(first: 20) { edges { addedAt node { ${card} } } ${page} }
    friends(first: 20, orderBy: CLOSE_FIRST) { edges { level since node { ${card} } } ${page} }
    incoming: requests(direction: INCOMING, status: PENDING) { totalCount }
    outgoing: requests(direction: OUTGOING, status: PENDING) { totalCount }
    blocks { totalCount }
  } }`,
  Q4: `query Suggestions { viewer { suggestions(first: 25) { edges { score reasons { kind count } node { ${card}
    relationship { isContact isFollowing isFollowedBy isBlocking friendshipLevel friendsSince } } } ${page} } } }`,
  Q5: `query Followers($people: [_Any!]!) { _entities(representations: $people) { ... on User {
    followers(first: 20) { edges { since node { id } } totalCount ${page} } } } }`,
}

/**
 * The words of our own schema, which the naive server shares; the hand-written one answers in the
 * same shape.
 */
export const ourWords: Readonly<Record<QuestionName, Words>> = {
  Q1: { body: alone('Q1'), facts: ({ viewer }) => friends(viewer.friends) },
  Q2: { body: entities('Q2'), facts: ({ _entities }) => _entities.map(standing) },
  Q3: {
    body: alone('Q3'),
    facts: ({ viewer }) => ({
      contacts: viewer.contacts.edges.map(({ addedAt, node }: Answered) => [addedAt, cardOf(node)]),
      moreContacts: viewer.contacts.pageInfo.hasNextPage,
      friends: friends(viewer.friends),
      incoming: viewer.incoming.totalCount,
      outgoing: viewer.outgoing.totalCount,
      blocks: viewer.blocks.totalCount,
    }),
  },
  Q4: {
    body: alone('Q4'),
    facts: ({ viewer }) => ({
      suggestions: viewer.suggestions.edges.map(({ score, reasons, node }: Answered) => [
        score,
        reasons,
        standing(node),
      ]),
      more: viewer.suggestions.pageInfo.hasNextPage,
    }),
  },
  Q5: {
    body: entities('Q5'),
    facts: ({ _entities }) => ({
      followers: _entities[0].followers.edges.map(({ since, node }: Answered) => [since, node.id]),
      more: _entities[0].followers.pageInfo.hasNextPage,
      count: _entities[0].followers.totalCount,
    }),
  },
}

function alone(question: QuestionName) {
  return () => ({ query: documents[question], variables: {} })
}

function entities(question: QuestionName) {
  return ({ people }: Input) => ({
    query: documents[question],
    variables: { people: people.map((id) => ({ __typename: 'User', id })) },
  })
}

function friends({ edges, pageInfo }: Answered) {
  return {
    friends: edges.map(({ level, since, node }: Answered) => [level, since, cardOf(node)]),
    more: pageInfo.hasNextPage,
  }
}

function cardOf({ id, username, profile }: Answered) {
  return { id, username, profile: profile && { ...profile } }
}

function standing(person: Answered) {
  return { ...cardOf(person), relationship: person.relationship && { ...person.relationship } }
}
