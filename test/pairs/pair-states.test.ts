import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { keepsInvariants } from '../support/invariants.ts'
import {
  answerRanOut,
  otherSide,
  type Outcome,
  type Pair,
  personRules,
  ranOutSeenBy,
  reachablePairs,
  reasonAgainst,
  type RequestKind,
  requestRules,
  seenBy,
  type Side,
  strangersPair,
} from '../support/pair-model.ts'
import { openTestService, type Person } from '../support/test-service.ts'
import { befriend, codeOf, relationshipOf, requests, type Verb, verbs } from '../support/verbs.ts'

// A person here does hundreds of things a minute on behalf of the table; nobody is the same person
// twice.
const app = await openTestService()
keepsInvariants(app)

/** One verb, by one side, out of one state, and what the rules say of it. */
interface Case {
  readonly pair: Pair
  readonly side: Side
  readonly verb: Verb
  /** Which request a verb is about; null for the verbs towards a person. */
  readonly kind: RequestKind | 'ranOut' | null
  readonly expected: Outcome
}

type Cast = Record<Side, Person> & { readonly requestId: string; readonly ranOutId: string }

const sides: Side[] = ['a', 'b']

function casesOf(pair: Pair): Case[] {
  const kind: RequestKind | null =
    pair.friend !== null ? 'friend' : pair.close !== null ? 'close' : null
  return sides.flatMap((side) => [
    ...Object.entries(personRules).map(([verb, rule]) => ({
      pair,
      side,
      verb: verb as Verb,
      kind: null,
      expected: rule(pair, side),
    })),
    ...(kind === null
      ? []
      : Object.entries(requestRules).map(([verb, rule]) => ({
          pair,
          side,
          verb: verb as Verb,
          kind,
          expected: rule(pair, side, kind),
        }))),
    ...(pair.ranOut === null
      ? []
      : (Object.keys(requestRules) as (keyof typeof requestRules)[]).map((verb) => ({
          pair,
          side,
          verb,
          kind: 'ranOut' as const,
          expected: answerRanOut(pair, side, verb),
        }))),
  ])
}

/**
 * Puts two new people into each of these states, by rows: many at once, because there are
 * thousands.
 */
async function enact(pairs: readonly Pair[]): Promise<Cast[]> {
  const people = await app.people(...pairs.flatMap(() => ['a', 'b']))
  const casts = pairs.flatMap((pair, place) => {
    const [a, b] = people.slice(2 * place)
    if (a === undefined || b === undefined) return []
    return { pair, cast: { a, b, requestId: randomUUID(), ranOutId: randomUUID() } }
  })
  const ids = (cast: Cast, side: Side) => [cast[side].id, cast[otherSide(side)].id]
  const whose = (of: 'contact' | 'follow' | 'block') =>
    casts.flatMap(({ pair, cast }) =>
      sides.filter((side) => pair[of][side]).map((side) => ids(cast, side)),
    )
  await insert('user_contacts (owner_user_id, contact_user_id)', whose('contact'))
  await insert('user_follows (follower_user_id, target_user_id)', whose('follow'))
  await insert('user_blocks (blocker_user_id, blocked_user_id)', whose('block'))
  const friends = casts.flatMap(({ pair: { level }, cast }) =>
    level === null ? [] : sides.map((side) => [...ids(cast, side), level.toLowerCase()]),
  )
  await insert('user_friends (user_id, friend_id, friendship_level)', friends)
  const open = casts.flatMap(({ pair, cast }) => {
    const asked = pair.friend ?? pair.close
    if (asked === null) return []
    const level = pair.friend === null ? 'close' : 'friend'
    const status = asked.declined ? 'rejected' : 'pending'
    return [[cast.requestId, ...ids(cast, asked.by), level, status]]
  })
  await insert(
    'user_friend_requests (id, requester_user_id, target_user_id, friendship_level, status, responded_at, expires_at)',
    open,
    (status) => `, case ${status} when 'rejected' then now() end, now() + interval '1 day'`,
  )
  const ranOut = casts.flatMap(({ pair, cast }) => {
    if (pair.ranOut === null) return []
    // Asking again has put an unanswered one away; a declined one keeps its state.
    const unanswered = pair[pair.ranOut.kind] === null ? 'pending' : 'expired'
    const status = pair.ranOut.declined ? 'rejected' : unanswered
    return [[cast.ranOutId, ...ids(cast, 'a'), pair.ranOut.kind, status]]
  })
  await insert(
    'user_friend_requests (id, requester_user_id, target_user_id, friendship_level, status, responded_at, created_at, expires_at)',
    ranOut,
    (status) =>
      `, case ${status} when 'rejected' then now() - interval '2 days' end, now() - interval '31 days', now() - interval '1 day'`,
  )
  return casts.map(({ cast }) => cast)
}

/**
 * Adds rows to a table.
 * @param more what each row has besides, by how its last value is called
 */
async function insert(
  table: string,
  rows: readonly (readonly string[])[],
  more: (last: string) => string = () => '',
): Promise<void> {
  if (rows.length === 0) return
  const values = rows.map((row, place) => {
    const names = row.map((_value, column) => `$${place * row.length + column + 1}`)
    return `(${names.join(', ')}${more(names.at(-1) ?? '')})`
  })
  await app.admin.query(`insert into ${table} values ${values.join(', ')}`, rows.flat())
}

/** Each state with two people who are in it. */
async function enactAll<Of>(cases: readonly Of[], pairOf: (one: Of) => Pair) {
  const enacted: (readonly [Of, Cast])[] = []
  for (let place = 0; place < cases.length; place += 40) {
    const some = cases.slice(place, place + 40)
    const casts = await enact(some.map(pairOf))
    enacted.push(...some.map((one, index) => [one, casts[index]] as [Of, Cast]))
  }
  return enacted
}

const itself = (pair: Pair) => pair

/** How each side finds the request that has run out in the list that it belongs to. */
async function readRanOut({ a, b, ranOutId }: Cast) {
  const stateIn = async (person: Person, direction: string) => {
    const { edges } = await requests(person, { direction })
    const nodes = edges.map(({ node }: { node: { id: string; status: string } }) => node)
    return nodes.find(({ id }: { id: string }) => id === ranOutId)?.status ?? null
  }
  return { a: await stateIn(a, 'OUTGOING'), b: await stateIn(b, 'INCOMING') }
}

async function tryOut({ pair, side, verb, kind, expected }: Case, cast: Cast): Promise<void> {
  const actor = cast[side]
  const payload = await verbs[verb](
    actor,
    kind === null
      ? cast[otherSide(side)]
      : { id: kind === 'ranOut' ? cast.ranOutId : cast.requestId },
  )
  const found = {
    code: codeOf(payload),
    changed: payload.changed,
    a: await relationshipOf(cast.a, cast.b),
    b: await relationshipOf(cast.b, cast.a),
    ranOut: pair.ranOut && (await readRanOut(cast)),
  }
  expect(found, `${side} ${verb} out of ${JSON.stringify(pair)}`).toEqual({
    code: expected.code,
    changed: expected.changed,
    a: seenBy(expected.after, 'a'),
    b: seenBy(expected.after, 'b'),
    ranOut: pair.ranOut && {
      a: ranOutSeenBy(expected.after, 'a'),
      b: ranOutSeenBy(expected.after, 'b'),
    },
  })
}

/** The states of a table for people: those that differ for more than contacts and follows. */
const named: Record<string, Pair> = {
  'Nothing between them': strangersPair,
  'Alice has sent a friend request': { ...strangersPair, friend: { by: 'a', declined: false } },
  'Alice has sent a friend request, and bob has declined it': {
    ...strangersPair,
    friend: { by: 'a', declined: true },
  },
  'A friend request of alice has expired': {
    ...strangersPair,
    ranOut: { kind: 'friend', declined: false },
  },
  'Bob has sent a friend request': { ...strangersPair, friend: { by: 'b', declined: false } },
  'Bob has sent a friend request, and alice has declined it': {
    ...strangersPair,
    friend: { by: 'b', declined: true },
  },
  'They are friends': { ...strangersPair, level: 'FRIEND' },
  'They are friends, and alice has asked to be close': {
    ...strangersPair,
    level: 'FRIEND',
    close: { by: 'a', declined: false },
  },
  'They are friends, and bob has asked to be close': {
    ...strangersPair,
    level: 'FRIEND',
    close: { by: 'b', declined: false },
  },
  'They are close friends': { ...strangersPair, level: 'CLOSE' },
  'Alice follows bob': { ...strangersPair, follow: { a: true, b: false } },
  'Bob follows alice': { ...strangersPair, follow: { a: false, b: true } },
  'Bob is a contact of alice': { ...strangersPair, contact: { a: true, b: false } },
  'Alice blocks bob': { ...strangersPair, block: { a: true, b: false } },
  'Bob blocks alice': { ...strangersPair, block: { a: false, b: true } },
  'Both block': { ...strangersPair, block: { a: true, b: true } },
}

describe('the state of a pair', () => {
  const plain =
    'user { id } isContact isFollowing isFollowedBy friendshipLevel friendsSince isBlocking'

  it('is the same, whether all of it is asked or only what the two are to each other', async () => {
    for (const [pair, { a, b }] of await enactAll(reachablePairs(), itself)) {
      const { data, statements } = await a.ask(
        `query ($ids: [ID!]!) {
          plain: relationships(userIds: $ids) { ${plain} }
          whole: relationships(userIds: $ids) { ${plain} can(action: SEE) { allowed } }
        }`,
        { ids: [b.id] },
      )
      const [{ can, ...whole }] = data.whole
      expect(data.plain, JSON.stringify(pair)).toEqual([whole])
      expect(can).toBeDefined()
      expect(statements.toSorted()).toEqual(['pairs.states', 'pairs.summaries'])
    }
  })

  it.each([
    [plain, ['pairs.summaries']],
    ['mutualFriendCount', ['pairs.summaries', 'mutualFriends.count']],
    ['can(action: FOLLOW) { allowed }', ['pairs.states']],
    ['id isContact', ['pairs.summaries']],
    ['canMessage', ['pairs.states']],
    ['canFollow canUpgrade can(action: MESSAGE) { allowed }', ['pairs.states']],
    [`${plain} outgoingRequest { id } ...answer`, ['pairs.states']],
    ['... on Relationship { incomingRequest { id } }', ['pairs.states']],
  ])('takes no larger statement than it needs: %s', async (fields, expected) => {
    const [alice, bob] = await app.people('alice', 'bob')
    const fragment = fields.includes('...answer')
      ? 'fragment answer on Relationship { can(action: SEE) { allowed } }'
      : ''
    const { statements } = await alice.ask(
      `query ($people: [_Any!]!) { _entities(representations: $people) { ... on User { relationship { ${fields} } } } } ${fragment}`,
      { people: [{ __typename: 'User', id: bob.id }] },
    )
    expect(statements).toEqual(expected)
  })

  it('is whole also where a fragment that asks less of it came first', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.requestFriend(bob, alice)
    const people = [{ __typename: 'User', id: bob.id }]
    // By the long way first, then by the short one.
    for (let round = 0; round < 4; round++) {
      const { data } = await alice.ask(
        `query ($people: [_Any!]!) {
          less: _entities(representations: $people) { ...plain }
          more: _entities(representations: $people) { ...plain ... on User { relationship {
            can(action: FOLLOW) { allowed } incomingRequest { level } outgoingRequest { level }
          } } }
        }
        fragment plain on User { relationship { isContact } }`,
        { people },
      )
      expect(data.less).toEqual([{ relationship: { isContact: false } }])
      const asked = { incomingRequest: { level: 'FRIEND' }, outgoingRequest: null }
      const relationship = { isContact: false, can: { allowed: true }, ...asked }
      expect(data.more).toEqual([{ relationship }])
    }
  })
})

/** The actions, the fields that say the same, and the verbs that act. */
const actions = [
  ['MESSAGE', 'canMessage', null],
  ['INVITE', 'canInvite', null],
  ['FOLLOW', 'canFollow', 'followUser'],
  ['ADD_CONTACT', 'canAddContact', 'addContact'],
  ['REQUEST_FRIEND', 'canRequestFriend', 'requestFriend'],
  ['UPGRADE', 'canUpgrade', 'askClose'],
] as const

describe('what one may do towards another', () => {
  it('is what the verb would do, as a plain field and as an answer of `can`, out of every state', async () => {
    for (const [pair, { a, b }] of await enactAll(reachablePairs(), itself)) {
      const { data, statements } = await a.ask(
        `query ($ids: [ID!]!) { relationships(userIds: $ids) {
          ${actions.map(([action, field]) => `${action}: can(action: ${action}) { allowed reason } ${field}`).join(' ')}
        } }`,
        { ids: [b.id] },
      )
      const [found] = data.relationships
      for (const [action, field, verb] of actions) {
        // What chat and games do is no verb here: whoever can be seen can be written to and
        // invited.
        const reason =
          verb === null
            ? pair.block.a
              ? 'BLOCKED_BY_YOU'
              : pair.block.b
                ? 'UNAVAILABLE'
                : null
            : reasonAgainst(pair, 'a', verb)
        const expected = { can: { allowed: reason === null, reason }, field: reason === null }
        expect(
          { can: found[action], field: found[field] },
          `${action} out of ${JSON.stringify(pair)}`,
        ).toEqual(expected)
      }
      expect(statements).toEqual(['pairs.states'])
    }
  })

  it('is told to services without regard to what is so already', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    await verbs.followUser(alice, bob)
    const { data } = await app.service.ask(
      'query ($pairs: [InteractionPair!]!) { interactions(pairs: $pairs) { follow requestFriend } }',
      { pairs: [{ actorId: alice.id, otherId: bob.id }] },
    )
    expect(data.interactions).toEqual([{ follow: true, requestFriend: true }])
  })
})

/**
 * All of them take minutes: `npm run proof -- pairs`. Otherwise contacts and follows are both ways
 * or not at all, which leaves every combination of blocks, requests and friendship.
 */
const isTried = ({ contact, follow }: Pair) =>
  process.env['EVERY_PAIR'] === '1' ||
  [contact, follow].every(({ a, b }) => a === b && a === contact.a)

describe('every verb out of every state that two people can have, from both sides', () => {
  const pairs = reachablePairs().filter(isTried)

  it(
    `does what the rules say, in all ${pairs.flatMap(casesOf).length} cases`,
    { timeout: 600_000 },
    async () => {
      const waiting = await enactAll(pairs.flatMap(casesOf), ({ pair }) => pair)
      const worker = async () => {
        for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
          await tryOut(...next)
      }
      await Promise.all(Array.from({ length: 8 }, worker))
    },
  )

  it('is told in docs/verbs.md', async () => {
    const mutations: Record<string, string> = {
      askClose: 'upgradeFriendship(CLOSE)',
      stepDown: 'upgradeFriendship(FRIEND)',
      cancel: 'cancelFriendRequest',
      accept: 'respondFriendRequest(ACCEPT)',
      reject: 'respondFriendRequest(REJECT)',
    }
    const verbs = [...Object.keys(personRules), ...Object.keys(requestRules)]
    const sections = Object.entries(named).map(([name, pair]) => {
      const cases = casesOf(pair).filter(({ side }) => side === 'a')
      const answers = verbs.flatMap((verb) => {
        const found = cases.find((one) => one.verb === verb)
        if (found === undefined) return []
        const { code, changed } = found.expected
        const answer = code === null ? (changed ? 'Done' : 'No change') : `\`${code}\``
        return [{ answer, mutation: `\`${mutations[verb] ?? verb}\`` }]
      })
      const lines = Map.groupBy(answers, ({ answer }) => answer)
      const list = [...lines].map(
        ([answer, those]) => `- ${answer}: ${those.map(({ mutation }) => mutation).join(', ')}`,
      )
      return [`## ${name}`, '', ...list.toSorted(), ''].join('\n')
    })
    await expect(
      [
        '# Answers of every mutation',
        '',
        'What alice gets for each mutation towards bob, in each state that the two can be in.',
        '',
        '- **Done**: the mutation succeeds with `changed: true`.',
        '- **No change**: it succeeds with `changed: false`, because it is so already or there is nothing to end.',
        '- Otherwise the code of the refusal.',
        '',
        '`cancelFriendRequest` and `respondFriendRequest` are about the open request of the two. If they are not in a list, there',
        'is no request. This page is written by `test/pairs/pair-states.test.ts`. It tries the mutations in the states that can be',
        'reached, from both sides: `npm test` a third of the states, `npm run proof -- pairs` all of them.',
        '',
        ...sections,
      ].join('\n'),
    ).toMatchFileSnapshot('../../docs/verbs.md')
  })
})
