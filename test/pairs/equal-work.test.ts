import { createHash } from 'node:crypto'
import pg from 'pg'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Queryable, Statement, Transaction } from '../../src/database/sql.ts'
import type { RequestId, UserId } from '../../src/graphql/ids.ts'
import { limits } from '../../src/limits.ts'
import { deleteContact } from '../../src/modules/contacts/sql.ts'
import { selectRequests } from '../../src/modules/friends/requests/sql.ts'
import { type Answer, newUserId, openTestService, type Person } from '../support/test-service.ts'
import { vacuum } from '../support/vacuum.ts'

// What takes equal time does equal work (rule 0.9): the same statements, and the same pages of
// tables and indexes read, but for the very row that is found. Times are compared by `npm run bench
// -- timing`.

const app = await openTestService({ NODE_ENV: 'production' })

/** The viewers, by how many people block them. */
const viewers = new Map<number, Person>()
const crowds = [0, 10, 1_000, 20_000] as const
let alice: Person
/** Blocks all viewers. */
let mallory: Person

const run = (text: string, values: unknown[] = []) => app.admin.query(text, values)

beforeAll(async () => {
  ;[alice, mallory] = await app.people('alice', 'mallory')
  await run(`create table crowd as
    select gen_random_uuid() as id, n from generate_series(1, ${Math.max(...crowds)}) as n`)
  await run('insert into users (id) select id from crowd')
  await run(
    `insert into user_follows (follower_user_id, target_user_id) select id, $1 from crowd where n <= 900`,
    [alice.id],
  )
  for (const many of crowds) {
    const [viewer] = await app.people(`blocked by ${String(many)}`)
    viewers.set(many, viewer)
    // None of the 900 who follow alice, so that every viewer gets the same answers.
    await run(
      `insert into user_blocks (blocker_user_id, blocked_user_id)
       select id, $1 from crowd where n > 900 order by n limit $2`,
      [viewer.id, many],
    )
    await mallory.ask('mutation ($id: ID!) { blockUser(userId: $id) { changed } }', {
      id: viewer.id,
    })
  }
  await mallory.ask('mutation { claimUsername(username: "mallory") { changed } }')
  await mallory.ask(
    'mutation { updateProfile(profile: { displayName: "Mallory Quisling" }) { changed } }',
  )
  await mallory.ask(
    'mutation { updatePrivacySettings(settings: { allowFriendRequests: FRIENDS_OF_FRIENDS }) { changed } }',
  )
  // Bob and carol know many people; mallory, who blocks them both, is one of carol's contacts.
  await run(
    `insert into user_contacts (owner_user_id, contact_user_id)
     select viewer, id from crowd, unnest($1::uuid[]) as viewer where n between 601 and 900`,
    [[viewerOf(10).id, viewerOf(1_000).id]],
  )
  await run('insert into user_contacts (owner_user_id, contact_user_id) values ($1, $2)', [
    viewerOf(1_000).id,
    mallory.id,
  ])
  await vacuum(app.admin)
})

const viewerOf = (many: number): Person => viewers.get(many) ?? alice

/**
 * Pages of tables and indexes that a statement reads as the viewer, once its plans and its
 * catalogue are known.
 */
async function buffersOf(viewer: Person, statement: string): Promise<number> {
  const connection = await app.admin.connect()
  try {
    let read = 0
    await connection.query('begin')
    await connection.query('set local role connections_app')
    await connection.query(`set local app.user_id = '${viewer.id}'`)
    for (let time = 0; time < 3; time++) {
      await connection.query('savepoint before')
      const { rows } = await connection.query<{ 'QUERY PLAN': string }>(
        `explain (analyze, buffers, timing off, summary off) ${statement}`,
      )
      const [, hit = '0'] = /Buffers: shared hit=(\d+)/.exec(rows[0]?.['QUERY PLAN'] ?? '') ?? []
      const first = rows.map((row) => row['QUERY PLAN']).find((line) => line.includes('Buffers'))
      read = Number(/shared hit=(\d+)/.exec(first ?? '')?.[1] ?? hit)
      await connection.query('rollback to savepoint before')
    }
    await connection.query('rollback')
    return read
  } finally {
    connection.release()
  }
}

/** What is asked, with its values in it. */
async function statementOf(ask: (from: Queryable) => Promise<unknown>): Promise<string> {
  let text = ''
  const rows = (_name: string, statement: Statement) => {
    text = statement.text.replace(/\$(\d+)/g, (_place, number) =>
      pg.escapeLiteral(String(statement.values[Number(number) - 1])),
    )
    return Promise.resolve([])
  }
  await ask({ rows } as unknown as Queryable)
  return text
}

const newest = `'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff'`

describe('how many block the viewer', () => {
  it.each([
    [
      'who of fifty is visible',
      () => `select visible_users(array(select id from crowd where n <= 50))`,
    ],
    [
      'the summaries of fifty',
      () => `select * from user_summaries(array(select id from crowd where n <= 50))`,
    ],
    [
      'the pair summaries with fifty',
      () => `select * from my_pair_summaries(array(select id from crowd where n <= 50))`,
    ],
    [
      'the pair states with fifty',
      () => `select * from my_pair_states(array(select id from crowd where n <= 50))`,
    ],
    [
      'a page of followers',
      () => `select * from follower_pages(array['${alice.id}'::uuid], 21, 42, ${newest})`,
    ],
    ['a count of followers', () => `select * from count_followers(array['${alice.id}'::uuid])`],
    [
      'who is followed by fifty',
      () => `select * from count_following(array(select id from crowd where n <= 50))`,
    ],
    [
      'mutual friends with fifty',
      () => `select * from count_mutual_friends(array(select id from crowd where n <= 50))`,
    ],
    ['a name', () => `select * from find_by_usernames(array['mallory'])`],
    ['a link', () => `select * from find_contact_links(array[sha256('no link')])`],
  ])('does not change what is read for %s', async (_what, statement) => {
    await run('grant select on crowd to connections_app')
    const read = new Map<number, number>()
    for (const many of crowds) read.set(many, await buffersOf(viewerOf(many), statement()))
    const [least, most] = [Math.min(...read.values()), Math.max(...read.values())]
    // A probe that ends between two pages of an index reads both: of fifty, that is a few. To read
    // the blocks of 20,000 would be hundreds of pages.
    expect(most - least, JSON.stringify([...read])).toBeLessThanOrEqual(10)
  })
})

describe('somebody who blocks the viewer, beside an id that nobody has', () => {
  const unknown = newUserId()
  const bob = () => viewerOf(10)

  it.each([
    ['visibility', (id: string) => `select visible_users(array['${id}'::uuid])`],
    ['the summary', (id: string) => `select * from user_summaries(array['${id}'::uuid])`],
    ['the pair summary', (id: string) => `select * from my_pair_summaries(array['${id}'::uuid])`],
    ['the pair state', (id: string) => `select * from my_pair_states(array['${id}'::uuid])`],
    [
      'followers',
      (id: string) => `select * from follower_pages(array['${id}'::uuid], 21, 42, ${newest})`,
    ],
    ['a count', (id: string) => `select * from count_followers(array['${id}'::uuid])`],
  ])('is as much work: %s', async (_what, statement) => {
    const blocked = await buffersOf(bob(), statement(mallory.id))
    const absent = await buffersOf(bob(), statement(unknown))
    // The rows that are there: of the block, and of the person.
    expect(Math.abs(blocked - absent), `${blocked} against ${absent}`).toBeLessThanOrEqual(3)
  })

  it('is as much work by name', async () => {
    const [blocked, absent] = [
      await buffersOf(bob(), `select * from find_by_usernames(array['mallory'])`),
      await buffersOf(bob(), `select * from find_by_usernames(array['nobodys.name'])`),
    ]
    expect(Math.abs(blocked - absent), `${blocked} against ${absent}`).toBeLessThanOrEqual(3)
  })

  describe.each([
    ['bob', 10],
    ['carol, whose contact it is', 1_000],
  ])('is as much work for %s in a search', (_who, many) => {
    /** The first page, or all that a count looks at. */
    const search = (tokens: string[], size: number | null) =>
      `select * from search_people('{${tokens.join()}}', '{${tokens.join()}}', null, ${String(size)}, 1000, 5000,
                                   ${String(limits.search.fewestLooks)}, 0, '', '00000000-0000-0000-0000-000000000000')`

    it.each([
      ['of a whole username', ['mallory'], ['nallory'], 21],
      ['of the beginning of a username', ['mallo'], ['nallo'], 21],
      ['of a word of a display name', ['quisling'], ['quixotic'], 21],
      ['of the beginning of a word', ['quis'], ['quix'], 21],
      ['of two words', ['mallory', 'quis'], ['nallory', 'quix'], 21],
      ['for one person', ['mallo'], ['nallo'], 2],
      ['that counts', ['mallo'], ['nallo'], null],
      ['that counts by two words', ['mallory', 'quis'], ['nallory', 'quix'], null],
    ] as const)('%s', async (_what, theirs, nobodys, size) => {
      const viewer = viewerOf(many)
      const blocked = await buffersOf(viewer, search([...theirs], size))
      const absent = await buffersOf(viewer, search([...nobodys], size))
      // The rows that are there, each time that they are met: of the name, of the words and of the
      // block.
      expect(Math.abs(blocked - absent), `${blocked} against ${absent}`).toBeLessThanOrEqual(20)
    })
  })

  it('is as much work by the id of an old request', async () => {
    const newRequestId = () => newUserId() as string as RequestId
    const old = newRequestId()
    await run(
      `insert into user_friend_requests (id, requester_user_id, target_user_id, friendship_level, status, expires_at)
       values ($1, $2, $3, 'friend', 'canceled', '2100-01-01')`,
      [old, bob().id, mallory.id],
    )
    const [blocked, absent] = [
      await buffersOf(bob(), await statementOf((from) => selectRequests(from, [old]))),
      await buffersOf(bob(), await statementOf((from) => selectRequests(from, [newRequestId()]))),
    ]
    expect(Math.abs(blocked - absent), `${blocked} against ${absent}`).toBeLessThanOrEqual(1)
  })

  it('is as much work to remove from the contacts', async () => {
    const carol = viewerOf(1_000)
    const remove = (id: string) =>
      statementOf((tx) => deleteContact(tx as Transaction, carol.id, id as UserId))
    const [blocked, absent] = [
      await buffersOf(carol, await remove(mallory.id)),
      await buffersOf(carol, await remove(unknown)),
    ]
    // The rows that are there: of the contact, which goes, and of the block.
    expect(Math.abs(blocked - absent), `${blocked} against ${absent}`).toBeLessThanOrEqual(5)
  })

  it('is as much work by the token of a link, dead or alive', async () => {
    const read: number[] = []
    for (const text of ['alive', 'dead', 'unknown']) {
      if (text !== 'unknown')
        await run(
          `insert into contact_links (maker_user_id, token_hash, revoked_at)
           values ($1, sha256($2::bytea), case when $3 then now() end)`,
          [mallory.id, text, text === 'dead'],
        )
      read.push(
        await buffersOf(bob(), `select * from find_contact_links(array[sha256('${text}')])`),
      )
    }
    expect(Math.max(...read) - Math.min(...read), String(read)).toBeLessThanOrEqual(3)
  })

  it('gets the same statements for every question', async () => {
    const newRequestId = () => newUserId() as string as RequestId
    const old = newRequestId()
    await run(
      `insert into user_friend_requests (id, requester_user_id, target_user_id, friendship_level, status, expires_at)
       values ($1, $2, $3, 'friend', 'canceled', '2100-01-01')`,
      [old, bob().id, mallory.id],
    )
    const token = (text: string) => text.padEnd(43, '0')
    for (const [text, dead] of [
      ['alive', false],
      ['dead', true],
    ] as const)
      await run(
        `insert into contact_links (maker_user_id, token_hash, revoked_at)
         values ($1, $2, case when $3 then now() end)`,
        [mallory.id, createHash('sha256').update(token(text)).digest(), dead],
      )
    const verb = (name: string, argument: string) => (it: string) =>
      `mutation { ${name}(${argument}: "${it}") { changed userErrors { code } } }`
    const byId = [
      (id: string) =>
        `{ relationships(userIds: ["${id}"]) { isContact mutualFriendCount can(action: FOLLOW) { allowed } } }`,
      (id: string) =>
        `{ _entities(representations: [{ __typename: "User", id: "${id}" }]) { ... on User { username profile { bio } followers { totalCount edges { cursor } } mutualFriends { totalCount } } } }`,
      (id: string) =>
        `{ user(id: "${id}") { username profile { bio } followers { totalCount } relationship { canMessage canFollow } } }`,
      ...[
        'addContact',
        'followUser',
        'unfollowUser',
        'removeFollower',
        'requestFriend',
        'removeFriend',
      ].map((name) => verb(name, 'userId')),
    ]
    const pairs: (readonly [string, string])[] = [
      ...byId.map((ask) => [ask(mallory.id), ask(unknown)] as const),
      [
        '{ userByUsername(username: "mallory") { id } }',
        '{ userByUsername(username: "nobody") { id } }',
      ],
      ...['cancelFriendRequest', 'removeFriend'].map((name) => {
        const ask = verb(name, name === 'removeFriend' ? 'userId' : 'requestId')
        return [ask(old), ask(newUserId())] as const
      }),
      ...['alive', 'dead'].flatMap((text) =>
        [
          (it: string) => `{ contactLinkPreview(token: "${it}") { label } }`,
          verb('consumeContactLink', 'token'),
        ].map((ask) => [ask(token(text)), ask(token('unknown'))] as const),
      ),
    ]
    // A dead link of somebody who does not block, beside one of somebody who does.
    await run(
      `insert into contact_links (maker_user_id, token_hash, revoked_at) values ($1, $2, now())`,
      [alice.id, createHash('sha256').update(token('revoked')).digest()],
    )
    pairs.push([
      verb('consumeContactLink', 'token')(token('dead')),
      verb('consumeContactLink', 'token')(token('revoked')),
    ])
    for (const [blocked, absent] of pairs) {
      const one: Answer = await bob().ask(blocked)
      const other: Answer = await bob().ask(absent)
      expect(one.statements, blocked).toEqual(other.statements)
      expect(one.statements.length, blocked).toBeGreaterThan(0)
      expect(one.body.replaceAll(mallory.id, 'ID')).toBe(other.body.replaceAll(unknown, 'ID'))
    }
  })
})

describe('asking again', () => {
  it('is the same statements for a request that was declined and for one that was not answered', async () => {
    const [bob, carol, dave] = await app.people('bob', 'carol', 'dave')
    const ask = (id: string) =>
      bob.ask(
        'mutation ($id: ID!) { requestFriend(userId: $id) { changed userErrors { code } request { status respondedAt } } }',
        { id },
      )
    await ask(carol.id)
    await ask(dave.id)
    await run(
      `update user_friend_requests set status = 'rejected', responded_at = now() where target_user_id = $1`,
      [carol.id],
    )
    const [declined, pending] = [await ask(carol.id), await ask(dave.id)]
    expect(declined.body).toBe(pending.body)
    expect(declined.statements).toEqual(pending.statements)
  })
})
