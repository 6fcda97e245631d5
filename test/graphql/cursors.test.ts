import { describe, expect, it } from 'vitest'
import { type Asker, openTestService, type Person } from '../support/test-service.ts'
import { befriend, links, verbs } from '../support/verbs.ts'

const app = await openTestService({ NODE_ENV: 'production' })

const page = 'edges { cursor } pageInfo { endCursor }'

/**
 * Every list of the graph, as a field that takes `after`; and the same list with another filter,
 * whose cursors are others.
 */
const listsOfViewer: Readonly<Record<string, readonly [field: string, other?: string]>> = {
  contacts: ['contacts(after: $after)'],
  contactLinks: ['contactLinks(after: $after)'],
  following: ['following(after: $after)', 'followers'],
  followers: ['followers(after: $after)', 'following'],
  friends: ['friends(after: $after)', 'friends(level: FRIEND)'],
  'close friends first': ['friends(after: $after, orderBy: CLOSE_FIRST)', 'friends'],
  inviteCandidates: ['inviteCandidates(after: $after)', 'inviteCandidates(level: FRIEND)'],
  'requests that came in': [
    'requests(direction: INCOMING, after: $after)',
    'requests(direction: INCOMING, status: PENDING)',
  ],
  'requests that went out': [
    'requests(direction: OUTGOING, after: $after)',
    'requests(direction: INCOMING)',
  ],
  blocks: ['blocks(after: $after)'],
  suggestions: ['suggestions(after: $after)'],
}

interface List {
  /** Takes `$after`, and answers the list as `list`. */
  readonly document: string
  /** The list as the asker reads it. */
  readonly read: (data: unknown) => Connection | null
  readonly path: readonly unknown[]
  /** A cursor of another list, or of the same with another filter. */
  readonly foreign: string
}

interface Connection {
  readonly pageInfo: { readonly endCursor: string }
}

/** Alice, who has one of everything, and bob, with whom she shares a friend. */
async function peopleWithLists() {
  const [alice, bob, carol, dave, erin, frank] = await app.people(
    'alice',
    'bob',
    'carol',
    'dave',
    'erin',
    'frank',
    // Suggested to alice, who has a tie to everybody else.
    'grace',
  )
  await befriend(alice, carol)
  await befriend(bob, carol)
  await verbs.addContact(alice, bob)
  await links.create(alice)
  await verbs.followUser(alice, bob)
  await verbs.followUser(bob, alice)
  await verbs.requestFriend(alice, dave)
  await verbs.requestFriend(erin, alice)
  await verbs.blockUser(alice, frank)
  return { alice, bob }
}

const cursorOf = async (asker: Asker, document: string, read: List['read']) => {
  const { data, body } = await asker.ask(document, { after: null })
  const cursor = read(data)?.pageInfo.endCursor
  if (cursor === undefined) throw new Error(body)
  return cursor
}

async function listOfViewer(alice: Person, field: string, other?: string): Promise<List> {
  const at = (data: unknown) => (data as { viewer: { list: Connection | null } }).viewer.list
  return {
    document: `query ($after: String) { viewer { list: ${field} { ${page} } } beside: viewer { id } }`,
    read: at,
    path: ['viewer', 'list'],
    foreign: await cursorOf(alice, `{ viewer { list: ${other ?? 'friends'} { ${page} } } }`, at),
  }
}

const encode = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url')

/** What somebody could make of a good cursor. */
function forgeries(cursor: string, foreign: string): Record<string, string> {
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  const [version, list, position] = JSON.parse(text) as [number, string, string]
  const place = (changed: unknown) => encode([version, list, changed])
  const time = /\d{4}-\d\d-\d\dT[\d:.]+Z/
  const years = [
    '0000-01-01T00:00:00.000Z',
    '-000001-01-01T00:00:00.000Z',
    '+010000-01-01T00:00:00.000Z',
  ]
  const times = [
    ...years,
    '+275760-09-13T00:00:00.000Z',
    'infinity',
    '-infinity',
    'now',
    '',
    '2026-02-30T00:00:00.000Z',
  ]
  const id = /[0-9a-f]{8}-[0-9a-f-]{27}/
  const score = /^\d(\.\d+)?(?=\|)/
  const scores = ['', 'NaN', 'Infinity', '-Infinity', '1e999', '1.0', '-0', '0x1', ' 1']
  const ids = ['', 'ID', '0', "' or true --", 'ffffffff-ffff-ffff-ffff-fffffffffffg']
  return {
    empty: '',
    'not base64': '💥',
    'not JSON': Buffer.from('{').toString('base64url'),
    'another JSON': encode({ after: 'me' }),
    null: encode(null),
    'another version': encode([2, list, position]),
    'one part too many': encode([version, list, position, position]),
    'one part too few': encode([version, list]),
    'no text': place(7),
    'nothing but a text': place(''),
    'something before it': place(`more|${position}`),
    'a NUL in it': place(`${position}\0`),
    'half a character in it': place(`${position}\ud800`),
    'another spelling': Buffer.from(` ${text}`).toString('base64url'),
    'letters that base64 skips': `${cursor}!`,
    'padding behind it': `${cursor}=`,
    'of another list': foreign,
    'of a list that is not ours': encode([version, `${list}x`, position]),
    huge: place('9'.repeat(20_000)),
    ...Object.fromEntries(
      ids.map((bad) => [`the id ${bad}`, place(position.replace(id, bad))] as const),
    ),
    ...(id.test(position) && { 'the id in capitals': place(position.toUpperCase()) }),
    ...Object.fromEntries(
      time.test(position)
        ? times.map((bad) => [`the time ${bad}`, place(position.replace(time, bad))] as const)
        : [],
    ),
    ...Object.fromEntries(
      score.test(position)
        ? scores.map((bad) => [`the score ${bad}`, place(position.replace(score, bad))] as const)
        : [],
    ),
  }
}

/** In the list itself, so that everything else of the operation is answered. */
async function refusesAll(asker: Asker, { document, read, path, foreign }: List, rest: unknown) {
  const cursor = await cursorOf(asker, document, read)
  const good = await asker.ask(document, { after: cursor })
  expect(good.errors).toEqual([])
  for (const [forgery, after] of Object.entries(forgeries(cursor, foreign))) {
    const { status, data, errors } = await asker.ask(document, { after })
    expect(
      { status, data, errors: errors.map((error) => [error.extensions.code, error.path]) },
      forgery,
    ).toEqual({ status: 200, data: rest, errors: [['BAD_USER_INPUT', path]] })
  }
}

describe('a cursor that somebody made up', () => {
  it.each(Object.entries(listsOfViewer))(
    'is a mistake of the field, and of no other: %s',
    async (_name, [field, other]) => {
      const { alice } = await peopleWithLists()
      const rest = { viewer: { list: null }, beside: { id: alice.id } }
      await refusesAll(alice, await listOfViewer(alice, field, other), rest)
    },
  )

  it('is a mistake of the field, and of no other: mutualFriends', async () => {
    const { alice, bob } = await peopleWithLists()
    const person = (after: string) =>
      `_entities(representations: [{ __typename: "User", id: "${bob.id}" }]) { ... on User { list: ${after} { ${page} } } }`
    const read = (data: unknown) =>
      (data as { _entities: { list: Connection | null }[] })._entities[0]?.list ?? null
    const list = {
      document: `query ($after: String) { ${person('mutualFriends(after: $after)')} beside: viewer { id } }`,
      read,
      path: ['_entities', 0, 'list'],
      foreign: await cursorOf(alice, `{ ${person('followers')} }`, read),
    }
    await refusesAll(alice, list, { _entities: [{ list: null }], beside: { id: alice.id } })
  })

  // These two are never null, so a mistake of theirs takes the whole answer.
  it('is a mistake of the field: searchUsers', async () => {
    const { alice, bob } = await peopleWithLists()
    const name = `zz${bob.id.slice(0, 8)}`
    await bob.ask(`mutation { claimUsername(username: "${name}") { changed } }`)
    await alice.ask(`mutation { claimUsername(username: "${name}.2") { changed } }`)
    const read = (data: unknown) => (data as { list: Connection | null }).list
    // From a file of its own a person may search a hundred times a minute.
    await app.admin.query(`truncate rate_limit_buckets`)
    const list = {
      document: `query ($after: String) { list: searchUsers(query: "${name}", first: 1, after: $after) { ${page} } }`,
      read,
      path: ['list'],
      foreign: await cursorOf(alice, `{ list: searchUsers(query: "${name}.2") { ${page} } }`, read),
    }
    await refusesAll(alice, list, null)
  })

  it('is a mistake of the field: hiddenFrom', async () => {
    const { alice, bob } = await peopleWithLists()
    await verbs.blockUser(alice, bob)
    const read = (data: unknown) => (data as { list: Connection | null }).list
    const list = {
      document: `query ($after: String) { list: hiddenFrom(userId: "${alice.id}", after: $after) { ${page} } }`,
      read,
      path: ['list'],
      foreign: await cursorOf(
        app.service,
        `{ list: hiddenFrom(userId: "${bob.id}") { ${page} } }`,
        read,
      ),
    }
    await refusesAll(app.service, list, null)
  })
})
