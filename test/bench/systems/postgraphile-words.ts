import { reasonsOf } from '../../../src/modules/suggestions/rules.ts'
import type { QuestionName } from '../options.ts'
import type { Input } from '../questions.ts'
import type { Answered, Words } from './words.ts'

const profile = 'displayName avatarUrl bio city region sportPreferences'
const card = `rowId username introduced ${profile}`
const page = 'pageInfo { hasNextPage endCursor }'

const documents: Readonly<Record<QuestionName, string>> = {
  Q1: `query Friends($me: UUID!) {
    allBenchFriends(condition: { userId: $me }, orderBy: [CREATED_AT_DESC, FRIEND_ID_DESC], first: 20) {
      nodes { friendId friendshipLevel createdAt benchCardByFriendId { ${card} } } ${page}
    } }`,
  Q2: `query Entities($people: [UUID!]!) {
    userSummaries(people: $people) { nodes { person username introduced ${profile} } }
    myPairSummaries(others: $people) {
      nodes { other present blocks isContact follows followedBy friendshipLevel friendsSince }
    } }`,
  Q3: `query Home($me: UUID!) {
    allBenchContacts(condition: { ownerUserId: $me }, orderBy: CONTACT_USER_ID_ASC, first: 20) {
      nodes { createdAt benchCardByContactUserId { ${card} } } ${page}
    }
    allBenchFriends(condition: { userId: $me }, orderBy: [FRIENDSHIP_LEVEL_ASC, CREATED_AT_DESC, FRIEND_ID_DESC], first: 20) {
      nodes { friendId friendshipLevel createdAt benchCardByFriendId { ${card} } } ${page}
    }
    incoming: allBenchOpenRequests(condition: { targetUserId: $me, quiet: false }) { totalCount }
    outgoing: allBenchOpenRequests(condition: { requesterUserId: $me }) { totalCount }
    allBenchStandingBlocks(condition: { blockerUserId: $me }) { totalCount }
  }`,
  Q4: `query Suggestions {
    benchSuggestedPeople { nodes {
      candidate score friendCount followCount gameCount sportCount placeShare username introduced ${profile}
      isContact follows followedBy blocks friendshipLevel friendsSince
    } } }`,
  Q5: `query Followers($people: [UUID!]!, $followed: UUID!) {
    allBenchFollowers(condition: { targetUserId: $followed }, orderBy: [CREATED_AT_DESC, FOLLOWER_USER_ID_DESC], first: 20) {
      nodes { followerUserId createdAt } ${page}
    }
    countFollowers(owners: $people) { nodes { count } }
  }`,
}

/** What PostGraphile makes of the tables, and of the views and functions beside them. */
export const postgraphileWords: Readonly<Record<QuestionName, Words>> = {
  Q1: {
    body: asks('Q1'),
    facts: ({ allBenchFriends }) => friends(allBenchFriends),
  },
  Q2: {
    body: asks('Q2'),
    facts: ({ userSummaries, myPairSummaries }, { people, viewer }) => {
      const known = new Map<string, Answered>(
        userSummaries.nodes.map((one: Answered) => [one.person, one]),
      )
      const ties = new Map<string, Answered>(
        myPairSummaries.nodes.map((one: Answered) => [one.other, one]),
      )
      return people.map((id) => ({
        ...cardOf({ ...known.get(id), rowId: id }),
        relationship: id === viewer ? null : relationship(ties.get(id)),
      }))
    },
  },
  Q3: {
    body: asks('Q3'),
    facts: (data) => ({
      contacts: data.allBenchContacts.nodes.map((one: Answered) => [
        moment(one.createdAt),
        cardOf(one.benchCardByContactUserId),
      ]),
      moreContacts: data.allBenchContacts.pageInfo.hasNextPage,
      friends: friends(data.allBenchFriends),
      incoming: data.incoming.totalCount,
      outgoing: data.outgoing.totalCount,
      blocks: data.allBenchStandingBlocks.totalCount,
    }),
  },
  Q4: {
    body: () => ({ query: documents.Q4, variables: {} }),
    facts: ({ benchSuggestedPeople: { nodes } }) => ({
      suggestions: nodes.slice(0, 25).map((one: Answered) => [
        one.score,
        reasonsOf(one),
        {
          ...cardOf({ ...one, rowId: one.candidate }),
          relationship: relationship({ ...one, present: true }),
        },
      ]),
      more: nodes.length > 25,
    }),
  },
  Q5: {
    body: ({ people }) => ({
      query: documents.Q5,
      variables: { people, followed: people[0] },
    }),
    facts: ({ allBenchFollowers, countFollowers }) => ({
      followers: allBenchFollowers.nodes.map(({ createdAt, followerUserId }: Answered) => [
        moment(createdAt),
        followerUserId,
      ]),
      more: allBenchFollowers.pageInfo.hasNextPage,
      count: countFollowers.nodes[0].count,
    }),
  },
}

function asks(question: QuestionName) {
  return ({ viewer, people }: Input) => ({
    query: documents[question],
    variables: people.length === 0 ? { me: viewer } : { people },
  })
}

function friends({ nodes, pageInfo }: Answered) {
  return {
    friends: nodes.map((one: Answered) => [
      one.friendshipLevel.toUpperCase(),
      moment(one.createdAt),
      cardOf(one.benchCardByFriendId),
    ]),
    more: pageInfo.hasNextPage,
  }
}

function cardOf(one: Answered) {
  const { displayName, avatarUrl, bio, city, region, sportPreferences } = one
  return {
    id: one.rowId,
    username: one.username ?? null,
    profile:
      one.introduced === true
        ? { displayName, avatarUrl, bio, city, region, sportPreferences }
        : null,
  }
}

function relationship(tie: Answered) {
  const between = tie.present && !tie.blocks
  return {
    isContact: between && tie.isContact,
    isFollowing: between && tie.follows,
    isFollowedBy: between && tie.followedBy,
    isBlocking: tie.blocks,
    friendshipLevel: between ? (tie.friendshipLevel?.toUpperCase() ?? null) : null,
    friendsSince: between ? moment(tie.friendsSince) : null,
  }
}

const moment = (text: string | null) => (text === null ? null : new Date(text).toISOString())
